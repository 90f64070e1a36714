import assert from "node:assert/strict";
import test from "node:test";

import { avivarColas } from "../../static/js/colas_vivo.js";
import { Reloj } from "./aparatos.js";

const PARTES = ["#colas-notas", "#colas-tabla", "#colas-trabajadores", "#colas-fallidas"];

/** A part of a page that is only its text, and what is open in it. */
function parte(texto) {
  return {
    texto,
    childNodes: [texto],
    isEqualNode: (otra) => otra.texto === texto,
    contains: () => false,
    querySelectorAll: () => [],
    matches: () => false,
  };
}

/** A document with the four parts; `puestas` notes which of them were replaced, by what. */
function crear({ visible = true, ok = true } = {}) {
  const reloj = new Reloj();
  const puestas = [];
  const pedidos = [];
  const partes = new Map(PARTES.map((selector) => [selector, parte("antes")]));
  for (const [selector, una] of partes) una.replaceChildren = (...hijos) => puestas.push([selector, ...hijos]);
  const documento = Object.assign(new EventTarget(), {
    visibilityState: visible ? "visible" : "hidden",
    activeElement: null,
    querySelector: (selector) => partes.get(selector),
    importNode: (nodo) => nodo,
  });
  const pagina = { cuerpo: "antes" };
  const lector = (cambiada) => ({
    querySelector: (selector) => parte(selector === cambiada ? "después" : "antes"),
  });
  const pedir = async (ruta, opciones) => {
    pedidos.push([ruta, opciones.headers["X-Parcial"]]);
    return { ok, text: async () => pagina.cuerpo };
  };
  avivarColas({ documento, pedir, lector, reloj, ruta: "/colas/?q=x" });
  return { reloj, documento, pagina, pedidos, puestas };
}

const llega = (documento, type) =>
  documento.dispatchEvent(Object.assign(new Event("notificacion"), { detail: { type } }));

test("it asks once for all parts when workers say that something changed, and touches what did", async () => {
  const { reloj, documento, pagina, pedidos, puestas } = crear();
  pagina.cuerpo = "#colas-fallidas";
  for (let vez = 0; vez < 5; vez += 1) llega(documento, "colas_cambio");
  await reloj.pasar(300);
  assert.deepEqual(pedidos, [["/colas/?q=x", "1"]]);
  assert.deepEqual(puestas, [["#colas-fallidas", "después"]]);
});

test("it lets sales pass, which are no business of the queues", async () => {
  const { reloj, documento, pedidos } = crear();
  llega(documento, "nueva_venta");
  await reloj.pasar(300);
  assert.equal(pedidos.length, 0);
});

test("it looks every five seconds by itself, and not while nobody looks at it", async () => {
  const { reloj, documento, pedidos } = crear();
  await reloj.pasar(10_600);
  assert.equal(pedidos.length, 2);
  documento.visibilityState = "hidden";
  llega(documento, "colas_cambio");
  await reloj.pasar(10_000);
  assert.equal(pedidos.length, 2);
  documento.visibilityState = "visible";
  documento.dispatchEvent(new Event("visibilitychange"));
  await reloj.pasar(300);
  assert.equal(pedidos.length, 3);
});

test("it leaves the page as it is when the server does not answer well", async () => {
  const { reloj, documento, puestas, pedidos } = crear({ ok: false });
  llega(documento, "colas_cambio");
  await reloj.pasar(300);
  assert.deepEqual([pedidos.length, puestas], [1, []]);
});
