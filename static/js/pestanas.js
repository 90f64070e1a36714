/**
 * What the tabs of one browser say to each other beside actions: frames from the leader to all, its state to whoever
 * asks, a word to wake it up, and which popups were already shown.
 */

export class Pestanas {
  /** `sistema` is the SistemaNotificaciones of this tab. */
  constructor({ lider, puente, conexion, almacen, anunciador, sistema }) {
    Object.assign(this, { lider, puente, conexion, almacen, anunciador, sistema });
    this.estado = { nombre: "inactiva" };
  }

  /** A frame of the leader's socket, on to the others. */
  difundir(marco) {
    this.lider.decir({ clase: "marco", marco });
  }

  /** The state of the leader's connection, known here first. */
  cambiarEstado(estado) {
    this.estado = estado;
    this.#decirEstado();
  }

  /** Whoever leads must be connected: somebody looks, or the network is back. */
  despertar() {
    if (this.lider.esLider) this.conexion.despertar();
    else this.lider.decir({ clase: "despertar" });
    this.lider.comprobar();
  }

  recibir(mensaje) {
    if (this.puente.recibir(mensaje)) return;
    const { clase } = mensaje;
    if (clase === "hola") this.#decirEstado();
    else if (clase === "despertar" && this.lider.esLider) this.conexion.despertar();
    else if (clase === "marco") this.sistema.aplicar(mensaje.marco);
    else if (clase === "estado") this.#tomarEstado(mensaje);
    else if (clase === "mostradas") this.anunciador.olvidar(mensaje.hasta);
  }

  #decirEstado() {
    if (!this.lider.esLider) return;
    const { cursor, noLeidas, noVistas } = this.almacen;
    this.lider.decir({ clase: "estado", estado: this.estado, cursor, noLeidas, noVistas });
  }

  #tomarEstado({ estado, cursor, noLeidas, noVistas }) {
    this.estado = estado;
    this.sistema.mostrarConexion(estado);
    if (cursor) this.sistema.tomarCuentas({ ...cursor, no_leidas: noLeidas, no_vistas: noVistas });
  }
}
