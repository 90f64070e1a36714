/**
 * The popups on screen and those that wait: at most four at once, five seconds each, held while the pointer or the
 * focus is on them or nobody looks at the tab. It decides when; `vista` ({poner, cambiar, quitar}) shows it.
 */

import { MAXIMO } from "./rafaga.js";

export const VIDA_MS = 5000;
const RESPIRO_MS = 1500;

export class Pila {
  #puestos = new Map();
  #cola = [];
  #retenida = false;

  constructor({ reloj, vista }) {
    this.reloj = reloj;
    this.vista = vista;
  }

  /** Shows `contenido`, now or when there is room; one of the same `clave` is changed in its place. */
  mostrar(contenido) {
    const puesto = this.#puestos.get(contenido.clave);
    if (puesto) {
      this.vista.cambiar(contenido);
      return this.#contarVida(puesto, contenido.clave, VIDA_MS);
    }
    this.#cola = this.#cola.filter(({ clave }) => clave !== contenido.clave);
    this.#cola.push(contenido);
    return this.#avanzar();
  }

  /** Takes one away, shown or waiting; the next one comes. */
  retirar(clave) {
    this.#cola = this.#cola.filter((contenido) => contenido.clave !== clave);
    const puesto = this.#puestos.get(clave);
    if (!puesto) return;
    this.reloj.quitar(puesto.aviso);
    this.#puestos.delete(clave);
    this.vista.quitar(clave);
    this.#avanzar();
  }

  /** Makes room for a burst that says the same as these; what somebody is pointing at stays. */
  absorber(claves) {
    this.#cola = this.#cola.filter(({ clave }) => !claves.includes(clave));
    if (!this.#retenida) claves.forEach((clave) => this.retirar(clave));
  }

  retener() {
    if (this.#retenida) return;
    this.#retenida = true;
    for (const puesto of this.#puestos.values()) {
      this.reloj.quitar(puesto.aviso);
      puesto.resta = puesto.hasta - this.reloj.ahora();
    }
  }

  soltar() {
    if (!this.#retenida) return;
    this.#retenida = false;
    for (const [clave, puesto] of this.#puestos) this.#contarVida(puesto, clave, Math.max(RESPIRO_MS, puesto.resta));
  }

  /** Returns the key of the newest popup shown, or undefined. */
  get ultima() {
    return [...this.#puestos.keys()].at(-1);
  }

  #avanzar() {
    while (this.#cola.length > 0 && this.#puestos.size < MAXIMO) {
      const contenido = this.#cola.shift();
      const puesto = {};
      this.#puestos.set(contenido.clave, puesto);
      this.vista.poner(contenido);
      this.#contarVida(puesto, contenido.clave, VIDA_MS);
    }
  }

  #contarVida(puesto, clave, ms) {
    this.reloj.quitar(puesto.aviso);
    puesto.resta = ms;
    puesto.hasta = this.reloj.ahora() + ms;
    if (!this.#retenida) puesto.aviso = this.reloj.poner(() => this.retirar(clave), ms);
  }
}
