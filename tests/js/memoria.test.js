import assert from "node:assert/strict";
import test from "node:test";

import { Cursor, direccionDe } from "../../static/js/cursor.js";
import { Memoria } from "../../static/js/memoria.js";
import { crearDeposito } from "./aparatos.js";

test("it resumes the next day where this user's browser was, and nobody else's", () => {
  const deposito = crearDeposito();
  new Cursor({ memoria: new Memoria(() => deposito), usuario: 7 }).guardar({ epoca: "k3f", secuencia: 118 });
  const otroDia = (usuario) => new Cursor({ memoria: new Memoria(() => deposito), usuario }).leer();
  assert.deepEqual(otroDia(7), { epoca: "k3f", secuencia: 118 });
  assert.equal(otroDia(8), null);
});

test("it starts at the top when what is stored is no cursor", () => {
  for (const raro of [
    "{",
    "null",
    "7",
    '"x"',
    '{"epoca":1,"secuencia":2}',
    '{"epoca":"a","secuencia":-1}',
    '{"epoca":"a","secuencia":1.5}',
  ]) {
    const memoria = new Memoria(() => crearDeposito({ "notificaciones:cursor:7": raro }));
    assert.equal(new Cursor({ memoria, usuario: 7 }).leer(), null, raro);
  }
});

test("it remembers for as long as the page lives where storage is forbidden or full", () => {
  const lleno = {
    ...crearDeposito(),
    setItem: () => {
      throw new Error("QuotaExceededError");
    },
  };
  const prohibido = () => {
    throw new Error("SecurityError");
  };
  for (const abrir of [() => lleno, prohibido]) {
    const memoria = new Memoria(abrir);
    assert.equal(memoria.leer("sonido"), null);
    memoria.escribir("sonido", false);
    assert.equal(memoria.leer("sonido"), false);
  }
});

test("it opens ws on http and wss on https, on the page's own host and port", () => {
  const ruta = "/ws/notificaciones/";
  assert.equal(direccionDe({ ruta, pagina: "http://127.0.0.1:8000/a?b#c" }), "ws://127.0.0.1:8000/ws/notificaciones/");
  assert.equal(direccionDe({ ruta, pagina: "https://tienda.example/" }), "wss://tienda.example/ws/notificaciones/");
});
