/**
 * What changes of a list of cards when the server shows it again, and where the eye goes when one leaves. Pure.
 */

/** Returns {quitar, agregar}: of cards that stay none is touched, since somebody may be typing in one. */
export function diferencias(antes, ahora, decididas = new Set()) {
  const vigentes = ahora.filter((id) => !decididas.has(id));
  return {
    quitar: antes.filter((id) => !vigentes.includes(id)),
    agregar: vigentes.filter((id) => !antes.includes(id)),
  };
}

/** Returns the one after `id`, or where it was the last the one before; null where there is no other. */
export function vecina(ids, id) {
  const lugar = ids.indexOf(id);
  return ids[lugar + 1] ?? ids[lugar - 1] ?? null;
}

/** Returns the one `pasos` away, and never beyond the ends; from nowhere it is the first. */
export function moverse(ids, id, pasos) {
  const lugar = ids.indexOf(id);
  if (lugar === -1) return ids[0] ?? null;
  return ids[Math.min(ids.length - 1, Math.max(0, lugar + pasos))];
}
