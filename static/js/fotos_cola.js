/**
 * Does what is put into it, a few at a time and in order. `hacer(clave)` returns a promise.
 */

export class Cola {
  #esperan = [];
  #corren = 0;

  constructor({ hacer, aLaVez = 2 }) {
    Object.assign(this, { hacer, aLaVez });
  }

  poner(clave) {
    this.#esperan.push(clave);
    this.#seguir();
  }

  /** What has begun goes on. */
  quitar(clave) {
    this.#esperan = this.#esperan.filter((una) => una !== clave);
  }

  async #seguir() {
    if (this.#corren >= this.aLaVez || this.#esperan.length === 0) return;
    this.#corren += 1;
    try {
      await this.hacer(this.#esperan.shift());
    } finally {
      this.#corren -= 1;
      this.#seguir();
    }
  }
}
