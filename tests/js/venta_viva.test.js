import assert from "node:assert/strict";
import test from "node:test";

import { avivarVenta, leerSuceso } from "../../static/js/venta_viva.js";
import { Reloj } from "./aparatos.js";

const paso = (nombre, estado) => ({
  dataset: { paso: nombre, estado },
  estado: { textContent: estado },
  querySelector() {
    return this.estado;
  },
});

/** Returns the page of sale 7, and a server that answers `servidor.estados`. */
function abrir(estados = { correo: "en_curso", factura: "en_curso" }) {
  const documento = Object.assign(new EventTarget(), { activeElement: null, importNode: (nodo) => nodo });
  const servidor = { estados, pedidos: [] };
  const vivo = { dataset: { venta: "7" }, hijos: [], replaceChildren: (...hijos) => (vivo.hijos = hijos) };
  vivo.querySelectorAll = () => [];
  vivo.matches = () => false;
  documento.querySelector = () => vivo;
  documento.querySelectorAll = () => vivo.hijos;
  const reloj = new Reloj();
  const pedir = async (ruta, { headers }) => {
    servidor.pedidos.push([ruta, headers["X-Parcial"]]);
    return { ok: true, text: async () => "" };
  };
  const lector = () => ({
    querySelector: () => ({
      isEqualNode: () => false,
      childNodes: Object.entries(servidor.estados).map(([nombre, estado]) => paso(nombre, estado)),
    }),
  });
  avivarVenta({ documento, pedir, lector, reloj, ruta: "/ventas/7/confirmacion/" });
  const llegar = async (detail, suceso = "notificacion") => {
    documento.dispatchEvent(Object.assign(new Event(suceso), { detail }));
    await reloj.pasar(200);
  };
  const visto = () => Object.fromEntries(vivo.hijos.map(({ dataset }) => [dataset.paso, dataset.estado]));
  return { servidor, llegar, visto, vivo };
}

const progreso = (mas) => ({ type: "venta_progreso", venta_id: 7, paso: "correo", hecho: 2, de: 3, fallo: false, ...mas });

test("it asks the server for the steps when one of them is told", async () => {
  const { servidor, llegar, visto } = abrir();
  servidor.estados = { correo: "hecho", factura: "en_curso" };
  await llegar(progreso());
  assert.deepEqual(servidor.pedidos, [["/ventas/7/confirmacion/", "1"]]);
  assert.deepEqual(visto(), { correo: "hecho", factura: "en_curso" });
});

test("it asks again when all is done and when a replay has ended", async () => {
  const { servidor, llegar } = abrir();
  await llegar({ type: "compra_lista", datos: { venta_id: 7 } });
  await llegar({ type: "sincronizado" }, "notificacion:sincronizado");
  assert.equal(servidor.pedidos.length, 2);
});

test("it leaves other sales and other news alone", async () => {
  const { servidor, llegar } = abrir();
  await llegar(progreso({ venta_id: 8 }));
  await llegar({ type: "compra_lista", datos: { venta_id: 8 } });
  await llegar({ type: "compra_lista" });
  await llegar({ type: "imagen_procesada", imagen_id: 7 });
  assert.deepEqual(servidor.pedidos, []);
});

test("it keeps a failed step marked until the server says that it is done", async () => {
  const { servidor, llegar, visto, vivo } = abrir();
  await llegar(progreso({ fallo: true }));
  assert.deepEqual(visto(), { correo: "fallido", factura: "en_curso" });
  assert.equal(vivo.hijos[0].estado.textContent, "No se pudo");
  servidor.estados = { correo: "en_curso", factura: "hecho" };
  await llegar(progreso({ paso: "factura" }));
  assert.deepEqual(visto(), { correo: "fallido", factura: "hecho" });
  servidor.estados = { correo: "hecho", factura: "hecho" };
  await llegar({ type: "sincronizado" }, "notificacion:sincronizado");
  assert.deepEqual(visto(), { correo: "hecho", factura: "hecho" });
});

test("it takes the mark away when staff has run the step again", async () => {
  const { llegar, visto } = abrir();
  await llegar(progreso({ fallo: true }));
  await llegar(progreso({ fallo: false }));
  assert.deepEqual(visto(), { correo: "en_curso", factura: "en_curso" });
});

test("it reads a failure from the stored notification too", () => {
  const aviso = { type: "aviso", datos: { venta_id: 7, paso: "factura" } };
  assert.deepEqual(leerSuceso(aviso), { de: 7, paso: "factura", fallo: true });
  assert.equal(leerSuceso({ type: "nueva_venta", datos: { venta_id: 7 } }).fallo, false);
});

test("it stays as it was while the server does not answer", async () => {
  const { servidor, llegar, visto } = abrir();
  await llegar(progreso());
  servidor.estados = null;
  await llegar(progreso());
  assert.deepEqual(visto(), { correo: "en_curso", factura: "en_curso" });
});
