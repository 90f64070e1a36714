import assert from "node:assert/strict";
import test from "node:test";

import { agrupar } from "../../static/js/agrupar.js";
import { Reloj, asentar } from "./aparatos.js";

test("it does once what is asked for many times, with the last word", async () => {
  const reloj = new Reloj();
  const hechas = [];
  const pronto = agrupar((que) => void hechas.push(que), 250, reloj);
  for (let vez = 0; vez < 100; vez += 1) pronto(vez);
  await reloj.pasar(250);
  assert.deepEqual(hechas, [99]);
  pronto("otra");
  await reloj.pasar(250);
  assert.deepEqual(hechas, [99, "otra"]);
});

test("it never runs twice at a time, and misses nothing that came meanwhile", async () => {
  const reloj = new Reloj();
  const fin = [];
  let corriendo = 0;
  const pronto = agrupar(
    async () => {
      corriendo += 1;
      assert.equal(corriendo, 1);
      await new Promise((resolver) => fin.push(resolver));
      corriendo -= 1;
    },
    100,
    reloj,
  );
  pronto();
  await reloj.pasar(100);
  pronto();
  await reloj.pasar(1000);
  assert.equal(fin.length, 1);
  fin[0]();
  await reloj.pasar(100);
  assert.equal(fin.length, 2);
  fin[1]();
  await asentar();
});
