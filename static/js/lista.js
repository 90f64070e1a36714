/**
 * The list in the drawer, apart from how it looks: which notifications, how far it has been loaded, and which new ones
 * wait because somebody is in the middle of it. `vista` ({pintar, ocupada}) shows it.
 */

import { MAXIMO, VENTANA_MS } from "./rafaga.js";

const POR_PAGINA = 20;

export class Lista {
  #vuelta = 0;
  #llegadas = [];

  constructor({ almacen, pedir, vista, reloj }) {
    Object.assign(this, { almacen, pedir, vista, reloj });
    this.filtro = "todas";
    this.vaciar();
  }

  vaciar() {
    Object.assign(this, { ids: [], nuevas: [], siguiente: null, fase: "sin_cargar" });
  }

  filtrar(filtro) {
    this.filtro = filtro;
    this.vaciar();
    return this.recargar();
  }

  /** Loads the first page again; what is on screen stays until the answer is there. */
  async recargar() {
    const puestas = new Set(this.ids);
    this.ids = this.ids.filter((id) => this.#corresponde(id, puestas));
    const pagina = await this.#cargar({});
    if (!pagina) return;
    this.ids = idsDe(pagina);
    this.nuevas = [];
    this.vista.pintar(this);
  }

  async cargarMas() {
    if (this.siguiente === null || this.fase !== "lista") return;
    const pagina = await this.#cargar({ cursor: this.siguiente });
    if (!pagina) return;
    this.ids = [...new Set([...this.ids, ...idsDe(pagina)])];
    this.vista.pintar(this);
  }

  /** Again what failed last: the first page, or the next one. */
  reintentar() {
    if (this.fase !== "error") return undefined;
    this.fase = "lista";
    return this.ids.length > 0 && this.siguiente !== null ? this.cargarMas() : this.recargar();
  }

  /** These changed in the store: a Map from the id to whether it has just come into being. */
  cambiar(cambios) {
    if (this.fase === "sin_cargar") return;
    const [puestas, esperan] = [new Set(this.ids), new Set(this.nuevas)];
    const fondo = this.siguiente === null ? -Infinity : (this.ids.at(-1) ?? -Infinity);
    const esperar = this.#sonMuchas(cambios) || esperan.size > 0 || this.vista.ocupada();
    for (const [id, nueva] of cambios) {
      if (!this.#corresponde(id, puestas)) [puestas, esperan].forEach((unas) => unas.delete(id));
      else if (!puestas.has(id) && !esperan.has(id) && id > fondo) (nueva && esperar ? esperan : puestas).add(id);
    }
    this.ids = ordenar(puestas);
    this.nuevas = ordenar([...esperan].filter((id) => !puestas.has(id)));
    this.vista.pintar(this);
  }

  mostrarNuevas() {
    if (this.nuevas.length > POR_PAGINA) return this.recargar();
    this.ids = ordenar([...this.nuevas, ...this.ids]);
    this.nuevas = [];
    return this.vista.pintar(this);
  }

  /** More than a few in a short time would push the list away though nobody touches it. */
  #sonMuchas(cambios) {
    const ahora = this.reloj.ahora();
    const recientes = this.#llegadas.filter((llegada) => ahora - llegada < VENTANA_MS);
    const nuevas = [...cambios.values()].filter(Boolean).slice(0, MAXIMO + 1);
    this.#llegadas = [...recientes, ...nuevas.map(() => ahora)].slice(-MAXIMO - 1);
    return this.#llegadas.length > MAXIMO;
  }

  #corresponde(id, puestas) {
    const marco = this.almacen.notificaciones.get(id);
    if (!marco || marco.archivada) return false;
    // What is read under "unread" stays where it is: a list must not run away under the pointer.
    return this.filtro === "todas" || !marco.leida || puestas.has(id);
  }

  async #cargar(campos) {
    const vuelta = ++this.#vuelta;
    this.fase = "cargando";
    this.vista.pintar(this);
    try {
      const pagina = await this.pedir("listar", { ...campos, filtro: this.filtro, limite: POR_PAGINA });
      // A slow answer to an earlier question must not replace a later one.
      if (vuelta !== this.#vuelta) return null;
      this.almacen.incorporar(pagina);
      this.siguiente = pagina.siguiente ?? null;
      this.fase = "lista";
      return pagina;
    } catch {
      if (vuelta === this.#vuelta) this.fase = "error";
      this.vista.pintar(this);
      return null;
    }
  }
}

const idsDe = (pagina) => pagina.notificaciones.map((marco) => marco.notificacion_id);
// Of one user's notifications the later one has the greater id.
const ordenar = (ids) => [...new Set(ids)].sort((a, b) => b - a);
