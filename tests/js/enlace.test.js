import assert from "node:assert/strict";
import test from "node:test";

import { enlaceSeguro } from "../../static/js/enlace.js";

test("it follows paths of this site", () => {
  for (const ruta of ["/", "/ventas/7/confirmacion/", "/buscar/?q=taza&x=1#abajo"])
    assert.equal(enlaceSeguro(ruta), ruta);
});

test("it follows nothing that could lead to another site or run a script", () => {
  const malos = [
    "//malo.example",
    "/\\malo.example",
    "\\\\malo.example",
    "/\t/malo.example",
    "/\n/malo.example",
    "https://malo.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "ventas/7",
    "",
    null,
    undefined,
    7,
    {},
  ];
  for (const malo of malos) assert.equal(enlaceSeguro(malo), "", `followed ${JSON.stringify(malo)}`);
});
