/**
 * The switches at the foot of the drawer: the sound, and the notifications of the operating system.
 */

import { crear, ponerAtributo } from "./dom.js";
import { gettext } from "./textos.js";

export class Ajustes {
  constructor({ documento, sonido, sistema }) {
    Object.assign(this, { documento, sonido, sistema });
    this.deSonido = this.#interruptor("ajuste-sonido", () => this.#cambiarSonido());
    this.deSistema = this.#interruptor("ajuste-sistema", () => this.#cambiarSistema());
    this.elemento = crear(documento, "footer", { clase: "cajon-pie" }, [
      this.#ajuste(this.deSonido, gettext("Sonido")),
      this.#ajuste(this.deSistema, gettext("Avisos del sistema")),
    ]);
    this.pintar();
  }

  pintar() {
    const { posible, activado } = this.sistema;
    this.deSonido.checked = this.sonido.activado;
    this.deSistema.checked = activado;
    ponerAtributo(this.deSistema, "disabled", !posible);
    this.deSistema.title = posible ? "" : gettext("El navegador bloquea los avisos del sistema.");
  }

  #interruptor(id, change) {
    return crear(this.documento, "input", { type: "checkbox", role: "switch", id, al: { change } });
  }

  #ajuste(interruptor, texto) {
    return crear(this.documento, "label", { for: interruptor.id, clase: "ajuste" }, [
      interruptor,
      crear(this.documento, "span", { texto }),
    ]);
  }

  #cambiarSonido() {
    this.sonido.activado = this.deSonido.checked;
    // Whoever switches it on wants to know how it sounds.
    this.sonido.sonar();
  }

  async #cambiarSistema() {
    await this.sistema.activar(this.deSistema.checked);
    this.pintar();
  }
}
