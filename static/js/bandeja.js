/**
 * The inbox page, made quick: its forms work without leaving the page, rows change where they stand when another device
 * changes them, and new ones wait behind one calm line instead of pushing the list down.
 */

import { ponerAtributo } from "./dom.js";
import { refrescar } from "./parcial.js";
import { gettext, ngettext, rellenar } from "./textos.js";

const VIVO = "#bandeja-vivo";

export class BandejaVista {
  #nuevas = new Set();
  #quitadas = new Set();

  constructor({ sistema, mundo }) {
    Object.assign(this, { sistema, mundo, documento: mundo.documento });
    this.raiz = this.documento.getElementById("bandeja");
    this.linea = this.documento.getElementById("bandeja-nuevas");
  }

  avivar() {
    if (!this.raiz) return;
    this.raiz.addEventListener("submit", (suceso) => this.#enviar(suceso));
    this.raiz.addEventListener("click", (suceso) => this.#abrir(suceso));
    this.linea.addEventListener("click", () => this.mostrarNuevas());
    this.documento.addEventListener("notificacion", ({ detail }) => this.#llegar(detail));
    this.documento.addEventListener("notificacion:actualizada", ({ detail }) => this.#cambiar(detail));
    this.documento.addEventListener("notificacion:sincronizado", () => this.sistema.acciones.verTodas());
  }

  /** Shows all that has come; from an older page it goes to the newest. */
  async mostrarNuevas() {
    const ruta = new URL(this.mundo.ventana.location.href);
    if (!ruta.searchParams.has("cursor")) return this.#recargar();
    ruta.searchParams.delete("cursor");
    return this.mundo.ventana.location.assign(ruta);
  }

  /** Renders the page's list again where it is. */
  async #recargar() {
    const { fetch: pedir, lector, ventana, documento } = this.mundo;
    await refrescar({ documento, pedir, lector, ruta: ventana.location.href, selector: VIVO }).catch(() => {});
    this.sistema.tiempos.pintar(this.raiz);
    // Those that came while the server was rendering wait on.
    this.#nuevas = new Set([...this.#nuevas].filter((id) => !this.#fila(id)));
    this.#pintarLinea();
  }

  async #enviar(suceso) {
    const { accion } = suceso.target.dataset;
    if (!accion) return;
    suceso.preventDefault();
    const { acciones } = this.sistema;
    const fila = suceso.target.closest("[data-id]");
    const id = Number(fila?.dataset.id);
    const deshacer = suceso.target.elements.deshacer?.value === "1";
    if (accion === "marcar_todas_leidas") (await acciones.leerTodas()) && this.#recargar();
    else if (accion === "marcar_leida") (await acciones.leer(id, { deshacer })) && pintarLeida(fila, !deshacer);
    else if (await acciones.archivar(id, { deshacer })) this.#quitar(fila);
  }

  #abrir({ target }) {
    const enlace = target.closest?.("a[data-abrir]");
    const fila = enlace?.closest("[data-id].no-leida");
    if (fila) this.sistema.acciones.abrir({ id: Number(fila.dataset.id), enlace: enlace.getAttribute("href") });
  }

  #llegar({ notificacion_id: id, archivada }) {
    if (!id || archivada || this.raiz.dataset.filtro === "archivadas" || this.#fila(id)) return;
    this.#nuevas.add(id);
    this.#pintarLinea();
  }

  #cambiar({ ids, cambios }) {
    const archivadas = this.raiz.dataset.filtro === "archivadas";
    const cambiadas = new Set(ids);
    const sale = cambios.eliminada || (cambios.archivada ?? archivadas) !== archivadas;
    for (const fila of this.raiz.querySelectorAll("[data-id]")) {
      if (!cambiadas.has(Number(fila.dataset.id))) continue;
      if ("leida" in cambios && !archivadas) pintarLeida(fila, cambios.leida);
      if (sale) this.#quitar(fila);
    }
    // Put back by "undo", here or elsewhere: only the server knows where it belongs.
    const vuelve = [...this.#quitadas].some((id) => cambiadas.has(id) && !this.#fila(id));
    if (vuelve && cambios.archivada === archivadas) this.#recargar();
  }

  #quitar(fila) {
    if (!fila.isConnected) return;
    const vecina = fila.nextElementSibling ?? fila.previousElementSibling;
    if (fila.contains(this.documento.activeElement)) vecina?.querySelector("button, a[href]")?.focus();
    fila.remove();
    this.#quitadas.add(Number(fila.dataset.id));
    if (!vecina) this.#recargar();
  }

  #fila(id) {
    return this.raiz.querySelector(`[data-id="${Number(id)}"]`);
  }

  #pintarLinea() {
    const cuenta = this.#nuevas.size;
    const texto = ngettext("%(cuenta)s nueva · Mostrar", "%(cuenta)s nuevas · Mostrar", cuenta);
    this.linea.textContent = rellenar(texto, { cuenta });
    this.linea.hidden = cuenta === 0;
  }
}

function pintarLeida(fila, leida) {
  const boton = fila.querySelector("form[data-accion=marcar_leida] button");
  const nombre = leida ? gettext("Marcar como no leída") : gettext("Marcar como leída");
  fila.classList.toggle("no-leida", !leida);
  ponerAtributo(fila.querySelector(".fila-estado"), "hidden", leida);
  boton.form.elements.deshacer.value = leida ? "1" : "";
  boton.title = nombre;
  boton.setAttribute("aria-label", nombre);
  const uso = boton.querySelector("use");
  uso.setAttribute("href", uso.getAttribute("href").replace(/#.*$/, leida ? "#sin-leer" : "#check"));
}
