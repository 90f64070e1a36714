/**
 * Makes the upload page live; only that page loads this.
 */

import { escucharEntrada } from "./fotos_entrada.js";
import { servidorDe } from "./fotos_servidor.js";
import { Subida } from "./fotos_subida.js";
import { mundoDe } from "./mundo.js";
import { Voz } from "./voz.js";

const mundo = mundoDe(window);
const formulario = document.getElementById("fotos-formulario");
const { dataset } = formulario;
const queja = document.getElementById("fotos-queja");
const ficha = () => formulario.querySelector("input[name=csrfmiddlewaretoken]").value;
const rutas = { subir: dataset.subir, estado: dataset.estado, describir: dataset.describir };
const subida = new Subida({
  ...mundo,
  XMLHttpRequest: window.XMLHttpRequest,
  URL: window.URL,
  servidor: servidorDe({ pedir: mundo.fetch, rutas, ficha }),
  lista: document.getElementById("fotos-lista"),
  limites: {
    maximo: Number(dataset.maximo),
    porVez: Number(dataset.porVez),
    descripcion: Number(dataset.descripcion),
    tipos: dataset.tipos.split(","),
  },
  voz: new Voz({ ...mundo, contenedor: document.body }),
});
for (const parte of document.querySelectorAll("[data-sin-guiones]")) parte.hidden = true;
for (const parte of document.querySelectorAll("[data-con-guiones]")) parte.hidden = false;
escucharEntrada({
  documento: document,
  zona: document.getElementById("fotos-zona"),
  campo: document.getElementById("archivos"),
  alRecibir: (archivos) => {
    queja.textContent = subida.agregar(archivos);
  },
});
formulario.addEventListener("submit", (suceso) => suceso.preventDefault());
window.addEventListener("beforeunload", (suceso) => subida.ocupada && suceso.preventDefault());
