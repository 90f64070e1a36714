/**
 * Listens for silence. A socket can be dead for minutes without the browser knowing (a laptop that slept, a lost
 * network), so after a while without a frame it asks for a sign of life.
 */

export const SILENCIO_MS = 60_000;

export class Vigia {
  constructor({ reloj, plazos, alCallar }) {
    Object.assign(this, { reloj, plazos, alCallar });
    this.oido = 0;
  }

  /** A frame came, whichever. */
  oir() {
    this.oido = this.reloj.ahora();
  }

  vigilar(ms = SILENCIO_MS) {
    this.plazos.poner("vigilancia", () => this.#mirar(), ms);
  }

  #mirar() {
    const silencio = this.reloj.ahora() - this.oido;
    // One timer that looks back is cheaper than setting one anew at each frame.
    this.vigilar(silencio >= SILENCIO_MS ? SILENCIO_MS : SILENCIO_MS - silencio);
    if (silencio >= SILENCIO_MS) this.alCallar();
  }
}
