import assert from "node:assert/strict";
import test from "node:test";

import { Memoria } from "../../static/js/memoria.js";
import { Turno } from "../../static/js/turno.js";
import { Reloj, asentar, crearCandados, crearDeposito } from "./aparatos.js";

function crearPestanas(cuantas, { candados = crearCandados(), pausa = 1500 } = {}) {
  const reloj = new Reloj();
  const deposito = crearDeposito();
  const memoria = () => new Memoria(() => deposito);
  return {
    reloj,
    turnos: Array.from(
      { length: cuantas },
      () => new Turno({ nombre: "sonido:7", pausa, candados, memoria: memoria(), reloj }),
    ),
  };
}

async function todos(reloj, turnos, clave) {
  const pedidos = turnos.map((turno) => turno.tomar(clave));
  for (let vez = 0; vez < turnos.length; vez += 1) await reloj.pasar(200);
  return (await Promise.all(pedidos)).filter(Boolean).length;
}

test("it lets one of three tabs play the sound of a notification", async () => {
  for (const candados of [crearCandados(), null]) {
    const { reloj, turnos } = crearPestanas(3, { candados });
    assert.equal(await todos(reloj, turnos, "101-1"), 1);
    await reloj.pasar(2000);
    assert.equal(await todos(reloj, turnos, "102-2"), 1);
  }
});

test("it does not play what a slow tab hears late", async () => {
  const {
    reloj,
    turnos: [rapida, lenta],
  } = crearPestanas(2);
  assert.equal(await rapida.tomar("101-1"), true);
  await reloj.pasar(60_000);
  assert.equal(await lenta.tomar("101-1"), false);
});

test("it does not play for each of many that come together", async () => {
  const {
    reloj,
    turnos: [turno],
  } = crearPestanas(1);
  let sonidos = 0;
  for (let numero = 0; numero < 30; numero += 1) {
    turno.tomar(`${numero}`).then((toca) => (sonidos += toca ? 1 : 0));
    await reloj.pasar(100);
  }
  await asentar();
  assert.equal(sonidos, 2);
});

test("it goes on after the clock was set back", async () => {
  const {
    reloj,
    turnos: [turno],
  } = crearPestanas(1);
  await turno.tomar("a");
  const despues = new Turno({ ...turno, reloj: { ...reloj, ahora: () => reloj.ahora() - 3_600_000 } });
  await reloj.pasar(200);
  assert.equal(await despues.tomar("b"), true);
});
