/**
 * Keeps every `<time data-relativo>` of the page saying how long ago it was.
 */

import { absoluto, relativo } from "./tiempo.js";

const CADA_MS = 30_000;

export class Tiempos {
  constructor({ documento, reloj }) {
    Object.assign(this, { documento, reloj });
    this.idioma = documento.documentElement.lang || "es-mx";
  }

  empezar() {
    this.pintar(this.documento);
    this.reloj.poner(() => this.empezar(), CADA_MS);
  }

  pintar(raiz) {
    for (const elemento of raiz.querySelectorAll("time[data-relativo]")) {
      const momento = elemento.getAttribute("datetime");
      const texto = relativo(momento, this.reloj.ahora(), this.idioma);
      if (!texto || elemento.textContent === texto) continue;
      elemento.textContent = texto;
      elemento.title = absoluto(momento, this.idioma);
    }
  }
}
