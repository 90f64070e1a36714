import assert from "node:assert/strict";
import test from "node:test";

import { contenidoDeRafaga } from "../../static/js/presentacion.js";
import { Rafaga, resumir } from "../../static/js/rafaga.js";
import { venta } from "./aparatos.js";

const ventas = (cuantas, mas = {}) => Array.from({ length: cuantas }, (_, numero) => venta(numero + 1, mas));

test("it shows up to four one by one", () => {
  const rafaga = new Rafaga();
  for (const marco of ventas(4)) assert.deepEqual(rafaga.agregar([marco], 1000), { sueltas: [marco] });
});

test("it makes one of them when a fifth comes while the first four are on screen, and counts those too", () => {
  const rafaga = new Rafaga();
  const [quinta, ...primeras] = ventas(5).reverse();
  primeras.forEach((marco, numero) => rafaga.agregar([marco], numero * 1000));
  const { resumen, absorbe } = rafaga.agregar([quinta], 4000);
  assert.deepEqual([resumen.cuenta, resumen.total, absorbe.length], [5, 64950n, 4]);
  assert.equal(rafaga.agregar([venta(6)], 4100).resumen.cuenta, 6);
});

test("it leaves sales alone that come one after another in peace", () => {
  const rafaga = new Rafaga();
  ventas(20).forEach((marco, numero) => assert.ok(rafaga.agregar([marco], numero * 1300).sueltas));
});

test("it makes one of a replay of more than four, and shows a replay of four", () => {
  assert.equal(new Rafaga().agregar(ventas(20), 0).resumen.cuenta, 20);
  assert.equal(new Rafaga().agregar(ventas(4), 0).sueltas.length, 4);
});

test("it begins anew after five quiet seconds", () => {
  const rafaga = new Rafaga();
  rafaga.agregar(ventas(9), 0);
  assert.equal(rafaga.agregar([venta(10)], 5000).resumen.cuenta, 10);
  assert.equal(rafaga.agregar([venta(11)], 10_001).sueltas.length, 1);
});

test("it is silent after somebody closed the burst, until it is quiet", () => {
  const rafaga = new Rafaga();
  rafaga.agregar(ventas(9), 0);
  rafaga.callar();
  assert.deepEqual(rafaga.agregar([venta(10)], 100), { sueltas: [] });
  assert.equal(rafaga.agregar([venta(11)], 6000).sueltas.length, 1);
});

test("it adds exactly where floating point would not", () => {
  const resumen = resumir([...ventas(3, { monto: "0.10" }), venta(4, { monto: "90071992547409.93" })]);
  assert.equal(resumen.total, 9007199254741023n);
  assert.equal(resumir(ventas(1000, { monto: "0.07" })).total, 7000n);
  assert.equal(contenidoDeRafaga(resumen).monto, "$90,071,992,547,410.23");
});

test("it names no total when one of the amounts cannot be read", () => {
  const resumen = resumir([...ventas(2), venta(3, { monto: "mucho" }), venta(4)]);
  assert.deepEqual([resumen.cuenta, resumen.total], [4, null]);
  assert.equal(contenidoDeRafaga(resumen).monto, "");
});

test("it says how many are sales when there are others among them", () => {
  const mezcla = resumir([...ventas(3), { type: "aviso", titulo: "x" }, { type: "compra_lista", titulo: "y" }]);
  const { titulo, mensaje, monto, enlace } = contenidoDeRafaga(mezcla, { bandeja: "/notificaciones/" });
  assert.deepEqual(
    [titulo, mensaje, monto, enlace],
    ["5 notificaciones nuevas", "3 ventas nuevas", "$389.70", "/notificaciones/"],
  );
});
