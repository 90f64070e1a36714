/**
 * Shows what arrived in this tab: as popups, as one popup where there are many, or, while the drawer is open, only in
 * words, because there it already stands in the list.
 */

import { claveDe, contenidoDe, contenidoDeRafaga, enUnaFrase } from "./presentacion.js";
import { Rafaga } from "./rafaga.js";

export class Muestra {
  constructor({ popups, cajon, contexto, reloj }) {
    Object.assign(this, { popups, cajon, contexto, reloj });
    this.rafaga = new Rafaga();
  }

  mostrar(marcos) {
    const { sueltas = [], resumen, absorbe = [] } = this.rafaga.agregar(marcos, this.reloj.ahora());
    const contenidos = resumen
      ? [contenidoDeRafaga(resumen, this.contexto)]
      : sueltas.map((marco) => contenidoDe(marco, this.contexto));
    if (this.cajon.abierto) {
      contenidos.forEach((contenido) => this.cajon.voz.decir(enUnaFrase(contenido)));
      return;
    }
    this.popups.pila.absorber(absorbe.map(claveDe));
    contenidos.forEach((contenido) => this.popups.mostrar(contenido));
  }

  /** Somebody closed the popup of the burst. */
  callar() {
    this.rafaga.callar();
  }
}
