/**
 * Tells screen readers what appears, politely and once: a hidden live region. A modal dialog silences everything outside
 * of it, so the drawer has a voice of its own.
 */

import { crear } from "./dom.js";

const OLVIDO_MS = 8000;

export class Voz {
  constructor({ documento, reloj, contenedor }) {
    Object.assign(this, { documento, reloj });
    this.region = crear(documento, "div", { clase: "solo-lectores", role: "status", "aria-live": "polite" });
    contenedor.append(this.region);
  }

  decir(texto) {
    const frase = crear(this.documento, "p", { texto });
    this.region.append(frase);
    this.reloj.poner(() => frase.remove(), OLVIDO_MS);
  }
}
