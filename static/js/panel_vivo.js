/**
 * The seller's page, live: whenever a sale is announced or a replay ends, the part `#panel-vivo` is rendered again by
 * the server, so that the figures on it are never computed twice.
 */

import { agrupar } from "./agrupar.js";
import { refrescar } from "./parcial.js";

const SELECTOR = "#panel-vivo";
const JUNTAR_MS = 250;

/** `ruta` is the page that answers `X-Parcial: 1` with that part. */
export function avivarPanel({ documento, pedir, lector, reloj, ruta = "/panel/" }) {
  const refrescarPronto = agrupar(
    () =>
      refrescar({ documento, pedir, lector, ruta, selector: SELECTOR, cabeceras: { "X-Parcial": "1" } }).catch(
        () => {},
      ),
    JUNTAR_MS,
    reloj,
  );
  documento.addEventListener("notificacion", ({ detail }) => detail.type === "nueva_venta" && refrescarPronto());
  documento.addEventListener("notificacion:sincronizado", () => refrescarPronto());
}
