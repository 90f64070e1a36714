/**
 * Replaces a part of the page by what the server renders now, without the page moving: the focus stays on the same
 * control, the scroll where it is, what was opened open, what is pressed is let go first, and where nothing changed
 * nothing is touched.
 */

const PAUSA_MS = 50;

/** Returns a promise of true when the part was replaced. `pedir` is fetch. */
export async function refrescar({ documento, pedir, ruta, selector, cabeceras = {}, lector }) {
  const viejo = documento.querySelector(selector);
  const respuesta = await pedir(ruta, { headers: cabeceras, credentials: "same-origin", redirect: "error" });
  if (!viejo || !respuesta.ok) return false;
  const pagina = lector(await respuesta.text());
  // Replaced between press and release, a control would never hear of the click.
  while (viejo.matches(":active")) await new Promise((seguir) => setTimeout(seguir, PAUSA_MS));
  const nuevo = pagina.querySelector(selector) ?? pagina.body;
  for (const desplegado of viejo.querySelectorAll("details[id]")) {
    const mismo = pagina.getElementById(desplegado.id);
    if (mismo) mismo.open = desplegado.open;
  }
  if (nuevo.isEqualNode(viejo)) return false;
  const foco = rastro(documento.activeElement, viejo);
  viejo.replaceChildren(...[...nuevo.childNodes].map((nodo) => documento.importNode(nodo, true)));
  if (foco) encontrar(viejo, foco)?.focus({ preventScroll: true });
  return true;
}

/** Returns how to find a control again: by its id, or by its name within the nearest element with data-id. */
export function rastro(control, raiz) {
  if (!control || !raiz.contains(control) || control === raiz) return null;
  if (control.id) return { id: control.id };
  const grupo = control.closest("[data-id]")?.dataset.id ?? null;
  return { grupo, foco: control.dataset.foco ?? null, ruta: control.getAttribute("href") };
}

function encontrar(raiz, { id, grupo, foco, ruta }) {
  const todos = [...raiz.querySelectorAll("a[href], button, input, select, textarea, summary")];
  if (id) return todos.find((control) => control.id === id);
  return todos.find((control) => {
    const mismoGrupo = (control.closest("[data-id]")?.dataset.id ?? null) === grupo;
    return mismoGrupo && (control.dataset.foco ?? null) === foco && control.getAttribute("href") === ruta;
  });
}
