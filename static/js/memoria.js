/**
 * What the browser remembers between visits, as JSON under a prefix. Storage can be full, forbidden or hold somebody
 * else's text: then this is only as long-lived as the page, and nothing breaks.
 */

export class Memoria {
  #propia = new Map();

  /** `abrir()` returns the Storage; reaching for it may already throw. */
  constructor(abrir, prefijo = "notificaciones:") {
    this.prefijo = prefijo;
    try {
      this.deposito = abrir();
    } catch {
      this.deposito = null;
    }
  }

  leer(nombre) {
    const clave = this.prefijo + nombre;
    try {
      return JSON.parse(this.deposito.getItem(clave));
    } catch {
      return this.#propia.get(clave) ?? null;
    }
  }

  escribir(nombre, valor) {
    const clave = this.prefijo + nombre;
    this.#propia.set(clave, valor);
    try {
      this.deposito.setItem(clave, JSON.stringify(valor));
    } catch {
      this.deposito = null;
    }
  }
}
