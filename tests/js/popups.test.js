import assert from "node:assert/strict";
import test from "node:test";

import { Popups } from "../../static/js/popups.js";
import { contenidoDe } from "../../static/js/presentacion.js";
import { Reloj, venta } from "./aparatos.js";
import { crearDocumento } from "./documento.js";

function crear() {
  const documento = crearDocumento();
  const reloj = new Reloj();
  const abiertos = [];
  const cerrados = [];
  const popups = new Popups({
    documento,
    reloj,
    contenedor: documento.body,
    alAbrir: ({ id }) => abiertos.push(id),
    alCerrar: (clave) => cerrados.push(clave),
  });
  const enPantalla = () => documento.body.querySelectorAll(".notificacion-popup");
  const mostrar = (...marcos) => marcos.forEach((marco) => popups.mostrar(contenidoDe(marco)));
  const tecla = (key) => documento.dispatchEvent(Object.assign(new Event("keydown"), { key }));
  return { documento, reloj, popups, abiertos, cerrados, enPantalla, mostrar, tecla };
}

test("it shows a sale with its amount, and takes it away after five seconds", async () => {
  const { reloj, enPantalla, mostrar } = crear();
  mostrar(venta(1));
  const [popup] = enPantalla();
  assert.ok(popup.classList.contains("mostrar"));
  assert.equal(popup.querySelector(".monto").textContent, "$129.90");
  await reloj.pasar(5000);
  assert.ok(!popup.classList.contains("mostrar"));
  await reloj.pasar(300);
  assert.equal(enPantalla().length, 0);
});

test("it shows whatever people write as text", () => {
  const { enPantalla, mostrar } = crear();
  const malo = "<img src=x onerror=alert(1)>";
  mostrar(
    venta(1, { titulo: malo, mensaje: malo, monto: malo, icono: malo, severidad: malo, enlace: "javascript:alert(1)" }),
  );
  const [popup] = enPantalla();
  assert.equal(popup.querySelector(".popup-titulo").textContent, malo);
  assert.equal(popup.querySelector(".popup-titulo").etiqueta, "button");
  assert.equal(popup.querySelector(".monto").textContent, malo);
  assert.equal(popup.className, "notificacion-popup severidad-info mostrar");
});

test("it reads each popup aloud once, in one sentence, and forgets it", async () => {
  const { popups, reloj, mostrar } = crear();
  mostrar(venta(1, { mensaje: "Bruno compró una taza" }), venta(2));
  await reloj.pasar(600);
  assert.deepEqual(
    popups.voz.region.hijos.map(({ textContent }) => textContent),
    ["Nueva venta. Bruno compró una taza. $129.90", "Nueva venta. $129.90"],
  );
  await reloj.pasar(8000);
  assert.equal(popups.voz.region.textContent, "");
});

test("it closes the newest by Escape, then the one before", () => {
  const { enPantalla, mostrar, tecla, cerrados } = crear();
  mostrar(venta(1), venta(2));
  tecla("Escape");
  assert.deepEqual(cerrados, ["n102"]);
  tecla("Escape");
  tecla("Escape");
  assert.deepEqual(cerrados, ["n102", "n101"]);
  assert.equal(enPantalla().filter((popup) => popup.classList.contains("mostrar")).length, 0);
});

test("it leaves Escape to an open dialog", () => {
  const { documento, mostrar, tecla, cerrados } = crear();
  mostrar(venta(1));
  documento.querySelector = () => documento.body;
  tecla("Escape");
  assert.deepEqual(cerrados, []);
});

test("it holds them while the focus is inside, and moves the focus on when one is closed", async () => {
  const { documento, reloj, enPantalla, mostrar, tecla } = crear();
  mostrar(venta(1), venta(2));
  enPantalla().at(-1).querySelector(".popup-titulo").focus();
  await reloj.pasar(60_000);
  assert.equal(enPantalla().length, 2);
  tecla("Escape");
  assert.equal(documento.activeElement.closest(".notificacion-popup").dataset.clave, "n102");
  documento.activeElement.blur();
  await reloj.pasar(5300);
  assert.equal(enPantalla().length, 0);
});

test("it holds them while the pointer is on one or nobody looks at the tab", async () => {
  const { documento, reloj, popups, enPantalla, mostrar } = crear();
  mostrar(venta(1));
  popups.zona.suceder("pointerenter");
  await reloj.pasar(60_000);
  popups.zona.suceder("pointerleave");
  documento.visibilityState = "hidden";
  documento.dispatchEvent(new Event("visibilitychange"));
  await reloj.pasar(60_000);
  assert.equal(enPantalla().length, 1);
  documento.visibilityState = "visible";
  documento.dispatchEvent(new Event("visibilitychange"));
  await reloj.pasar(5300);
  assert.equal(enPantalla().length, 0);
});

test("it opens a popup by its title and closes it", () => {
  const { abiertos, cerrados, enPantalla, mostrar } = crear();
  mostrar(venta(1, { enlace: "/ventas/1/confirmacion/" }));
  const titulo = enPantalla()[0].querySelector(".popup-titulo");
  assert.equal(titulo.getAttribute("href"), "/ventas/1/confirmacion/");
  titulo.suceder("click", { detail: 1 });
  assert.deepEqual([abiertos, cerrados], [[101], ["n101"]]);
});
