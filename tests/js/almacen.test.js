import assert from "node:assert/strict";
import test from "node:test";

import { Almacen } from "../../static/js/almacen.js";
import { saludo, venta } from "./aparatos.js";

function conSaludo(mas) {
  const almacen = new Almacen();
  almacen.aplicar(saludo(mas));
  return almacen;
}

test("it has nothing to resume from before the first frame", () => {
  assert.equal(new Almacen().cursor, null);
  assert.deepEqual(conSaludo({ secuencia: 7 }).cursor, { epoca: "k3f", secuencia: 7 });
});

test("it shows each notification once, though the server sends it again", () => {
  const almacen = conSaludo();
  assert.equal(almacen.aplicar(venta(1)), "nueva");
  assert.equal(almacen.aplicar(venta(1)), "nada");
  assert.equal(almacen.aplicar(venta(2)), "nueva");
  assert.equal(almacen.aplicar(venta(1)), "nada");
  assert.equal(almacen.secuencia, 2);
});

test("it counts as the server says and never by itself", () => {
  const almacen = conSaludo({ no_leidas: 40, no_vistas: 3 });
  almacen.aplicar(venta(1, { no_leidas: 12, no_vistas: 5 }));
  assert.deepEqual([almacen.noLeidas, almacen.noVistas], [12, 5]);
  almacen.aplicar(venta(1, { no_leidas: 99, no_vistas: 99 }));
  assert.deepEqual([almacen.noLeidas, almacen.noVistas], [12, 5]);
});

test("it takes a known notification that comes back changed for a change, and one sent again by staff for news", () => {
  const almacen = conSaludo();
  almacen.aplicar(venta(1));
  assert.equal(almacen.aplicar(venta(2, { notificacion_id: 101, leida: true })), "cambio");
  assert.equal(almacen.aplicar(venta(3, { notificacion_id: 101, reenviada: true })), "nueva");
});

test("it does not announce what was read, seen or archived on another device meanwhile", () => {
  const almacen = conSaludo();
  assert.equal(almacen.aplicar(venta(1, { leida: true, vista: true })), "cambio");
  assert.equal(almacen.aplicar(venta(2, { vista: true })), "cambio");
  assert.equal(almacen.aplicar(venta(3, { archivada: true })), "cambio");
});

test("it changes the state of what it knows and ignores ids that it does not", () => {
  const almacen = conSaludo();
  almacen.aplicar(venta(1));
  const marco = {
    type: "notificacion_actualizada",
    ids: [101, 999],
    cambios: { leida: true },
    secuencia: 2,
    no_leidas: 0,
    no_vistas: 1,
  };
  assert.equal(almacen.aplicar(marco), "cambio");
  assert.equal(almacen.notificaciones.get(101).leida, true);
  assert.equal(almacen.notificaciones.has(999), false);
  assert.equal(almacen.noLeidas, 0);
  almacen.aplicar({ ...marco, cambios: { eliminada: true }, secuencia: 3 });
  assert.equal(almacen.notificaciones.size, 0);
});

test("it forgets everything when the server says so, though the cursor goes back", () => {
  const almacen = conSaludo({ secuencia: 50 });
  almacen.aplicar(venta(51));
  assert.equal(almacen.aplicar(saludo({ epoca: "otra", secuencia: 3, reinicio: true })), "reinicio");
  assert.deepEqual(almacen.cursor, { epoca: "otra", secuencia: 3 });
  assert.equal(almacen.notificaciones.size, 0);
  assert.equal(almacen.aplicar(venta(4)), "nueva");
});

test("it keeps its place when the leader of the tabs connects again behind it", () => {
  const almacen = conSaludo();
  almacen.aplicar(venta(8));
  assert.equal(almacen.aplicar(saludo({ secuencia: 5 })), "nada");
  assert.equal(almacen.secuencia, 8);
});

test("it moves its cursor with a heartbeat and the end of a replay, never backwards", () => {
  const almacen = conSaludo();
  assert.equal(almacen.aplicar({ type: "latido", secuencia: 9 }), "nada");
  assert.equal(almacen.aplicar({ type: "sincronizado", secuencia: 12, no_leidas: 4, no_vistas: 2 }), "sincronizado");
  assert.equal(almacen.aplicar({ type: "sincronizado", secuencia: 3, no_leidas: 9, no_vistas: 9 }), "sincronizado");
  assert.deepEqual([almacen.secuencia, almacen.noLeidas], [12, 4]);
});

test("it passes raw pushes on without touching cursor or counts", () => {
  const almacen = conSaludo({ secuencia: 5, no_leidas: 2 });
  assert.equal(almacen.aplicar({ type: "nueva_venta", titulo: "x", monto: "1.00" }), "efimera");
  assert.equal(almacen.aplicar({ type: "imagen_progreso", imagen_id: 1, paso: "a", hecho: 1, de: 3 }), "efimera");
  assert.deepEqual([almacen.secuencia, almacen.noLeidas, almacen.notificaciones.size], [5, 2, 0]);
});

test("it takes in a page of the list without moving the cursor, and a page that is older keeps the newer state", () => {
  const almacen = conSaludo({ secuencia: 5 });
  almacen.aplicar(venta(6, { notificacion_id: 3, leida: true }));
  const pagina = {
    notificaciones: [venta(7, { notificacion_id: 4 }), venta(2, { notificacion_id: 3 })],
    secuencia: 3,
    no_leidas: 9,
    no_vistas: 9,
  };
  almacen.incorporar(pagina);
  assert.equal(almacen.secuencia, 6);
  assert.equal(almacen.notificaciones.get(3).leida, true);
  assert.equal(almacen.noLeidas, 6);
  assert.equal(almacen.aplicar(venta(7, { notificacion_id: 4 })), "nueva");
});

test("it takes back what it supposed, unless the server has spoken in between", () => {
  const almacen = conSaludo();
  almacen.aplicar(venta(1));
  const deshacer = almacen.suponer(101, { leida: true });
  assert.equal(almacen.notificaciones.get(101).leida, true);
  deshacer();
  assert.equal(almacen.notificaciones.get(101).leida, false);
  const tarde = almacen.suponer(101, { archivada: true });
  almacen.aplicar({
    type: "notificacion_actualizada",
    ids: [101],
    cambios: { archivada: true, leida: true },
    secuencia: 2,
  });
  tarde();
  assert.equal(almacen.notificaciones.get(101).archivada, true);
});

test("it stays small in a tab that is open for weeks", () => {
  const almacen = conSaludo();
  for (let secuencia = 1; secuencia <= 5000; secuencia += 1) assert.equal(almacen.aplicar(venta(secuencia)), "nueva");
  assert.equal(almacen.notificaciones.size, 2000);
  assert.ok(almacen.notificaciones.has(5100));
});
