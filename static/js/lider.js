/**
 * One socket a browser: of all tabs the one that holds a Web Lock leads, and a BroadcastChannel carries what it hears to
 * the others. When the leader closes, the lock passes on at once; when it is frozen and does not answer, the tab that
 * somebody is looking at takes the lock from it. A browser without both gets a leader in every tab.
 */

const RESPUESTA_MS = 4000;
const RONDA_MS = 30_000;

export class Lider {
  #canal = null;
  #soltar = null;
  #vuelta = 0;
  #oido = 0;

  constructor({ nombre, candados, Canal, reloj, visible, alMandar, alDejar, alMensaje }) {
    Object.assign(this, { nombre, candados, Canal, reloj, visible, alMandar, alDejar, alMensaje });
    this.esLider = false;
  }

  /** True where tabs can agree on a leader. */
  get comparte() {
    return Boolean(this.candados && this.Canal);
  }

  unirse() {
    this.#vuelta += 1;
    if (!this.comparte) return this.#mandar();
    this.#canal = new this.Canal(this.nombre);
    this.#canal.onmessage = ({ data }) => this.#recibir(data);
    this.#pedirCandado(this.#vuelta);
    return this.#rondar(this.#vuelta);
  }

  /** Leaves, so that another tab may lead; `unirse` comes back. */
  dejar() {
    this.#vuelta += 1;
    this.#canal?.close();
    this.#canal = null;
    this.#dejarDeMandar();
  }

  decir(mensaje) {
    this.#canal?.postMessage(mensaje);
  }

  /** Asks whether the leader is awake, and takes its place if it is not and somebody is looking at this tab. */
  comprobar() {
    if (this.esLider || !this.#canal) return;
    const preguntado = this.reloj.ahora();
    const vuelta = this.#vuelta;
    this.decir({ clase: "hola" });
    this.reloj.poner(() => {
      const mudo = this.#oido < preguntado && vuelta === this.#vuelta;
      if (mudo && !this.esLider && this.visible()) this.#pedirCandado(vuelta, { steal: true });
    }, RESPUESTA_MS);
  }

  #rondar(vuelta) {
    if (vuelta !== this.#vuelta) return;
    this.comprobar();
    this.reloj.poner(() => this.#rondar(vuelta), RONDA_MS);
  }

  #recibir(mensaje) {
    if (mensaje.clase === "marco" || mensaje.clase === "estado") this.#oido = this.reloj.ahora();
    this.alMensaje(mensaje);
  }

  #pedirCandado(vuelta, opciones = {}) {
    const mientras = () => {
      if (vuelta !== this.#vuelta) return undefined;
      return new Promise((soltar) => {
        this.#soltar = soltar;
        this.#mandar();
      });
    };
    this.candados.request(this.nombre, opciones, mientras).catch((error) => {
      if (vuelta !== this.#vuelta) return;
      if (error?.name !== "AbortError") {
        this.#mandar();
        return;
      }
      // Another tab found this one asleep and leads now; this one waits for its turn again.
      this.#dejarDeMandar();
      this.#pedirCandado(vuelta);
    });
  }

  #mandar() {
    if (this.esLider) return;
    this.esLider = true;
    this.alMandar();
  }

  #dejarDeMandar() {
    const mandaba = this.esLider;
    this.esLider = false;
    this.#soltar?.();
    this.#soltar = null;
    if (mandaba) this.alDejar();
  }
}
