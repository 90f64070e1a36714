import assert from "node:assert/strict";
import test from "node:test";

import { esperaDe } from "../../static/js/retroceso.js";

const nunca = () => 0;
const casiUno = () => 0.999999;

test("it waits anything from nothing to a ceiling that doubles from half a second", () => {
  for (const [intento, techo] of [
    [0, 500],
    [1, 1000],
    [2, 2000],
    [5, 16_000],
  ]) {
    assert.equal(esperaDe(intento, nunca), 0);
    assert.ok(esperaDe(intento, casiUno) < techo && esperaDe(intento, casiUno) > techo * 0.99);
  }
});

test("it never waits longer than thirty seconds, however often it failed", () => {
  for (const intento of [6, 7, 60, 6000]) assert.ok(esperaDe(intento, casiUno) <= 30_000);
});

test("it spreads a thousand browsers evenly over the time there is", () => {
  const esperas = Array.from({ length: 1000 }, () => esperaDe(6, Math.random)).sort((a, b) => a - b);
  const mediana = esperas[500];
  assert.ok(mediana > 12_000 && mediana < 18_000, `the median is ${mediana}`);
});

test("it leaves a server that said 4008 alone for half a minute at least", () => {
  assert.equal(esperaDe(0, nunca, 4008), 30_000);
  assert.ok(esperaDe(0, casiUno, 4008) < 60_000);
});
