import assert from "node:assert/strict";
import test from "node:test";

import { Almacen } from "../../static/js/almacen.js";
import { Lista } from "../../static/js/lista.js";
import { Reloj, asentar, saludo, venta } from "./aparatos.js";

const fila = (id, mas = {}) => venta(id, { notificacion_id: id, ...mas });

/** Returns a list over an inbox of `total` notifications, 3 a page, the newest having the greatest id. */
function crearLista({ total = 7, ocupada = false } = {}) {
  const almacen = new Almacen();
  almacen.aplicar(saludo({ secuencia: total }));
  const vista = { ocupada: () => vista.estaOcupada, estaOcupada: ocupada, pintar: ({ fase }) => (vista.fase = fase) };
  const servidor = { falla: false, pedidos: [] };
  const pedir = async (accion, { cursor = total + 1, filtro }) => {
    servidor.pedidos.push({ accion, cursor, filtro });
    if (servidor.falla) throw new Error("sin_conexion");
    const ids = [cursor - 1, cursor - 2, cursor - 3].filter((id) => id > 0);
    return {
      notificaciones: ids.map((id) => fila(id)),
      siguiente: ids.at(-1) > 1 ? ids.at(-1) : null,
      secuencia: total,
      no_leidas: total,
      no_vistas: 0,
    };
  };
  const lista = new Lista({ almacen, pedir, vista, reloj: new Reloj() });
  const llegar = (marco) => {
    const novedad = almacen.aplicar(marco);
    lista.cambiar(new Map((marco.ids ?? [marco.notificacion_id]).map((id) => [id, novedad === "nueva"])));
  };
  return { lista, almacen, vista, servidor, llegar };
}

test("it loads page after page to the end, newest first", async () => {
  const { lista, servidor } = crearLista();
  await lista.recargar();
  await lista.cargarMas();
  await lista.cargarMas();
  await lista.cargarMas();
  assert.deepEqual(lista.ids, [7, 6, 5, 4, 3, 2, 1]);
  assert.equal(servidor.pedidos.length, 3);
});

test("it puts a new one on top while nobody is in the middle of the list", async () => {
  const { lista, llegar } = crearLista();
  await lista.recargar();
  llegar(fila(8));
  assert.deepEqual(lista.ids, [8, 7, 6, 5]);
});

test("it lets new ones wait while somebody is, until asked for", async () => {
  const { lista, llegar, vista } = crearLista({ ocupada: true });
  await lista.recargar();
  llegar(fila(8));
  llegar(fila(9));
  assert.deepEqual(
    [lista.ids, lista.nuevas],
    [
      [7, 6, 5],
      [9, 8],
    ],
  );
  vista.estaOcupada = false;
  lista.mostrarNuevas();
  assert.deepEqual([lista.ids, lista.nuevas], [[9, 8, 7, 6, 5], []]);
});

test("it lets one that waits go on waiting when it has been seen", async () => {
  const { lista, llegar } = crearLista({ ocupada: true });
  await lista.recargar();
  llegar(fila(8));
  llegar({ type: "notificacion_actualizada", ids: [8], cambios: { vista: true }, secuencia: 9, no_leidas: 8, no_vistas: 0 });
  assert.deepEqual([lista.ids, lista.nuevas], [[7, 6, 5], [8]]);
});

test("it lets many that come at once wait, though nobody is in the list, and loads the newest when asked for them", async () => {
  const { lista, almacen, servidor } = crearLista();
  await lista.recargar();
  for (let id = 8; id <= 40; id += 1) {
    almacen.aplicar(fila(id));
    lista.cambiar(new Map([[id, true]]));
  }
  assert.deepEqual([lista.ids.length, lista.nuevas.length], [7, 29]);
  await lista.mostrarNuevas();
  assert.deepEqual([lista.nuevas, servidor.pedidos.length], [[], 2]);
});

test("it takes away what is archived, here or elsewhere, and puts it back in its place", async () => {
  const { lista, llegar } = crearLista();
  await lista.recargar();
  const cambio = (secuencia, archivada) => ({
    type: "notificacion_actualizada",
    ids: [6],
    cambios: { archivada },
    secuencia,
  });
  llegar(cambio(8, true));
  assert.deepEqual(lista.ids, [7, 5]);
  llegar(cambio(9, false));
  assert.deepEqual(lista.ids, [7, 6, 5]);
});

test("it keeps what is read in its place under the filter of unread ones", async () => {
  const { lista, llegar } = crearLista();
  await lista.filtrar("no_leidas");
  llegar({ type: "notificacion_actualizada", ids: [6], cambios: { leida: true }, secuencia: 8 });
  llegar(fila(9, { leida: true }));
  assert.deepEqual(lista.ids, [7, 6, 5]);
});

test("it says that it failed, keeps what it has and tries the same again", async () => {
  const { lista, servidor, vista } = crearLista();
  await lista.recargar();
  servidor.falla = true;
  await lista.cargarMas();
  assert.deepEqual([vista.fase, lista.ids], ["error", [7, 6, 5]]);
  servidor.falla = false;
  await lista.reintentar();
  assert.deepEqual([vista.fase, lista.ids.length], ["lista", 6]);
});

test("it shows the answer to the last question, though an earlier one answers later", async () => {
  const { lista } = crearLista();
  const respuestas = [];
  lista.pedir = () => new Promise((resolver) => respuestas.push(resolver));
  lista.recargar();
  lista.filtrar("no_leidas");
  const pagina = (id) => ({ notificaciones: [fila(id)], siguiente: null, secuencia: 7 });
  respuestas[1](pagina(2));
  respuestas[0](pagina(5));
  await asentar();
  assert.deepEqual(lista.ids, [2]);
});

test("it ignores what happens before anybody opened it", () => {
  const { lista, llegar } = crearLista();
  llegar(fila(8));
  assert.deepEqual(lista.ids, []);
});
