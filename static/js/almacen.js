/**
 * What this tab knows of the inbox, made of the frames that came and of nothing else: no clock, no network, no page.
 * It drops what was seen before, keeps the counts absolute as the server sends them, and holds the cursor to resume
 * from. The same frames in the same order give the same state in every tab.
 */

import { esDeControl } from "./marcos.js";

// Enough for any list that somebody scrolls through; a tab left open for weeks must not keep every sale.
const CUPO = 2000;

export class Almacen {
  constructor({ noLeidas = 0, noVistas = 0 } = {}) {
    this.noLeidas = noLeidas;
    this.noVistas = noVistas;
    this.#olvidar();
  }

  /** Returns what the frame meant: nueva, cambio, efimera, inicio, reinicio, sincronizado or nada. */
  aplicar(marco) {
    if (marco.type === "connection_established") return this.#empezar(marco);
    if (!esDeControl(marco) && marco.notificacion_id === undefined) return "efimera";
    if (!Number.isInteger(marco.secuencia) || marco.type === "respuesta") return "nada";
    if (marco.type === "sincronizado" || marco.type === "latido") {
      if (marco.secuencia >= this.secuencia) this.#contar(marco);
      return marco.type === "sincronizado" ? "sincronizado" : "nada";
    }
    if (marco.secuencia <= this.secuencia) return "nada";
    this.#contar(marco);
    return marco.type === "notificacion_actualizada" ? this.#actualizar(marco) : this.#guardar(marco);
  }

  /** Takes in a page of the list. It is no part of the stream: the cursor stays where it is. */
  incorporar(pagina) {
    for (const marco of pagina.notificaciones) {
      const conocida = this.notificaciones.get(marco.notificacion_id);
      if (!conocida || conocida.secuencia <= marco.secuencia) this.notificaciones.set(marco.notificacion_id, marco);
    }
    if (pagina.secuencia >= this.secuencia) this.#tomarCuentas(pagina);
  }

  /** Shows a change before the server has confirmed it; returns how to take it back. */
  suponer(id, cambios) {
    const antes = this.notificaciones.get(id);
    if (!antes) return () => {};
    this.notificaciones.set(id, { ...antes, ...cambios });
    return () => {
      if (this.notificaciones.get(id)?.secuencia === antes.secuencia) this.notificaciones.set(id, antes);
    };
  }

  /** Returns what to resume after, or null when nothing was ever received. */
  get cursor() {
    return this.epoca === null ? null : { epoca: this.epoca, secuencia: this.secuencia };
  }

  #olvidar() {
    this.epoca = null;
    this.secuencia = 0;
    this.notificaciones = new Map();
  }

  #empezar(marco) {
    const otra = marco.reinicio === true || (this.epoca !== null && this.epoca !== marco.epoca);
    if (otra) this.#olvidar();
    const primera = this.epoca === null;
    this.epoca = marco.epoca;
    this.secuencia = Math.max(this.secuencia, marco.secuencia ?? 0);
    this.#tomarCuentas(marco);
    return otra ? "reinicio" : primera ? "inicio" : "nada";
  }

  #contar(marco) {
    this.secuencia = marco.secuencia;
    this.#tomarCuentas(marco);
  }

  #tomarCuentas({ no_leidas: noLeidas, no_vistas: noVistas }) {
    if (Number.isInteger(noLeidas)) this.noLeidas = noLeidas;
    if (Number.isInteger(noVistas)) this.noVistas = noVistas;
  }

  #guardar(marco) {
    const antes = this.notificaciones.get(marco.notificacion_id);
    this.notificaciones.set(marco.notificacion_id, marco);
    if (this.notificaciones.size > CUPO) this.notificaciones.delete(this.notificaciones.keys().next().value);
    // Known from the stream before: a changed state, not news. Known from a list that overtook it: still news.
    const sabida = antes !== undefined && antes.secuencia < marco.secuencia && !marco.reenviada;
    return sabida || marco.leida || marco.vista || marco.archivada ? "cambio" : "nueva";
  }

  #actualizar(marco) {
    for (const id of marco.ids ?? []) {
      const conocida = this.notificaciones.get(id);
      if (!conocida || conocida.secuencia > marco.secuencia) continue;
      if (marco.cambios?.eliminada) this.notificaciones.delete(id);
      else this.notificaciones.set(id, { ...conocida, ...marco.cambios, secuencia: marco.secuencia });
    }
    return "cambio";
  }
}
