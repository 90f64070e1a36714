/**
 * The rows of the drawer and what stands in their place: the skeleton while loading, the empty state, the error. Rows
 * are kept by id and only moved when they must, so focus and scroll survive every change.
 */

import { crear } from "./dom.js";
import { actualizarFila, crearFila } from "./fila.js";
import { contenidoDe } from "./presentacion.js";
import { gettext, ngettext, rellenar } from "./textos.js";

const HUESOS = 5;
const CERCA_PX = 400;

export class CajonLista {
  #filas = new Map();
  #apuntada = false;

  constructor({ documento, contexto, tiempos, almacen, alHacer, alPedirMas, alReintentar, alMostrarNuevas }) {
    Object.assign(this, { documento, contexto, tiempos, almacen, alHacer, alPedirMas });
    const boton = (clase, click) => crear(documento, "button", { type: "button", clase, hidden: true, al: { click } });
    this.nuevas = boton("cajon-nuevas", alMostrarNuevas);
    this.lista = crear(documento, "ul", { clase: "cajon-filas", role: "list" });
    this.estado = crear(documento, "div", { clase: "cajon-estado" });
    this.reintentar = boton("secondary outline", alReintentar);
    this.reintentar.textContent = gettext("Reintentar");
    this.elemento = crear(documento, "div", { clase: "cajon-cuerpo", tabindex: "-1" }, [
      this.nuevas,
      this.lista,
      this.estado,
      this.reintentar,
    ]);
    this.lista.addEventListener("pointerenter", () => (this.#apuntada = true));
    this.lista.addEventListener("pointerleave", () => (this.#apuntada = false));
    this.elemento.addEventListener("scroll", () => this.#mirarFondo(), { passive: true });
  }

  /** True while somebody is in the middle of the list, so that nothing may move. */
  ocupada() {
    return this.#apuntada || this.elemento.scrollTop > 8 || this.lista.contains(this.documento.activeElement);
  }

  pintar({ ids, nuevas, fase, filtro }) {
    this.#ordenarFilas(ids);
    this.lista.setAttribute("aria-busy", String(fase === "cargando"));
    this.reintentar.hidden = fase !== "error";
    this.nuevas.hidden = nuevas.length === 0;
    const texto = ngettext("%(cuenta)s nueva · Mostrar", "%(cuenta)s nuevas · Mostrar", nuevas.length);
    this.nuevas.textContent = rellenar(texto, { cuenta: nuevas.length });
    this.#pintarEstado(fase, ids.length, filtro);
    this.#mirarFondo();
  }

  /** The next page is asked for before its place comes into view, also when rows left and made room. */
  #mirarFondo() {
    const { scrollHeight, scrollTop, clientHeight } = this.elemento;
    if (scrollHeight - scrollTop - clientHeight < CERCA_PX) this.alPedirMas();
  }

  #ordenarFilas(ids) {
    const quedan = new Set(ids);
    for (const [id, fila] of this.#filas) {
      if (quedan.has(id)) continue;
      this.#pasarFoco(fila);
      fila.remove();
      this.#filas.delete(id);
    }
    let aqui = this.lista.firstElementChild;
    for (const id of ids) {
      const fila = this.#fila(id);
      if (!fila) continue;
      if (fila === aqui) aqui = aqui.nextElementSibling;
      else this.lista.insertBefore(fila, aqui);
    }
  }

  #fila(id) {
    const marco = this.almacen.notificaciones.get(id);
    const conocida = this.#filas.get(id);
    if (!marco) return conocida;
    const fila = conocida ?? this.#crear(id, marco);
    actualizarFila(fila, marco);
    return fila;
  }

  #crear(id, marco) {
    const { documento, alHacer } = this;
    const contenido = contenidoDe(marco, this.contexto);
    const fila = crearFila({ documento, contenido, momento: marco.timestamp, alHacer });
    this.#filas.set(id, fila);
    this.tiempos.pintar(fila);
    return fila;
  }

  /** A row that goes hands the focus to its neighbour, or the keyboard would be lost. */
  #pasarFoco(fila) {
    if (!fila.contains(this.documento.activeElement)) return;
    const vecina = fila.nextElementSibling ?? fila.previousElementSibling;
    (vecina?.querySelector(".fila-titulo") ?? this.elemento).focus({ preventScroll: true });
  }

  #pintarEstado(fase, cuantas, filtro) {
    this.estado.replaceChildren();
    if (fase === "cargando" && cuantas === 0) this.estado.append(...this.#esqueleto());
    if (fase === "error") this.#decir(gettext("No se pudo cargar la lista."), gettext("Revisa tu conexión."));
    if (fase !== "lista" || cuantas > 0) return;
    if (filtro === "no_leidas") this.#decir(gettext("Nada sin leer"), gettext("Ya viste todo lo que llegó."));
    else this.#decir(gettext("Aún no hay notificaciones"), gettext("Tus ventas y avisos aparecerán aquí."));
  }

  #decir(titulo, detalle) {
    this.estado.append(
      crear(this.documento, "p", { clase: "estado-titulo", texto: titulo }),
      crear(this.documento, "p", { clase: "estado-detalle", texto: detalle }),
    );
  }

  #esqueleto() {
    const hueso = () => crear(this.documento, "div", { clase: "hueso", "aria-hidden": "true" });
    return Array.from({ length: HUESOS }, hueso);
  }
}
