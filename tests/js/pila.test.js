import assert from "node:assert/strict";
import test from "node:test";

import { Pila } from "../../static/js/pila.js";
import { Reloj } from "./aparatos.js";

function crearPila() {
  const reloj = new Reloj();
  const enPantalla = new Set();
  const vista = {
    cambios: 0,
    maximo: 0,
    poner: ({ clave }) => {
      assert.ok(!enPantalla.has(clave), `${clave} is shown twice`);
      enPantalla.add(clave);
      vista.maximo = Math.max(vista.maximo, enPantalla.size);
    },
    cambiar: () => (vista.cambios += 1),
    quitar: (clave) => enPantalla.delete(clave),
  };
  const pila = new Pila({ reloj, vista });
  return { pila, reloj, vista, enPantalla, mostrar: (...claves) => claves.forEach((clave) => pila.mostrar({ clave })) };
}

test("it takes a popup away after five seconds", async () => {
  const { reloj, enPantalla, mostrar } = crearPila();
  mostrar("a");
  await reloj.pasar(4999);
  assert.deepEqual([...enPantalla], ["a"]);
  await reloj.pasar(1);
  assert.deepEqual([...enPantalla], []);
});

test("it shows four at most, and each of the others in its turn", async () => {
  const { reloj, vista, enPantalla, mostrar } = crearPila();
  mostrar("a", "b", "c", "d", "e", "f");
  assert.deepEqual([...enPantalla], ["a", "b", "c", "d"]);
  await reloj.pasar(5000);
  assert.deepEqual([...enPantalla], ["e", "f"]);
  await reloj.pasar(5000);
  assert.deepEqual([enPantalla.size, vista.maximo], [0, 4]);
});

test("it holds all of them while somebody points at one, and gives them a moment afterwards", async () => {
  const { pila, reloj, enPantalla, mostrar } = crearPila();
  mostrar("a", "b");
  await reloj.pasar(4900);
  pila.retener();
  await reloj.pasar(60_000);
  mostrar("c");
  assert.deepEqual([...enPantalla], ["a", "b", "c"]);
  pila.soltar();
  await reloj.pasar(1499);
  assert.deepEqual([...enPantalla], ["a", "b", "c"]);
  await reloj.pasar(1);
  assert.deepEqual([...enPantalla], ["c"]);
  await reloj.pasar(3500);
  assert.deepEqual([...enPantalla], []);
});

test("it lets the next one in when one is closed", () => {
  const { pila, enPantalla, mostrar } = crearPila();
  mostrar("a", "b", "c", "d", "e");
  pila.retirar("b");
  assert.deepEqual([...enPantalla], ["a", "c", "d", "e"]);
  pila.retirar("nadie");
  assert.equal(pila.ultima, "e");
});

test("it changes a popup that is shown already, and gives it its whole time again", async () => {
  const { reloj, vista, enPantalla, mostrar } = crearPila();
  mostrar("rafaga");
  await reloj.pasar(4000);
  mostrar("rafaga");
  await reloj.pasar(4000);
  assert.deepEqual([[...enPantalla], vista.cambios], [["rafaga"], 1]);
  await reloj.pasar(1000);
  assert.equal(enPantalla.size, 0);
});

test("it does not show what was read elsewhere while it waited", async () => {
  const { pila, reloj, enPantalla, mostrar } = crearPila();
  mostrar("a", "b", "c", "d", "e");
  pila.retirar("e");
  await reloj.pasar(5000);
  assert.equal(enPantalla.size, 0);
});

test("it makes room for a burst, but not under somebody's pointer", () => {
  const { pila, enPantalla, mostrar } = crearPila();
  mostrar("a", "b");
  pila.absorber(["a", "b"]);
  assert.equal(enPantalla.size, 0);
  mostrar("c", "d");
  pila.retener();
  pila.absorber(["c", "d"]);
  assert.deepEqual([...enPantalla], ["c", "d"]);
});
