/**
 * Of all tabs of a browser one plays the sound, and one raises the system's notification. Whoever asks first for a key
 * gets the turn; the memory that the tabs share keeps it, and a Web Lock keeps two of them from reading that memory at
 * the same time.
 */

const ASENTAR_MS = 200;
const RECORDADAS = 20;

export class Turno {
  /** `pausa`: for how many ms after a turn nobody gets another. */
  constructor({ nombre, pausa, candados, memoria, reloj }) {
    Object.assign(this, { nombre, pausa, candados, memoria, reloj });
  }

  /** Returns a promise of true for one tab; for none when somebody had one a moment ago. */
  async tomar(clave) {
    if (!this.candados) return this.#anotar(clave);
    return new Promise((resolver) => {
      this.candados
        .request(this.nombre, {}, async () => {
          const mio = this.#anotar(clave);
          resolver(mio);
          // What is written here takes a moment to be read in the other tabs' processes.
          if (mio) await new Promise((listo) => this.reloj.poner(listo, ASENTAR_MS));
        })
        .catch(() => resolver(false));
    });
  }

  #anotar(clave) {
    const { claves = [], dado = 0 } = this.memoria.leer(this.nombre) ?? {};
    if (claves.includes(clave)) return false;
    const transcurrido = this.reloj.ahora() - dado;
    const toca = transcurrido < 0 || transcurrido >= this.pausa;
    this.memoria.escribir(this.nombre, {
      claves: [...claves, clave].slice(-RECORDADAS),
      dado: toca ? this.reloj.ahora() : dado,
    });
    return toca;
  }
}
