/**
 * What a user can do with notifications, from the drawer, a popup or the inbox page: shown at once, sent by socket or
 * else by HTTP, taken back with a sentence when it failed.
 */

import { gettext } from "./textos.js";

export class Acciones {
  /** `pedir(accion, campos)` asks over the socket, `alCambiar(ids)` hears what to show anew, `tostada()` says it. */
  constructor({ almacen, pedir, enLinea, http, tostada, alCambiar }) {
    Object.assign(this, { almacen, pedir, enLinea, http, tostada, alCambiar });
  }

  leer(id, { deshacer = false } = {}) {
    const campos = deshacer ? { notificacion_id: id, deshacer: true } : { notificacion_id: id };
    return this.#hacer("marcar_leida", campos, { leida: !deshacer });
  }

  async archivar(id, { deshacer = false } = {}) {
    const campos = deshacer ? { notificacion_id: id, deshacer: true } : { notificacion_id: id };
    const hecho = await this.#hacer("archivar", campos, { archivada: !deshacer });
    if (!hecho || deshacer) return hecho;
    this.tostada().mostrar(gettext("Archivada"), {
      texto: gettext("Deshacer"),
      hacer: () => this.archivar(id, { deshacer: true }),
    });
    return true;
  }

  leerTodas() {
    const { cursor } = this.almacen;
    // Only what the user can know of; before the first frame that is whatever there is.
    return this.#hacer("marcar_todas_leidas", cursor ? { hasta_secuencia: cursor.secuencia } : {});
  }

  /** The user looked at the list. Nobody waits for this, so a failure is silent: the next look does it again. */
  verTodas() {
    if (this.almacen.noVistas === 0 || !this.enLinea()) return;
    this.pedir("marcar_vistas", { hasta_secuencia: this.almacen.secuencia }).catch(() => {});
  }

  /** Marks read what a click opens. The browser follows the link by itself. */
  abrir({ id, enlace }) {
    if (id === null || this.almacen.notificaciones.get(id)?.leida) return;
    // A frame might not leave the page before the page is left.
    if (enlace) this.http.pedir("marcar_leida", { notificacion_id: id }).catch(() => {});
    else this.leer(id);
  }

  async #hacer(accion, campos, cambios) {
    const id = campos.notificacion_id;
    const ids = id === undefined ? [] : [id];
    const deshacer = cambios && id !== undefined ? this.almacen.suponer(id, cambios) : () => {};
    this.alCambiar(ids);
    try {
      await this.#enviar(accion, campos);
      return true;
    } catch {
      deshacer();
      this.alCambiar(ids);
      this.tostada().mostrar(gettext("No se pudo guardar. Inténtalo de nuevo."));
      return false;
    }
  }

  async #enviar(accion, campos) {
    if (!this.enLinea()) return this.http.pedir(accion, campos);
    try {
      return await this.pedir(accion, campos);
    } catch (error) {
      if (error.codigo !== "sin_conexion") throw error;
      return this.http.pedir(accion, campos);
    }
  }
}
