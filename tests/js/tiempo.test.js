import assert from "node:assert/strict";
import test from "node:test";

import { absoluto, relativo } from "../../static/js/tiempo.js";

const AHORA = Date.parse("2026-11-21T12:00:00-06:00");
const hace = (segundos, idioma = "es-mx") => relativo(new Date(AHORA - segundos * 1000).toISOString(), AHORA, idioma);

test("it says how long ago as people do", () => {
  assert.equal(hace(0), "ahora");
  assert.equal(hace(44), "ahora");
  assert.equal(hace(60), "hace 1 min");
  assert.equal(hace(3 * 3600), "hace 3 h");
  assert.equal(hace(86_400), "ayer");
  assert.equal(hace(5 * 60, "en"), "5 min. ago");
});

test("it says the date of what is a week old, and the year of another year", () => {
  assert.match(hace(10 * 86_400), /^11.*nov/);
  assert.match(hace(400 * 86_400), /2025/);
});

test("it never says that something is yet to come, though the clock is slow", () => {
  assert.equal(hace(-90), "ahora");
});

test("it says nothing about what is no moment", () => {
  assert.equal(relativo("mañana", AHORA, "es-mx"), "");
  assert.equal(absoluto("mañana", "es-mx"), "");
});
