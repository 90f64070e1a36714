/**
 * Photos as the server renders them, live: whenever one is told of, or a replay ends, the part `#fotos-vivo` is rendered
 * again. Where the page is of one photo, the others' news change nothing on it.
 */

import { agrupar } from "./agrupar.js";
import { renovar } from "./fotos_lista.js";
import { imagenDe } from "./fotos_noticias.js";
import { refrescar } from "./parcial.js";

const SELECTOR = "#fotos-vivo";
const JUNTAR_MS = 250;

/** `ruta` is this page with its query; it answers `X-Parcial: 1` with that part. */
export function avivarFotos({ documento, pedir, lector, reloj, ruta }) {
  const unica = documento.querySelector(SELECTOR)?.dataset.imagen;
  const cabeceras = { "X-Parcial": "1" };
  const pintarUna = () => refrescar({ documento, pedir, lector, ruta, selector: SELECTOR, cabeceras });
  const pintarTodas = async () => {
    const respuesta = await pedir(ruta, { headers: cabeceras, credentials: "same-origin", redirect: "error" });
    if (!respuesta.ok) return;
    const { body } = lector(await respuesta.text());
    renovar(documento, documento.querySelector(SELECTOR), body);
  };
  const pintar = unica === undefined ? pintarTodas : pintarUna;
  const pintarPronto = agrupar(() => pintar().catch(() => {}), JUNTAR_MS, reloj);
  documento.addEventListener("notificacion", ({ detail }) => {
    const id = imagenDe(detail);
    if (id !== null && (unica === undefined || unica === String(id))) pintarPronto();
  });
  documento.addEventListener("notificacion:sincronizado", () => pintarPronto());
}
