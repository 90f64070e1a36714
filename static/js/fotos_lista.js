/**
 * Puts a list of photos in the place of an older one and keeps each card that is the same as it is: until a photo is approved
 * no browser may store its picture, so that a card made anew would load it anew.
 */

/** `vieja` is the part on the page, `nueva` the same as the server renders it now. Returns whether anything changed. */
export function renovar(documento, vieja, nueva) {
  const [antes, ahora] = [[...vieja.children], [...nueva.children]];
  if (antes.length === ahora.length && antes.every((parte, lugar) => parte.isEqualNode(ahora[lugar]))) return false;
  const tarjetas = new Map([...vieja.querySelectorAll("[data-id]")].map((una) => [una.dataset.id, una]));
  const traer = (nodo) => {
    const igual = tarjetas.get(nodo.dataset?.id);
    if (igual?.isEqualNode(nodo)) return igual;
    // Not all of it at once: an imported picture begins to load, also where the old one takes its place.
    const copia = documento.importNode(nodo, false);
    copia.append?.(...[...nodo.childNodes].map(traer));
    return copia;
  };
  const activo = vieja.contains(documento.activeElement) ? documento.activeElement : null;
  const ruta = activo?.getAttribute("href");
  vieja.replaceChildren(...ahora.map(traer));
  if (!activo) return true;
  const mismo = [...vieja.querySelectorAll("a")].find((enlace) => enlace.getAttribute("href") === ruta);
  mismo?.focus({ preventScroll: true });
  return true;
}
