/**
 * Shows what arrived in this tab: as popups, as one popup where there are many, or, while the drawer is open, only in
 * words, because there it already stands in the list.
 */

import { agrupar } from "./agrupar.js";
import { claveDe, contenidoDe, contenidoDeRafaga, enUnaFrase } from "./presentacion.js";
import { Rafaga } from "./rafaga.js";

const JUNTAR_MS = 100;

export class Muestra {
  #absorbidas = [];

  constructor({ popups, cajon, contexto, reloj }) {
    Object.assign(this, { popups, cajon, contexto, reloj });
    this.rafaga = new Rafaga();
    // A burst may grow a thousand times a second; nobody reads that fast.
    this.mostrarRafaga = agrupar((resumen) => this.#mostrarRafaga(resumen), JUNTAR_MS, reloj);
  }

  mostrar(marcos) {
    const { sueltas = [], resumen, absorbe = [] } = this.rafaga.agregar(marcos, this.reloj.ahora());
    sueltas.forEach((marco) => this.#mostrarUno(contenidoDe(marco, this.contexto)));
    this.#absorbidas.push(...absorbe.map(claveDe));
    if (resumen) this.mostrarRafaga(resumen);
  }

  /** Somebody closed the popup of the burst. */
  callar() {
    this.rafaga.callar();
  }

  #mostrarRafaga(resumen) {
    this.popups.pila.absorber(this.#absorbidas.splice(0));
    this.#mostrarUno(contenidoDeRafaga(resumen, this.contexto));
  }

  #mostrarUno(contenido) {
    if (this.cajon.abierto) this.cajon.voz.decir(enUnaFrase(contenido), contenido.clave);
    else this.popups.mostrar(contenido);
  }
}
