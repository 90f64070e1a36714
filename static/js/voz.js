/**
 * Tells screen readers what appears, politely and once: a hidden live region. A modal dialog silences everything outside
 * of it, so the drawer has a voice of its own.
 */

import { agrupar } from "./agrupar.js";
import { crear } from "./dom.js";

const JUNTAR_MS = 600;
const OLVIDO_MS = 8000;

export class Voz {
  constructor({ documento, reloj, contenedor }) {
    Object.assign(this, { documento, reloj });
    this.region = crear(documento, "div", { clase: "solo-lectores", role: "status", "aria-live": "polite" });
    contenedor.append(this.region);
    this.porDecir = new Map();
    this.hablar = agrupar(() => this.#hablar(), JUNTAR_MS, reloj);
  }

  /** Says `texto` soon; of several with one `clave` only the last, as when a count is still growing. */
  decir(texto, clave = texto) {
    this.porDecir.set(clave, texto);
    this.hablar();
  }

  #hablar() {
    const frases = [...this.porDecir.values()].map((texto) => crear(this.documento, "p", { texto }));
    this.porDecir.clear();
    this.region.append(...frases);
    this.reloj.poner(() => frases.forEach((frase) => frase.remove()), OLVIDO_MS);
  }
}
