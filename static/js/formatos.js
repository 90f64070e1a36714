/**
 * The formats of Intl, made once: making one costs a hundred times what using it does, and a list uses it in each row.
 */

const hechos = new Map();

/** Returns `new Intl[clase](idioma, opciones)`, the same one for the same arguments. */
export function formatoDe(clase, idioma, opciones) {
  const clave = `${clase} ${idioma} ${JSON.stringify(opciones)}`;
  if (!hechos.has(clave)) hechos.set(clave, new Intl[clase](idioma, opciones));
  return hechos.get(clave);
}
