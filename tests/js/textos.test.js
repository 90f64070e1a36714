import assert from "node:assert/strict";
import test from "node:test";

import { cifra, titulo } from "../../static/js/campana.js";
import { fraseDe, textoDe } from "../../static/js/conexion_vista.js";
import { contenidoDe, enUnaFrase } from "../../static/js/presentacion.js";
import { gettext, ngettext, rellenar } from "../../static/js/textos.js";

test("it speaks Spanish where the catalogue is missing, and whatever the catalogue says where it is there", () => {
  assert.equal(gettext("en línea"), "en línea");
  assert.equal(ngettext("una", "varias", 2), "varias");
  globalThis.gettext = (texto) => ({ "en línea": "online" })[texto] ?? texto;
  assert.equal(textoDe({ nombre: "en_linea" }, 0), "online");
  delete globalThis.gettext;
});

test("it puts values in their places and leaves unknown places alone", () => {
  assert.equal(rellenar("%(a)s de %(b)s %(c)s", { a: 1, b: "%(a)s" }), "1 de %(a)s %(c)s");
});

test("it says how the connection is, second by second", () => {
  assert.equal(textoDe({ nombre: "reconectando", hasta: 10_000 }, 6001), "reconectando en 4 s");
  assert.equal(textoDe({ nombre: "reconectando", hasta: 10_000 }, 10_000), "conectando…");
  assert.equal(textoDe({ nombre: "reconectando", hasta: null }, 0), "conectando…");
  assert.equal(textoDe({ nombre: "sin_conexion" }, 0), "sin conexión");
  assert.equal(textoDe({ nombre: "inactiva" }, 0), "");
});

test("it says what to do when the connection stopped for good", () => {
  assert.match(fraseDe({ nombre: "sesion_cerrada", codigo: 4401 }), /entra de nuevo/);
  assert.match(fraseDe({ nombre: "detenida", codigo: 4409 }), /demasiadas ventanas/);
  assert.match(fraseDe({ nombre: "detenida", codigo: 1003 }), /recarga/);
});

test("it counts in the title and on the bell", () => {
  assert.equal(titulo("Panel", 0), "Panel");
  assert.equal(titulo("Panel", 3), "(3) Panel");
  assert.equal(cifra(99), "99");
  assert.equal(cifra(100), "99+");
});

test("it shows a raw push that says almost nothing by the name of its kind", () => {
  const tipos = { imagen_procesada: { etiqueta: "Imagen lista", severidad: "exito", icono: "imagen" } };
  const contenido = contenidoDe({ type: "imagen_procesada", imagen_id: 9, url_thumbnail: "/x" }, { tipos });
  assert.deepEqual(
    [contenido.titulo, contenido.icono, contenido.severidad, contenido.id],
    ["Imagen lista", "imagen", "exito", null],
  );
  assert.equal(enUnaFrase(contenido), "Imagen lista");
});
