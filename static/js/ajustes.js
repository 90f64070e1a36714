/**
 * The switches at the foot of the drawer: the sound, and the notifications of the operating system.
 */

import { crear } from "./dom.js";
import { gettext } from "./textos.js";

export class Ajustes {
  constructor({ documento, sonido, sistema, bandeja }) {
    Object.assign(this, { documento, sonido, sistema });
    this.interruptor = crear(documento, "input", {
      type: "checkbox", role: "switch", id: "ajuste-sonido", al: { change: () => this.#cambiarSonido() },
    });
    this.permiso = crear(documento, "button", { type: "button", clase: "boton-texto", al: { click: () => this.#pedir() } });
    this.nota = crear(documento, "span", { clase: "ajuste-nota" });
    this.elemento = crear(documento, "footer", { clase: "cajon-pie" }, [
      crear(documento, "label", { for: "ajuste-sonido", clase: "ajuste" }, [
        this.interruptor, crear(documento, "span", { texto: gettext("Sonido") }),
      ]),
      this.permiso,
      this.nota,
      crear(documento, "a", { clase: "boton-texto cajon-bandeja", href: bandeja, texto: gettext("Ver toda la bandeja") }),
    ]);
    this.pintar();
  }

  pintar() {
    this.interruptor.checked = this.sonido.activado;
    this.permiso.hidden = this.sistema.permiso !== "default";
    this.permiso.textContent = gettext("Avisar fuera de esta página");
    this.nota.hidden = this.sistema.permiso !== "denied";
    this.nota.textContent = gettext("El navegador bloquea los avisos del sistema.");
  }

  #cambiarSonido() {
    this.sonido.activado = this.interruptor.checked;
    if (this.sonido.activado) this.sonido.sonar();
  }

  async #pedir() {
    await this.sistema.pedirPermiso();
    this.pintar();
  }
}
