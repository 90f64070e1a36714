import assert from "node:assert/strict";
import test from "node:test";

import { Acciones } from "../../static/js/acciones.js";
import { Almacen } from "../../static/js/almacen.js";
import { Http } from "../../static/js/http.js";
import { ErrorDeAccion } from "../../static/js/peticiones.js";
import { saludo, venta } from "./aparatos.js";

function crear({ enLinea = true, falla = null } = {}) {
  const almacen = new Almacen();
  almacen.aplicar(saludo());
  almacen.aplicar(venta(1));
  const hecho = { porSocket: [], porHttp: [], tostadas: [], cambios: 0 };
  const acciones = new Acciones({
    almacen,
    enLinea: () => enLinea,
    pedir: async (accion, campos) => {
      hecho.porSocket.push([accion, campos]);
      if (falla) throw new ErrorDeAccion(falla);
    },
    http: { pedir: async (accion, campos) => void hecho.porHttp.push([accion, campos]) },
    tostada: () => ({ mostrar: (texto, accion) => hecho.tostadas.push({ texto, accion }) }),
    alCambiar: () => (hecho.cambios += 1),
  });
  return { acciones, almacen, hecho };
}

test("it shows a notification as read before the server has answered", async () => {
  const { acciones, almacen, hecho } = crear();
  const promesa = acciones.leer(101);
  assert.equal(almacen.notificaciones.get(101).leida, true);
  assert.equal(await promesa, true);
  assert.deepEqual(hecho.porSocket, [["marcar_leida", { notificacion_id: 101 }]]);
});

test("it takes it back and says so when the server refuses", async () => {
  const { acciones, almacen, hecho } = crear({ falla: "no_encontrada" });
  assert.equal(await acciones.archivar(101), false);
  assert.equal(almacen.notificaciones.get(101).archivada, false);
  assert.deepEqual(
    hecho.tostadas.map(({ texto }) => texto),
    ["No se pudo guardar. Inténtalo de nuevo."],
  );
});

test("it offers to undo an archived one, once it is archived", async () => {
  const { acciones, hecho } = crear();
  await acciones.archivar(101);
  await hecho.tostadas[0].accion.hacer();
  assert.deepEqual(hecho.porSocket.at(-1), ["archivar", { notificacion_id: 101, deshacer: true }]);
  assert.equal(hecho.tostadas.length, 1);
});

test("it goes by HTTP without a socket, and when the socket is lost on the way", async () => {
  for (const partes of [crear({ enLinea: false }), crear({ falla: "sin_conexion" })]) {
    assert.equal(await partes.acciones.leer(101), true);
    assert.deepEqual(partes.hecho.porHttp, [["marcar_leida", { notificacion_id: 101 }]]);
    assert.deepEqual(partes.hecho.tostadas, []);
  }
});

test("it marks read by a request that outlives the page when a link leads away", () => {
  const { acciones, hecho } = crear();
  acciones.abrir({ id: 101, enlace: "/ventas/1/confirmacion/" });
  acciones.abrir({ id: null, enlace: "/notificaciones/" });
  assert.deepEqual([hecho.porHttp, hecho.porSocket], [[["marcar_leida", { notificacion_id: 101 }]], []]);
});

test("it marks all read that existed when the user asked", async () => {
  const { acciones, hecho } = crear();
  await acciones.leerTodas();
  assert.deepEqual(hecho.porSocket, [["marcar_todas_leidas", { hasta_secuencia: 1 }]]);
});

test("it marks all read though the socket never opened", async () => {
  const { acciones, hecho } = crear({ enLinea: false });
  acciones.almacen = new Almacen();
  await acciones.leerTodas();
  assert.deepEqual(hecho.porHttp, [["marcar_todas_leidas", {}]]);
});

function crearHttp(respuesta) {
  const pedidos = [];
  const fetch = async (url, opciones) => {
    pedidos.push([String(url), opciones]);
    return respuesta;
  };
  const documento = { querySelector: () => ({ value: "ficha" }) };
  return {
    pedidos,
    http: new Http({ fetch, documento, bandeja: "/notificaciones/", pagina: "https://tienda.example/panel/" }),
  };
}

test("it posts an action as its form would, with the token of the page", async () => {
  const { http, pedidos } = crearHttp({ ok: true, status: 204 });
  await http.pedir("archivar", { notificacion_id: 7, deshacer: true });
  const [[url, { method, body, keepalive }]] = pedidos;
  assert.equal(url, "https://tienda.example/notificaciones/7/archivar/");
  assert.deepEqual([method, String(body), keepalive], ["POST", "csrfmiddlewaretoken=ficha&deshacer=1", true]);
});

test("it does not take the redirect to the sign-in page for success", async () => {
  const { http } = crearHttp({ ok: false, status: 0, type: "opaqueredirect" });
  await assert.rejects(http.pedir("marcar_leida", { notificacion_id: 7 }));
  assert.equal(await http.haySesion(), false);
  assert.equal(await crearHttp({ ok: true, type: "basic" }).http.haySesion(), true);
});
