import assert from "node:assert/strict";
import test from "node:test";

import { Conexion } from "../../static/js/conexion.js";
import { direccionDe } from "../../static/js/cursor.js";
import { Reloj, asentar, crearWebSocket, saludo, venta } from "./aparatos.js";

/** Returns a connection of ana's laptop and everything around it. */
function conectar({ azar = () => 0.5, red = true, sesion = true } = {}) {
  const reloj = new Reloj();
  const WebSocket = crearWebSocket();
  const mundo = { red, sesion, cursor: null, marcos: [], estados: [], preguntas: 0 };
  const conexion = new Conexion({
    WebSocket,
    reloj,
    azar,
    direccion: () =>
      direccionDe({ ruta: "/ws/notificaciones/", pagina: "https://tienda.example/panel/?x=1#y", cursor: mundo.cursor }),
    hayRed: () => mundo.red,
    haySesion: async () => {
      mundo.preguntas += 1;
      return mundo.sesion;
    },
    alRecibir: (marco) => mundo.marcos.push(marco),
    alCambiar: (estado) => mundo.estados.push(estado.nombre),
  });
  conexion.abrir();
  return { conexion, reloj, WebSocket, mundo };
}

function enLinea(opciones) {
  const partes = conectar(opciones);
  partes.WebSocket.ultimo.llega(saludo());
  return partes;
}

test("it opens wss on an https page, without a cursor the first time and with it from then on", async () => {
  const { reloj, WebSocket, mundo } = enLinea();
  assert.equal(WebSocket.ultimo.url, "wss://tienda.example/ws/notificaciones/");
  mundo.cursor = { epoca: "k3f&x", secuencia: 118 };
  WebSocket.ultimo.cae(1006);
  await reloj.pasar(500);
  assert.equal(WebSocket.ultimo.url, "wss://tienda.example/ws/notificaciones/?desde=118&epoca=k3f%26x");
});

test("it says that it is online when the server has greeted, and not before", () => {
  const { conexion, WebSocket, mundo } = conectar();
  assert.equal(conexion.estado.nombre, "reconectando");
  WebSocket.ultimo.llega(saludo());
  WebSocket.ultimo.llega(venta(1));
  assert.equal(conexion.estado.nombre, "en_linea");
  assert.deepEqual(
    mundo.marcos.map(({ type }) => type),
    ["connection_established", "nueva_venta"],
  );
});

test("it says that news comes late while the server says so, and asks for actions all the same", () => {
  const { conexion, WebSocket, mundo } = conectar();
  WebSocket.ultimo.llega({ ...saludo(), con_retraso: true });
  assert.equal(conexion.estado.nombre, "con_retraso");
  WebSocket.ultimo.llega({ type: "retraso", con_retraso: false });
  WebSocket.ultimo.llega({ type: "retraso", con_retraso: true });
  assert.deepEqual(mundo.estados.slice(-3), ["con_retraso", "en_linea", "con_retraso"]);
  conexion.pedir("marcar_vistas", {}).catch(() => {});
  assert.equal(WebSocket.ultimo.enviados.at(-1).action, "marcar_vistas");
});

test("it says until when it waits, and connects again then", async () => {
  const { conexion, reloj, WebSocket } = enLinea();
  WebSocket.ultimo.cae(1012);
  assert.deepEqual(conexion.estado, { nombre: "reconectando", hasta: reloj.ahora() + 250 });
  await reloj.pasar(249);
  assert.equal(WebSocket.abiertos.length, 1);
  await reloj.pasar(1);
  assert.equal(WebSocket.abiertos.length, 2);
});

test("it waits longer each time it fails, and forgets that after a while that went well", async () => {
  const { conexion, reloj, WebSocket } = conectar({ azar: () => 0.999 });
  const esperas = [];
  for (let vez = 0; vez < 9; vez += 1) {
    WebSocket.ultimo.cae(1006);
    const espera = conexion.estado.hasta - reloj.ahora();
    esperas.push(Math.round(espera / 100) / 10);
    await reloj.pasar(espera);
  }
  assert.deepEqual(esperas, [0.5, 1, 2, 4, 8, 16, 30, 30, 30]);
  WebSocket.ultimo.llega(saludo());
  await reloj.pasar(10_000);
  WebSocket.ultimo.cae(1006);
  assert.ok(conexion.estado.hasta - reloj.ahora() < 500);
});

test("it does not hurry back to a server that accepts and drops at once", async () => {
  const { conexion, reloj, WebSocket } = conectar({ azar: () => 0.999 });
  for (let vez = 0; vez < 5; vez += 1) {
    WebSocket.ultimo.llega(saludo());
    WebSocket.ultimo.cae(1006);
    await reloj.pasar(conexion.estado.hasta - reloj.ahora());
  }
  WebSocket.ultimo.cae(1006);
  assert.ok(conexion.estado.hasta - reloj.ahora() > 15_000);
});

for (const codigo of [1003, 1009, 4403, 4409]) {
  test(`it stops for good at ${codigo}`, async () => {
    const { conexion, reloj, WebSocket } = enLinea();
    WebSocket.ultimo.cae(codigo);
    assert.deepEqual(conexion.estado, { nombre: "detenida", codigo });
    await reloj.pasar(600_000);
    conexion.despertar();
    assert.equal(WebSocket.abiertos.length, 1);
  });
}

test("it says that the session ended at 4401", async () => {
  const { conexion, reloj, WebSocket } = enLinea();
  WebSocket.ultimo.cae(4401);
  assert.equal(conexion.estado.nombre, "sesion_cerrada");
  await reloj.pasar(600_000);
  assert.equal(WebSocket.abiertos.length, 1);
});

test("it leaves the server alone for half a minute after 4008, though somebody comes to look", async () => {
  const { conexion, reloj, WebSocket } = enLinea({ azar: () => 0 });
  WebSocket.ultimo.cae(4008);
  await reloj.pasar(29_000);
  conexion.despertar();
  assert.equal(WebSocket.abiertos.length, 1);
  await reloj.pasar(1000);
  assert.equal(WebSocket.abiertos.length, 2);
});

test("it wakes up at once when the network is back or the tab is looked at", async () => {
  const { conexion, reloj, WebSocket } = conectar();
  for (let vez = 0; vez < 6; vez += 1) {
    WebSocket.ultimo.cae(1006);
    await reloj.pasar(vez < 5 ? 30_000 : 0);
  }
  const antes = WebSocket.abiertos.length;
  conexion.despertar();
  assert.equal(WebSocket.abiertos.length, antes + 1);
  conexion.despertar();
  assert.equal(WebSocket.abiertos.length, antes + 1);
});

test("it tells a lost network from a lost server, and still tries", async () => {
  const { conexion, reloj, WebSocket, mundo } = enLinea();
  mundo.red = false;
  WebSocket.ultimo.cae(1006);
  assert.equal(conexion.estado.nombre, "sin_conexion");
  await reloj.pasar(250);
  assert.equal(WebSocket.abiertos.length, 2);
  assert.equal(conexion.estado.nombre, "sin_conexion");
});

test("it does not believe that the network is gone while the socket answers", async () => {
  const { conexion, reloj, WebSocket, mundo } = enLinea();
  mundo.red = false;
  conexion.perderRed();
  const { ref } = WebSocket.ultimo.enviados[0];
  WebSocket.ultimo.llega({ type: "respuesta", accion: "ping", ok: true, ref });
  await reloj.pasar(10_000);
  assert.equal(conexion.estado.nombre, "en_linea");
  conexion.perderRed();
  await reloj.pasar(2500);
  assert.equal(conexion.estado.nombre, "sin_conexion");
});

test("it asks after a minute of silence, and connects again when nothing answers", async () => {
  const { reloj, WebSocket } = enLinea();
  await reloj.pasar(59_000);
  WebSocket.ultimo.llega({ type: "latido", secuencia: 0 });
  await reloj.pasar(59_000);
  assert.equal(WebSocket.ultimo.enviados.length, 0);
  await reloj.pasar(1000);
  assert.deepEqual(
    WebSocket.ultimo.enviados.map(({ action }) => action),
    ["ping"],
  );
  await reloj.pasar(10_000);
  assert.equal(WebSocket.abiertos[0].cerrado, 1005);
  await reloj.pasar(250);
  assert.equal(WebSocket.abiertos.length, 2);
});

test("it keeps a quiet socket that answers", async () => {
  const { conexion, reloj, WebSocket } = enLinea();
  for (let minuto = 0; minuto < 10; minuto += 1) {
    await reloj.pasar(60_000);
    const { ref } = WebSocket.ultimo.enviados.at(-1);
    WebSocket.ultimo.llega({ type: "respuesta", ok: true, ref });
  }
  assert.equal(WebSocket.abiertos.length, 1);
  assert.equal(conexion.estado.nombre, "en_linea");
});

test("it does not wait for ever for a handshake or a greeting", async () => {
  const { reloj, WebSocket } = conectar();
  await reloj.pasar(10_000);
  assert.equal(WebSocket.abiertos[0].cerrado, 1005);
  await reloj.pasar(250);
  assert.equal(WebSocket.abiertos.length, 2);
});

test("it moves when the server said that it is leaving, after the time it was given", async () => {
  const { reloj, WebSocket, mundo } = enLinea();
  WebSocket.ultimo.llega({ type: "reconectar", en_ms: 700 });
  await reloj.pasar(699);
  assert.equal(WebSocket.abiertos.length, 1);
  await reloj.pasar(1);
  assert.equal(WebSocket.abiertos[0].cerrado, 1000);
  assert.equal(WebSocket.abiertos.length, 2);
  assert.equal(mundo.marcos.length, 1);
});

test("it hears nothing more from a socket that it has given up", async () => {
  const { reloj, WebSocket, mundo } = enLinea();
  const viejo = WebSocket.ultimo;
  viejo.cae(1006);
  await reloj.pasar(250);
  WebSocket.ultimo.llega(saludo());
  viejo.llega(venta(1));
  viejo.cae(4401);
  assert.equal(mundo.marcos.filter(({ type }) => type === "nueva_venta").length, 0);
  assert.equal(mundo.estados.at(-1), "en_linea");
});

test("it finds out that the session ended when handshakes are refused", async () => {
  const { conexion, reloj, WebSocket, mundo } = conectar({ sesion: false });
  WebSocket.ultimo.cae(1006);
  assert.equal(mundo.preguntas, 0);
  await reloj.pasar(250);
  WebSocket.ultimo.cae(1006);
  await asentar();
  assert.equal(conexion.estado.nombre, "sesion_cerrada");
  await reloj.pasar(600_000);
  assert.equal(WebSocket.abiertos.length, 2);
});

test("it settles an action with its own answer, whatever comes in between", async () => {
  const { conexion, WebSocket } = enLinea();
  const primera = conexion.pedir("listar", { limite: 20 });
  const segunda = conexion.pedir("marcar_leida", { notificacion_id: 7 });
  const [{ ref: una }, { ref: otra }] = WebSocket.ultimo.enviados;
  WebSocket.ultimo.llega(venta(1));
  WebSocket.ultimo.llega({ type: "error", codigo: "no_encontrada", mensaje: "No está.", temporal: false, ref: otra });
  WebSocket.ultimo.llega({ type: "respuesta", ok: true, ref: una, notificaciones: [] });
  assert.deepEqual((await primera).notificaciones, []);
  await assert.rejects(segunda, { name: "ErrorDeAccion", codigo: "no_encontrada", message: "No está." });
});

test("it fails the actions that a lost socket or a silent server leaves behind", async () => {
  const { conexion, reloj, WebSocket } = enLinea();
  const callada = assert.rejects(conexion.pedir("listar"), { codigo: "sin_conexion" });
  await reloj.pasar(10_000);
  await callada;
  const perdida = assert.rejects(conexion.pedir("listar"), { codigo: "sin_conexion" });
  WebSocket.ultimo.cae(1006);
  await perdida;
  await assert.rejects(conexion.pedir("listar"), { codigo: "sin_conexion" });
});

test("it is not disturbed by frames that are none", () => {
  const { WebSocket, mundo } = enLinea();
  for (const raro of ["", "{", "[1]", "null", "7", '"x"', '{"type":7}', "{}"]) WebSocket.ultimo.llega(raro);
  assert.equal(mundo.marcos.length, 1);
});

test("it closes when the page is left and opens again when it comes back", async () => {
  const { conexion, reloj, WebSocket } = enLinea();
  conexion.cerrar();
  assert.equal(WebSocket.ultimo.cerrado, 1000);
  await reloj.pasar(600_000);
  conexion.despertar();
  assert.equal(WebSocket.abiertos.length, 1);
  conexion.abrir();
  assert.equal(WebSocket.abiertos.length, 2);
});
