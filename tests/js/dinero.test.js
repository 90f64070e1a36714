import assert from "node:assert/strict";
import test from "node:test";

import { aDecimal, centavos, formatear } from "../../static/js/dinero.js";

test("it reads amounts as whole cents", () => {
  assert.equal(centavos("129.90"), 12990n);
  assert.equal(centavos("129.9"), 12990n);
  assert.equal(centavos("7"), 700n);
  assert.equal(centavos("-0.05"), -5n);
  assert.equal(centavos("90071992547409.93"), 9007199254740993n);
});

test("it takes nothing else for an amount", () => {
  for (const raro of ["", "1e3", "1,299.90", "NaN", "0x10", "12.345", null, undefined, {}, "٣"])
    assert.equal(centavos(raro), null);
});

test("it writes cents as decimal text again", () => {
  for (const [valor, texto] of [
    [12990n, "129.90"],
    [5n, "0.05"],
    [0n, "0.00"],
    [-5n, "-0.05"],
    [-12345n, "-123.45"],
  ]) {
    assert.equal(aDecimal(valor), texto);
  }
});

test("it shows money as the page's language does, exactly", () => {
  assert.equal(formatear("1299.90"), "$1,299.90");
  assert.equal(formatear("1299.90", { idioma: "en", moneda: "MXN" }), "$1,299.90");
  assert.equal(formatear("90071992547409.93"), "$90,071,992,547,409.93");
});

test("it shows what is no amount as it came", () => {
  assert.equal(formatear("<b>mucho</b>"), "<b>mucho</b>");
  assert.equal(formatear("10.00", { idioma: "es-mx", moneda: "???" }), "10.00 ???");
});
