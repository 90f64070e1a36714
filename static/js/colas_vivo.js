/**
 * The console for the queues, live: workers tell staff by `colas_cambio` that something changed, and the parts of the page
 * are rendered again by the server. Without a socket it looks every five seconds, while anybody looks at it.
 */

import { agrupar } from "./agrupar.js";
import { refrescar } from "./parcial.js";

const PARTES = ["#colas-notas", "#colas-tabla", "#colas-trabajadores", "#colas-fallidas"];
const JUNTAR_MS = 250;
const CADA_MS = 5000;

/** `ruta` is this page with its filters; it answers `X-Parcial: 1` with its parts. */
export function avivarColas({ documento, pedir, lector, reloj, ruta }) {
  const opciones = { headers: { "X-Parcial": "1" }, credentials: "same-origin", redirect: "error" };
  const pintar = async () => {
    const respuesta = await pedir(ruta, opciones);
    if (!respuesta.ok) return;
    const texto = await respuesta.text();
    // One answer for all parts: what did not change in one is not touched because another did.
    const leida = async () => ({ ok: true, text: async () => texto });
    for (const selector of PARTES) await refrescar({ documento, pedir: leida, ruta, selector, lector });
  };
  const pintarPronto = agrupar(() => pintar().catch(() => {}), JUNTAR_MS, reloj);
  const siSeVe = () => documento.visibilityState === "visible" && pintarPronto();
  const latir = () => {
    siSeVe();
    reloj.poner(latir, CADA_MS);
  };
  documento.addEventListener("notificacion", ({ detail }) => detail.type === "colas_cambio" && siSeVe());
  documento.addEventListener("notificacion:sincronizado", siSeVe);
  documento.addEventListener("visibilitychange", siSeVe);
  reloj.poner(latir, CADA_MS);
}
