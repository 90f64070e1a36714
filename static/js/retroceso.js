/**
 * How long to wait before connecting again. Full jitter: anything between nothing and a ceiling that doubles, so
 * that the thousand browsers of one restarted server do not come back in the same instant. Pure: clock and chance are
 * arguments.
 */

const BASE_MS = 500;
const TOPE_MS = 30_000;
const CODIGO_EXCESO = 4008;

/** Returns milliseconds. `intento` counts from 0; `azar` returns a number of [0, 1). */
export function esperaDe(intento, azar, codigo = 1006) {
  // The server asked for half a minute of quiet, so here the jitter comes on top of it.
  if (codigo === CODIGO_EXCESO) return TOPE_MS + azar() * TOPE_MS;
  return azar() * Math.min(TOPE_MS, BASE_MS * 2 ** Math.min(intento, 16));
}

/** Counts what failed in a row, and says until when to wait. */
export class Intentos {
  #seguidos = 0;
  #noAntes = 0;

  constructor({ reloj, azar }) {
    Object.assign(this, { reloj, azar });
    this.hasta = 0;
  }

  /** Returns milliseconds; `hasta` is when they are over. */
  fallar(codigo) {
    const espera = esperaDe(this.#seguidos++, this.azar, codigo);
    this.hasta = this.reloj.ahora() + espera;
    if (codigo === CODIGO_EXCESO) this.#noAntes = this.hasta;
    return espera;
  }

  olvidar() {
    this.#seguidos = 0;
  }

  /** False while the server has asked to be left alone. */
  get permitido() {
    return this.reloj.ahora() >= this.#noAntes;
  }
}
