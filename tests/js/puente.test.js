import assert from "node:assert/strict";
import test from "node:test";

import { ErrorDeAccion } from "../../static/js/peticiones.js";
import { Puente } from "../../static/js/puente.js";
import { Reloj, asentar } from "./aparatos.js";

/** Returns tabs that hear each other; `pedir` is what the leader's socket answers. */
function crearPestanas(cuantas, pedir) {
  const reloj = new Reloj();
  const pestanas = [];
  for (let numero = 0; numero < cuantas; numero += 1) {
    const lider = {
      esLider: numero === 0,
      decir: (mensaje) => {
        for (const otra of pestanas)
          if (otra.lider !== lider) setImmediate(() => otra.puente.recibir(structuredClone(mensaje)));
      },
    };
    const puente = new Puente({ lider, conexion: { pedir }, reloj, azar: () => (numero + 1) / 100 });
    pestanas.push({ lider, puente });
  }
  return { reloj, pestanas };
}

test("it asks the leader's socket and brings the answer back to the tab that asked", async () => {
  const pedidos = [];
  const { pestanas } = crearPestanas(3, async (accion, campos) => {
    pedidos.push([accion, campos]);
    return { ok: true, campos };
  });
  const [, segunda, tercera] = pestanas;
  const respuestas = await Promise.all([
    segunda.puente.pedir("archivar", { notificacion_id: 1 }),
    tercera.puente.pedir("archivar", { notificacion_id: 2 }),
  ]);
  assert.deepEqual(
    respuestas.map(({ campos }) => campos.notificacion_id),
    [1, 2],
  );
  assert.equal(pedidos.length, 2);
});

test("it brings back the refusal too", async () => {
  const { pestanas } = crearPestanas(2, async () => {
    throw new ErrorDeAccion("no_encontrada", "No está.");
  });
  await assert.rejects(pestanas[1].puente.pedir("archivar", { notificacion_id: 9 }), {
    name: "ErrorDeAccion",
    codigo: "no_encontrada",
    message: "No está.",
  });
});

test("it gives up when no leader answers", async () => {
  const { reloj, pestanas } = crearPestanas(2, () => new Promise(() => {}));
  const pedido = assert.rejects(pestanas[1].puente.pedir("listar"), { codigo: "sin_conexion" });
  await reloj.pasar(11_000);
  await pedido;
});

test("it asks again when another tab leads, even when that is itself", async () => {
  let viva = false;
  const { pestanas } = crearPestanas(2, (accion) =>
    viva ? Promise.resolve({ ok: true, accion }) : new Promise(() => {}),
  );
  const [primera, segunda] = pestanas;
  const pedido = segunda.puente.pedir("marcar_leida", { notificacion_id: 1 });
  await asentar();
  viva = true;
  primera.lider.esLider = false;
  segunda.lider.esLider = true;
  segunda.puente.repetir();
  assert.deepEqual(await pedido, { ok: true, accion: "marcar_leida" });
});

test("it leaves other messages to others", () => {
  const { pestanas } = crearPestanas(1, async () => ({}));
  assert.equal(pestanas[0].puente.recibir({ clase: "marco" }), false);
});
