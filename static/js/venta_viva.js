/**
 * The page of one sale, live: whenever a step of it is told or a replay ends, the part `#venta-viva` is rendered again by
 * the server. That a step failed for good is not in the sale's row: it stays marked here, unless the server says it is done.
 */

import { agrupar } from "./agrupar.js";
import { refrescar } from "./parcial.js";
import { gettext } from "./textos.js";

const SELECTOR = "#venta-viva";
const JUNTAR_MS = 100;

/** `ruta` is the page of the sale, which answers `X-Parcial: 1` with that part. */
export function avivarVenta({ documento, pedir, lector, reloj, ruta }) {
  const venta = Number(documento.querySelector(SELECTOR)?.dataset.venta);
  const fallidos = new Set();
  const refrescarPronto = agrupar(
    async () => {
      const cabeceras = { "X-Parcial": "1" };
      await refrescar({ documento, pedir, lector, ruta, selector: SELECTOR, cabeceras }).catch(() => {});
      for (const paso of documento.querySelectorAll(`${SELECTOR} [data-paso]`)) {
        if (fallidos.has(paso.dataset.paso) && paso.dataset.estado !== "hecho") marcarFallido(paso);
      }
    },
    JUNTAR_MS,
    reloj,
  );
  documento.addEventListener("notificacion", ({ detail }) => {
    const { de, paso, fallo } = leerSuceso(detail);
    if (de !== venta) return;
    if (fallo) fallidos.add(paso);
    else fallidos.delete(paso);
    refrescarPronto();
  });
  documento.addEventListener("notificacion:sincronizado", () => refrescarPronto());
}

/** Returns which sale the frame is of, and which step it tells. A stored one repeats what the passing one told. */
export function leerSuceso({ type, venta_id: ventaId, paso, fallo = false, datos = {} }) {
  if (type === "venta_progreso") return { de: ventaId, paso, fallo };
  return { de: datos.venta_id, paso: datos.paso, fallo: type === "aviso" && Boolean(datos.paso) };
}

function marcarFallido(paso) {
  paso.dataset.estado = "fallido";
  paso.querySelector(".paso-estado").textContent = gettext("No se pudo");
}
