/**
 * Actions that wait for their answer. Each goes out with a `ref`; the `respuesta` or `error` that brings it back
 * settles its promise, and so does a lost connection or too long a silence.
 */

export const ESPERA_MS = 10_000;

/** Why an action did not happen: a code of the protocol, or `sin_conexion`. */
export class ErrorDeAccion extends Error {
  constructor(codigo, mensaje = codigo) {
    super(mensaje);
    this.name = "ErrorDeAccion";
    this.codigo = codigo;
  }
}

export class Peticiones {
  #pendientes = new Map();
  #siguiente = 1;

  constructor({ reloj }) {
    this.reloj = reloj;
  }

  /** Sends `{action, …campos, ref}` with `enviar` and returns a promise of its `respuesta`. */
  pedir(enviar, accion, campos = {}, espera = ESPERA_MS) {
    const ref = this.#siguiente++;
    return new Promise((resolver, rechazar) => {
      const vence = this.reloj.poner(() => this.#rechazar(ref, "sin_conexion"), espera);
      this.#pendientes.set(ref, { resolver, rechazar, vence });
      enviar(JSON.stringify({ action: accion, ...campos, ref }));
    });
  }

  /** Returns true when the frame was the answer to an action. */
  recibir(marco) {
    if (marco.type !== "respuesta" && marco.type !== "error") return false;
    if (!this.#pendientes.has(marco.ref)) return false;
    if (marco.type === "error") this.#rechazar(marco.ref, marco.codigo, marco.mensaje);
    else this.#sacar(marco.ref).resolver(marco);
    return true;
  }

  /** Nothing that was asked will be answered any more. */
  abandonar() {
    for (const ref of [...this.#pendientes.keys()]) this.#rechazar(ref, "sin_conexion");
  }

  #rechazar(ref, codigo, mensaje) {
    this.#sacar(ref).rechazar(new ErrorDeAccion(codigo, mensaje));
  }

  #sacar(ref) {
    const pendiente = this.#pendientes.get(ref);
    this.#pendientes.delete(ref);
    this.reloj.quitar(pendiente.vence);
    return pendiente;
  }
}
