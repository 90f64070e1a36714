/**
 * Who says what, and where. What was missed is collected until the replay is over; a visible tab shows popups; a hidden
 * one keeps them for when it is looked at, unless another tab shows them; one tab makes the sound, and the system's own
 * notification appears only when nobody is looking.
 */

import { agrupar } from "./agrupar.js";
import { MAXIMO } from "./rafaga.js";

const SONIDO_MS = 40;
const SISTEMA_MS = 1000;
const ligera = ({ type, monto, notificacion_id, secuencia }) => ({ type, monto, notificacion_id, secuencia });

export class Anunciador {
  #repaso = null;
  #guardados = [];

  /** `salidas`: {mostrar, sonar, avisarSistema, decir}; `vigente(marco)`: nobody has read or seen it meanwhile. */
  constructor({ presencia, turnoDeSonido, turnoDeSistema, reloj, vigente, salidas }) {
    Object.assign(this, { presencia, turnoDeSonido, turnoDeSistema, vigente, salidas });
    this.sonarPronto = agrupar((marco) => this.#sonar(marco), SONIDO_MS, reloj);
    this.avisarPronto = agrupar(() => this.#avisarSistema(), SISTEMA_MS, reloj);
  }

  empezarRepaso() {
    this.#repaso ??= [];
  }

  terminarRepaso() {
    const marcos = this.#repaso ?? [];
    this.#repaso = null;
    this.#anunciar(marcos.filter(this.vigente));
  }

  llegar(marco) {
    if (this.#repaso) this.#repaso.push(marco);
    else this.#anunciar([marco]);
  }

  /** Somebody looks at this tab now: shows what waited, and tells the other tabs that it was shown. */
  mirar() {
    const marcos = this.#guardados.filter(this.vigente);
    this.#guardados = [];
    if (marcos.length === 0) return;
    this.salidas.mostrar(marcos);
    this.salidas.decir({ clase: "mostradas", hasta: Math.max(...marcos.map((marco) => marco.secuencia ?? 0)) });
  }

  /** Another tab showed everything up to this sequence, and the raw pushes with it. */
  olvidar(hasta) {
    this.#guardados = this.#guardados.filter((marco) => marco.secuencia > hasta);
  }

  async #anunciar(marcos) {
    if (marcos.length === 0) return;
    if (this.presencia.visible) this.salidas.mostrar(marcos);
    else if (await this.presencia.hayVisible()) return;
    else this.#guardar(marcos);
    this.sonarPronto(marcos.at(-1));
  }

  async #sonar(marco) {
    if (await this.turnoDeSonido.tomar(senaDe(marco))) this.salidas.sonar();
  }

  #guardar(marcos) {
    // A tab may stay hidden for days: past what is shown singly, only what a total needs is kept.
    for (const marco of marcos) this.#guardados.push(this.#guardados.length > MAXIMO ? ligera(marco) : marco);
    this.avisarPronto();
  }

  async #avisarSistema() {
    const marcos = this.#guardados.filter(this.vigente);
    if (marcos.length === 0 || (await this.presencia.hayVisible())) return;
    if (await this.turnoDeSistema.tomar(senaDe(marcos.at(-1)))) this.salidas.avisarSistema(marcos);
  }
}

/** Returns what is the same for one frame in every tab. */
const senaDe = ({ notificacion_id: id, secuencia, timestamp, titulo }) =>
  id ? `${id}-${secuencia}` : `${timestamp}-${titulo}`;
