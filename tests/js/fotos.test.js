import assert from "node:assert/strict";
import test from "node:test";

import { Cola } from "../../static/js/fotos_cola.js";
import { enviar, leer } from "../../static/js/fotos_envio.js";
import { barraDe, cancelable, enMegas, motivoDeRechazo, nueva, textoDe, tras } from "../../static/js/fotos_foto.js";
import { escucharNoticias, imagenDe } from "../../static/js/fotos_noticias.js";
import { diferencias, moverse, vecina } from "../../static/js/fotos_orden.js";
import { servidorDe } from "../../static/js/fotos_servidor.js";
import { Reloj, asentar } from "./aparatos.js";

const MIB = 1024 * 1024;
const LIMITES = { maximo: 15 * MIB, tipos: ["image/jpeg", "image/png", "image/webp"] };
const imagen = (mas) => ({
  id: 7,
  estado: "procesando",
  estado_texto: "Procesando",
  terminada: false,
  hecho: 0,
  de: 3,
  enlace: "/imagenes/7/",
  miniatura: "",
  ...mas,
});
const vivir = (...sucesos) => sucesos.reduce(tras, nueva({ nombre: "playa.jpg", bytes: 4 * MIB }));
const empieza = { tipo: "empieza" };
const avanza = (enviados) => ({ tipo: "avanza", enviados, total: 200 });
const informa = (mas) => ({ tipo: "informa", imagen: imagen(mas) });

test("a photo says each step of its way", () => {
  const dicho = [
    [],
    [empieza, avanza(84)],
    [empieza, avanza(200)],
    [empieza, avanza(200), informa()],
    [empieza, informa(), { tipo: "progresa", hecho: 2, de: 3 }],
    [empieza, informa(), informa({ terminada: true, estado_texto: "Espera a que alguien la revise" })],
  ].map((sucesos) => textoDe(vivir(...sucesos)));
  assert.deepEqual(dicho, [
    "En espera",
    "Subiendo: 42 %",
    "Subida; falta la respuesta…",
    "Procesando: 0 de 3",
    "Procesando: 2 de 3",
    "Espera a que alguien la revise",
  ]);
});

test("its bar is first the transfer, then the work, then gone", () => {
  assert.equal(barraDe(vivir()), null);
  assert.deepEqual(barraDe(vivir(empieza, avanza(84))), { valor: 42, maximo: 100 });
  assert.deepEqual(barraDe(vivir(empieza, informa({ hecho: 1 }))), { valor: 1, maximo: 3 });
  assert.equal(barraDe(vivir(empieza, informa({ terminada: true }))), null);
});

test("steps that come out of order never take it back", () => {
  const foto = vivir(empieza, informa(), { tipo: "progresa", hecho: 2, de: 3 });
  assert.equal(tras(foto, { tipo: "progresa", hecho: 1, de: 3 }), foto);
  assert.equal(tras(foto, informa({ hecho: 1 })).hecho, 2);
  const lista = tras(foto, informa({ terminada: true }));
  assert.equal(tras(lista, { tipo: "progresa", hecho: 3, de: 3 }), lista);
});

test("it can be cancelled until all of it has left", () => {
  assert.equal(vivir({ tipo: "cancela" }).estado, "cancelada");
  assert.equal(vivir(empieza, avanza(84), { tipo: "cancela" }).estado, "cancelada");
  const ida = vivir(empieza, avanza(200));
  assert.equal(cancelable(ida), false);
  assert.equal(tras(ida, { tipo: "cancela" }), ida);
});

test("what was cut is tried again, what was refused is not", () => {
  const cortada = vivir(empieza, { tipo: "corta", motivo: "Se cortó la conexión." });
  assert.equal(textoDe(cortada), "Se cortó la conexión.");
  assert.equal(vivir(empieza, { tipo: "corta", motivo: "x" }, { tipo: "espera" }, empieza).estado, "subiendo");
  const rechazada = vivir(empieza, { tipo: "rechaza", motivo: "No es una foto." });
  assert.equal(tras(rechazada, { tipo: "espera" }), rechazada);
  assert.equal(textoDe(rechazada), "No es una foto.");
});

test("it is not even sent when it is empty, too large or no photo", () => {
  const motivo = (size, type) => motivoDeRechazo({ size, type }, LIMITES);
  assert.equal(motivo(0, "image/png"), "El archivo está vacío.");
  assert.equal(motivo(16 * MIB, "image/png"), "Pesa 16.0 MB; el máximo es 15.0 MB.");
  assert.equal(motivo(10, "text/html"), "No es una foto JPEG, PNG ni WebP.");
  assert.equal(motivo(15 * MIB, "image/png"), "");
  assert.equal(motivo(10, ""), "");
  assert.equal(nueva({ nombre: "x", bytes: 0, motivo: "No." }).estado, "rechazada");
});

test("sizes are said in kilobytes and megabytes", () => {
  assert.deepEqual([1, 2048, 4.25 * MIB].map(enMegas), ["1 KB", "2 KB", "4.3 MB"]);
});

test("two go at a time, in order, and one that waits can be taken out", async () => {
  const empezadas = [];
  const fines = new Map();
  const hacer = (clave) => new Promise((resolver) => void (empezadas.push(clave), fines.set(clave, resolver)));
  const cola = new Cola({ hacer });
  for (const clave of ["a", "b", "c", "d"]) cola.poner(clave);
  cola.quitar("c");
  assert.deepEqual(empezadas, ["a", "b"]);
  fines.get("b")();
  await asentar();
  assert.deepEqual(empezadas, ["a", "b", "d"]);
});

class Peticion extends EventTarget {
  static ultima = null;
  upload = new EventTarget();
  cabeceras = {};

  constructor() {
    super();
    Peticion.ultima = this;
  }

  open(metodo, ruta) {
    Object.assign(this, { metodo, ruta });
  }

  setRequestHeader(nombre, valor) {
    this.cabeceras[nombre] = valor;
  }

  send(cuerpo) {
    this.cuerpo = cuerpo;
  }

  abort() {
    this.dispatchEvent(new Event("abort"));
  }

  contestar(status, responseText) {
    Object.assign(this, { status, responseText });
    this.dispatchEvent(new Event("load"));
  }
}

function mandar() {
  const avances = [];
  const envio = enviar({
    XMLHttpRequest: Peticion,
    ruta: "/imagenes/subir/",
    ficha: "f1",
    archivo: new Blob(["x"]),
    descripcion: "Mi playa",
    alAvanzar: (...avance) => avances.push(avance),
  });
  return { ...envio, avances, peticion: Peticion.ultima };
}

test("it sends the photo with its description and the token, and tells how far it is", async () => {
  const { peticion, avances, respuesta } = mandar();
  assert.deepEqual([peticion.metodo, peticion.ruta], ["POST", "/imagenes/subir/"]);
  assert.deepEqual(peticion.cabeceras, { Accept: "application/json", "X-CSRFToken": "f1" });
  assert.equal(peticion.cuerpo.get("descripcion"), "Mi playa");
  assert.ok(peticion.cuerpo.get("archivos"));
  peticion.upload.dispatchEvent(Object.assign(new Event("progress"), { loaded: 5, total: 10 }));
  assert.deepEqual(avances, [[5, 10]]);
  peticion.contestar(201, JSON.stringify({ imagenes: [imagen()] }));
  assert.deepEqual(await respuesta, informa());
});

test("it can be broken off, and says when the network did", async () => {
  const una = mandar();
  una.cancelar();
  assert.equal(await una.respuesta, null);
  const otra = mandar();
  otra.peticion.dispatchEvent(new Event("error"));
  assert.equal((await otra.respuesta).tipo, "corta");
});

test("it knows what is refused for good from what may be tried again, whoever answers", () => {
  const mensaje = JSON.stringify({ mensaje: "Tiene demasiados píxeles." });
  assert.deepEqual(leer(400, mensaje), { tipo: "rechaza", motivo: "Tiene demasiados píxeles." });
  assert.equal(leer(413, "<html>413 Request Entity Too Large</html>").tipo, "rechaza");
  for (const estado of [401, 403, 429, 500, 502, 503, 400]) assert.equal(leer(estado, "<html>").tipo, "corta");
  for (const texto of ["null", "[]", "7", '"x"', ""]) assert.equal(leer(201, texto).tipo, "corta");
});

function oir({ pendientes = [7], visible = true } = {}) {
  const documento = Object.assign(new EventTarget(), { visibilityState: visible ? "visible" : "hidden" });
  const reloj = new Reloj();
  const preguntas = [];
  const progresos = [];
  const noticias = escucharNoticias({
    documento,
    reloj,
    pendientes: () => pendientes,
    preguntar: async (ids) => void preguntas.push(ids),
    alProgresar: (id, suceso) => progresos.push([id, suceso]),
  });
  const llega = (detail, suceso = "notificacion") =>
    documento.dispatchEvent(Object.assign(new Event(suceso), { detail }));
  return { reloj, preguntas, progresos, llega, ...noticias };
}

test("progress is told at once and without asking the server", async () => {
  const { llega, progresos, preguntas, reloj, oida } = oir();
  llega({ type: "imagen_progreso", imagen_id: 7, paso: "miniaturas", hecho: 1, de: 3 });
  await reloj.pasar(1000);
  assert.deepEqual(progresos, [[7, { tipo: "progresa", hecho: 1, de: 3 }]]);
  assert.deepEqual(preguntas, []);
  assert.deepEqual([oida(7), oida(8)], [true, false]);
});

test("it asks when a photo is announced and when a replay has ended, once for many", async () => {
  const { llega, preguntas, reloj } = oir();
  llega({ type: "imagen_procesada", imagen_id: 7 });
  llega({ type: "aviso", datos: { imagen_id: 7 } });
  llega({ type: "sincronizado" }, "notificacion:sincronizado");
  await reloj.pasar(200);
  assert.deepEqual(preguntas, [[7]]);
});

test("without a socket it asks while somebody waits and looks, and only then", async () => {
  const esperando = oir();
  await esperando.reloj.pasar(9000);
  assert.equal(esperando.preguntas.length, 2);
  const sinNada = oir({ pendientes: [] });
  const oculta = oir({ visible: false });
  for (const { reloj, preguntas } of [sinNada, oculta]) {
    await reloj.pasar(20_000);
    assert.deepEqual(preguntas, []);
  }
});

test("a sale is no photo", async () => {
  assert.equal(imagenDe({ type: "nueva_venta", datos: { venta_id: 7 } }), null);
  assert.equal(imagenDe({ type: "nueva_venta" }), null);
  const { llega, preguntas, reloj } = oir();
  llega({ type: "nueva_venta", datos: {} });
  await reloj.pasar(200);
  assert.deepEqual(preguntas, []);
});

test("cards that stay are left alone, and what was decided here does not come back", () => {
  assert.deepEqual(diferencias(["1", "2"], ["2", "3"]), { quitar: ["1"], agregar: ["3"] });
  assert.deepEqual(diferencias(["2"], ["1", "2"], new Set(["1"])), { quitar: [], agregar: [] });
});

test("the eye goes to the next card, to the one before at the end, and never beyond", () => {
  assert.equal(vecina(["1", "2", "3"], "2"), "3");
  assert.equal(vecina(["1", "2"], "2"), "1");
  assert.equal(vecina(["1"], "1"), null);
  assert.equal(moverse(["1", "2"], undefined, 1), "1");
  assert.equal(moverse(["1", "2"], "1", 1), "2");
  assert.equal(moverse(["1", "2"], "2", 1), "2");
  assert.equal(moverse([], undefined, -1), null);
});

test("it asks the server by the addresses of the page", async () => {
  const pedidos = [];
  const pedir = async (ruta, { method = "GET", body } = {}) => {
    pedidos.push([method, ruta, String(body ?? "")]);
    return method === "GET"
      ? { ok: true, json: async () => ({ imagenes: [imagen()] }) }
      : { ok: false, json: async () => ({ mensaje: "Es muy larga." }) };
  };
  const rutas = { subir: "/s/", estado: "/e/", describir: "/imagenes/0/describir/" };
  const servidor = servidorDe({ pedir, rutas, ficha: () => "f1" });
  assert.equal((await servidor.estados([7, 8]))[0].id, 7);
  assert.equal(await servidor.describir(7, "ñ & x"), "Es muy larga.");
  assert.deepEqual(pedidos, [
    ["GET", "/e/?id=7&id=8", ""],
    ["POST", "/imagenes/7/describir/", "descripcion=%C3%B1+%26+x&csrfmiddlewaretoken=f1"],
  ]);
});
