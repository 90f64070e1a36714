/**
 * Timers by name on an injected clock: setting one again replaces it, and all of them end together.
 */

export class Plazos {
  #puestos = new Map();

  constructor(reloj) {
    this.reloj = reloj;
  }

  poner(nombre, hacer, ms) {
    this.quitar(nombre);
    this.#puestos.set(nombre, this.reloj.poner(hacer, ms));
  }

  quitar(nombre) {
    this.reloj.quitar(this.#puestos.get(nombre));
    this.#puestos.delete(nombre);
  }

  quitarTodos() {
    [...this.#puestos.keys()].forEach((nombre) => this.quitar(nombre));
  }
}
