import assert from "node:assert/strict";
import test from "node:test";

import { Presencia } from "../../static/js/presencia.js";
import { asentar, crearCandados } from "./aparatos.js";

function abrirPestana(candados, visibilityState = "visible") {
  const documento = Object.assign(new EventTarget(), { visibilityState });
  const pestana = { miradas: 0 };
  pestana.presencia = new Presencia({
    nombre: "visible:7",
    candados,
    documento,
    alMirar: () => (pestana.miradas += 1),
  });
  pestana.presencia.empezar();
  pestana.poner = (estado) => {
    documento.visibilityState = estado;
    documento.dispatchEvent(new Event("visibilitychange"));
    return asentar();
  };
  return pestana;
}

test("it knows whether another tab is being looked at", async () => {
  const candados = crearCandados();
  const [una, otra] = [abrirPestana(candados), abrirPestana(candados, "hidden")];
  await asentar();
  assert.equal(await otra.presencia.hayVisible(), true);
  await una.poner("hidden");
  assert.equal(await otra.presencia.hayVisible(), false);
  await otra.poner("visible");
  assert.equal(await una.presencia.hayVisible(), true);
  assert.deepEqual([una.miradas, otra.miradas], [0, 1]);
});

test("it is not confused by a tab that is shown and hidden quickly", async () => {
  const candados = crearCandados();
  const [una, otra] = [abrirPestana(candados), abrirPestana(candados, "hidden")];
  una.poner("hidden");
  una.poner("visible");
  await una.poner("hidden");
  assert.equal(await otra.presencia.hayVisible(), false);
});

test("it knows at least about itself where there are no locks", async () => {
  const pestana = abrirPestana(undefined);
  assert.equal(await pestana.presencia.hayVisible(), true);
  await pestana.poner("hidden");
  assert.equal(await pestana.presencia.hayVisible(), false);
});
