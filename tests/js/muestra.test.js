import assert from "node:assert/strict";
import test from "node:test";

import { Muestra } from "../../static/js/muestra.js";
import { Reloj, venta } from "./aparatos.js";

function crear({ abierto = false } = {}) {
  const reloj = new Reloj();
  const enPantalla = new Map();
  const dicho = [];
  const popups = {
    mostrar: (contenido) => enPantalla.set(contenido.clave, [contenido.titulo, contenido.monto]),
    pila: { absorber: (claves) => claves.forEach((clave) => enPantalla.delete(clave)) },
  };
  const cajon = { abierto, voz: { decir: (frase) => dicho.push(frase) } };
  return { muestra: new Muestra({ popups, cajon, contexto: {}, reloj }), reloj, enPantalla, dicho };
}

test("it turns the popups of a burst into one that counts on", async () => {
  const { muestra, reloj, enPantalla } = crear();
  for (let secuencia = 1; secuencia <= 4; secuencia += 1) muestra.mostrar([venta(secuencia)]);
  assert.equal(enPantalla.size, 4);
  for (let secuencia = 5; secuencia <= 300; secuencia += 1) muestra.mostrar([venta(secuencia, { monto: "0.07" })]);
  await reloj.pasar(100);
  assert.deepEqual([...enPantalla], [["rafaga", ["300 ventas nuevas", "$540.32"]]]);
});

test("it only says in words what an open drawer already shows", async () => {
  const { muestra, reloj, enPantalla, dicho } = crear({ abierto: true });
  muestra.mostrar([venta(1)]);
  muestra.mostrar([2, 3, 4, 5, 6].map((secuencia) => venta(secuencia)));
  await reloj.pasar(100);
  assert.deepEqual([enPantalla.size, dicho], [0, ["Nueva venta. $129.90", "6 ventas nuevas. $779.40"]]);
});
