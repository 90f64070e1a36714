/**
 * Actions from any tab. In the leader they go to the socket; in the others they cross the channel to the leader and the
 * answer comes back the same way. Actions may be repeated harmlessly, so a new leader is simply asked again.
 */

import { ErrorDeAccion, ESPERA_MS } from "./peticiones.js";

export class Puente {
  #pendientes = new Map();
  #siguiente = 1;

  constructor({ lider, conexion, reloj, azar }) {
    Object.assign(this, { lider, conexion, reloj });
    this.yo = azar().toString(36).slice(2);
  }

  /** Returns a promise of the `respuesta`. */
  pedir(accion, campos = {}) {
    if (this.lider.esLider) return this.conexion.pedir(accion, campos);
    const encargo = { clase: "accion", de: this.yo, numero: this.#siguiente++, accion, campos };
    return new Promise((resolver, rechazar) => {
      const vence = this.reloj.poner(() => this.#saldar(encargo.numero, { codigo: "sin_conexion" }), ESPERA_MS + 1000);
      this.#pendientes.set(encargo.numero, { encargo, resolver, rechazar, vence });
      this.lider.decir(encargo);
    });
  }

  /** Handles what the channel brought; returns true when it was for the bridge. */
  recibir(mensaje) {
    if (mensaje.clase === "accion") {
      if (this.lider.esLider) this.#atender(mensaje);
      return true;
    }
    if (mensaje.clase !== "resultado") return false;
    if (mensaje.para === this.yo) this.#saldar(mensaje.numero, mensaje);
    return true;
  }

  /** The leader changed, perhaps to this very tab: what was asked of the old one is asked again. */
  repetir() {
    for (const { encargo } of [...this.#pendientes.values()]) {
      if (this.lider.esLider) this.#atender(encargo);
      else this.lider.decir(encargo);
    }
  }

  async #atender({ de, numero, accion, campos }) {
    const resultado = { clase: "resultado", para: de, numero };
    try {
      resultado.respuesta = await this.conexion.pedir(accion, campos);
    } catch (error) {
      Object.assign(resultado, { codigo: error.codigo ?? "sin_conexion", mensaje: error.message });
    }
    if (de === this.yo) this.#saldar(numero, resultado);
    else this.lider.decir(resultado);
  }

  #saldar(numero, { respuesta, codigo, mensaje }) {
    const pendiente = this.#pendientes.get(numero);
    if (!pendiente) return;
    this.#pendientes.delete(numero);
    this.reloj.quitar(pendiente.vence);
    if (respuesta) pendiente.resolver(respuesta);
    else pendiente.rechazar(new ErrorDeAccion(codigo, mensaje));
  }
}
