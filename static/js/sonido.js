/**
 * Two soft notes made by WebAudio: no file to load. Browsers stay mute until somebody has touched the page, so the first
 * gesture wakes it. Whoever switches it off finds it off next time, in every tab.
 */

const NOTAS = [
  { tono: 659.25, cuando: 0 },
  { tono: 987.77, cuando: 0.12 },
];
const VOLUMEN = 0.12;
const DURA_S = 0.5;
const TARDE_MS = 1000;

export class Sonido {
  #contexto = null;

  constructor({ AudioContext, documento, memoria, reloj }) {
    Object.assign(this, { AudioContext, documento, memoria, reloj });
  }

  /** Waits for the first gesture. */
  preparar() {
    const despertar = () => this.activado && this.#despertar()?.catch(() => {});
    for (const gesto of ["pointerdown", "keydown"]) this.documento.addEventListener(gesto, despertar);
  }

  get activado() {
    return this.memoria.leer("sonido") !== false;
  }

  set activado(valor) {
    this.memoria.escribir("sonido", Boolean(valor));
  }

  /** Asks for the sound; `<html data-sonidos>` counts how often. */
  sonar() {
    if (!this.activado) return;
    const raiz = this.documento.documentElement;
    raiz.dataset.sonidos = String(Number(raiz.dataset.sonidos ?? 0) + 1);
    const pedido = this.reloj.ahora();
    // A browser that nobody has touched answers at the first gesture, and then all sounds would come late and at once.
    this.#despertar()?.then(
      () => this.reloj.ahora() - pedido < TARDE_MS && NOTAS.forEach((nota) => this.#tocar(nota)),
      () => {},
    );
  }

  #despertar() {
    const tocada = this.documento.defaultView?.navigator.userActivation?.hasBeenActive ?? true;
    if (!this.AudioContext || !tocada) return undefined;
    this.#contexto ??= new this.AudioContext();
    return this.#contexto.resume();
  }

  #tocar({ tono, cuando }) {
    const inicio = this.#contexto.currentTime + cuando;
    const oscilador = this.#contexto.createOscillator();
    const volumen = this.#contexto.createGain();
    oscilador.frequency.value = tono;
    volumen.gain.setValueAtTime(0, inicio);
    volumen.gain.linearRampToValueAtTime(VOLUMEN, inicio + 0.02);
    volumen.gain.exponentialRampToValueAtTime(0.0001, inicio + DURA_S);
    oscilador.connect(volumen).connect(this.#contexto.destination);
    oscilador.start(inicio);
    oscilador.stop(inicio + DURA_S);
  }
}
