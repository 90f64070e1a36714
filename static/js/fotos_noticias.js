/**
 * What the socket tells of photos: progress at once, and for anything else the server is asked how they are. It is asked too
 * after a replay, and every few seconds while somebody waits and looks: then it needs no socket.
 */

import { agrupar } from "./agrupar.js";

const JUNTAR_MS = 100;
const CADA_MS = 4000;
const RECORDADAS = 200;

/** Returns the id of the photo that a frame is about; null where it is about none. */
export const imagenDe = ({ imagen_id: id, datos }) => id ?? datos?.imagen_id ?? null;

/**
 * `pendientes()` returns the ids that somebody waits for, `preguntar(ids)` asks for them, `alProgresar(id, suceso)` hears of steps.
 * Returns a function that says whether a frame about this id has come before.
 */
export function escucharNoticias({ documento, reloj, pendientes, preguntar, alProgresar }) {
  const oidas = new Set();
  const preguntarPronto = agrupar(
    async () => {
      const ids = pendientes();
      if (ids.length > 0) await preguntar(ids).catch(() => {});
    },
    JUNTAR_MS,
    reloj,
  );
  const oir = (id) => {
    oidas.delete(id);
    oidas.add(id);
    if (oidas.size > RECORDADAS) oidas.delete(oidas.values().next().value);
  };
  documento.addEventListener("notificacion", ({ detail }) => {
    const id = imagenDe(detail);
    if (id === null) return;
    oir(id);
    if (detail.type === "imagen_progreso") alProgresar(id, { tipo: "progresa", hecho: detail.hecho, de: detail.de });
    else preguntarPronto();
  });
  documento.addEventListener("notificacion:sincronizado", () => preguntarPronto());
  const latir = () => {
    if (documento.visibilityState === "visible") preguntarPronto();
    reloj.poner(latir, CADA_MS);
  };
  reloj.poner(latir, CADA_MS);
  return { oida: (id) => oidas.has(id), preguntarPronto };
}
