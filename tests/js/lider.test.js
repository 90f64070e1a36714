import assert from "node:assert/strict";
import test from "node:test";

import { Lider } from "../../static/js/lider.js";
import { Reloj, asentar, crearCanal, crearCandados } from "./aparatos.js";

function crearNavegador({ candados = crearCandados(), Canal = crearCanal() } = {}) {
  const reloj = new Reloj();
  const abrirPestana = ({ visible = true, dormida = false } = {}) => {
    const pestana = { mandos: 0, dejadas: 0, mensajes: [], visible, dormida };
    pestana.lider = new Lider({
      nombre: "notificaciones:7",
      candados,
      Canal,
      reloj,
      visible: () => pestana.visible,
      alMandar: () => (pestana.mandos += 1),
      alDejar: () => (pestana.dejadas += 1),
      alMensaje: (mensaje) => {
        pestana.mensajes.push(mensaje);
        if (mensaje.clase === "hola" && pestana.lider.esLider && !pestana.dormida)
          pestana.lider.decir({ clase: "estado" });
      },
    });
    pestana.lider.unirse();
    return pestana;
  };
  return { reloj, abrirPestana };
}

const cuantosMandan = (...pestanas) => pestanas.filter(({ lider }) => lider.esLider).length;

test("it lets one of five tabs lead", async () => {
  const { reloj, abrirPestana } = crearNavegador();
  const pestanas = Array.from({ length: 5 }, () => abrirPestana());
  await reloj.pasar(60_000);
  assert.equal(cuantosMandan(...pestanas), 1);
  assert.equal(pestanas[0].mandos, 1);
});

test("it hands the lead over at once when the leader leaves", async () => {
  const { reloj, abrirPestana } = crearNavegador();
  const [primera, segunda, tercera] = [abrirPestana(), abrirPestana(), abrirPestana()];
  await reloj.pasar(0);
  primera.lider.dejar();
  await asentar();
  assert.deepEqual(
    [primera, segunda, tercera].map(({ lider }) => lider.esLider),
    [false, true, false],
  );
  assert.deepEqual([primera.dejadas, segunda.mandos], [1, 1]);
});

test("it lets a tab that came back from the back button join the queue again", async () => {
  const { reloj, abrirPestana } = crearNavegador();
  const [primera, segunda] = [abrirPestana(), abrirPestana()];
  await reloj.pasar(0);
  primera.lider.dejar();
  primera.lider.unirse();
  await asentar();
  assert.deepEqual([primera.lider.esLider, segunda.lider.esLider], [false, true]);
  segunda.lider.dejar();
  await asentar();
  assert.equal(primera.lider.esLider, true);
});

test("it carries what the leader says to the others and not back", async () => {
  const { reloj, abrirPestana } = crearNavegador();
  const [primera, segunda, tercera] = [abrirPestana(), abrirPestana(), abrirPestana()];
  await reloj.pasar(0);
  primera.lider.decir({ clase: "marco", marco: { type: "latido" } });
  await asentar();
  const marcos = ({ mensajes }) => mensajes.filter(({ clase }) => clase === "marco").length;
  assert.deepEqual([primera, segunda, tercera].map(marcos), [0, 1, 1]);
});

test("it takes the lead from a tab that the browser put to sleep, when somebody is looking", async () => {
  const { reloj, abrirPestana } = crearNavegador();
  const dormida = abrirPestana();
  await reloj.pasar(0);
  dormida.dormida = true;
  const [mirada, oculta] = [abrirPestana(), abrirPestana({ visible: false })];
  await reloj.pasar(4000);
  assert.deepEqual(
    [dormida, mirada, oculta].map(({ lider }) => lider.esLider),
    [false, true, false],
  );
  assert.equal(dormida.dejadas, 1);
  mirada.lider.dejar();
  await asentar();
  assert.equal(cuantosMandan(dormida, oculta), 1);
});

test("it leaves an awake leader alone, however long it has nothing to say", async () => {
  const { reloj, abrirPestana } = crearNavegador();
  const [primera, segunda] = [abrirPestana(), abrirPestana()];
  await reloj.pasar(600_000);
  segunda.lider.comprobar();
  await reloj.pasar(10_000);
  assert.deepEqual([primera.mandos, segunda.mandos], [1, 0]);
});

test("it leads in every tab where the browser cannot let them agree", () => {
  for (const falta of [{ candados: null }, { Canal: null }]) {
    const { abrirPestana } = crearNavegador(falta);
    const [primera, segunda] = [abrirPestana(), abrirPestana()];
    assert.equal(cuantosMandan(primera, segunda), 2);
    assert.equal(primera.lider.comparte, false);
    primera.lider.dejar();
    assert.deepEqual([primera.dejadas, segunda.dejadas], [1, 0]);
  }
});

test("it leads by itself where locks exist and are forbidden", async () => {
  const candados = { request: () => Promise.reject(Object.assign(new Error("no"), { name: "SecurityError" })) };
  const { reloj, abrirPestana } = crearNavegador({ candados });
  const pestana = abrirPestana();
  await reloj.pasar(60_000);
  assert.deepEqual([pestana.lider.esLider, pestana.mandos], [true, 1]);
});
