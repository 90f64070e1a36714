/**
 * One short line at the foot of the page or of the drawer, for what was just done and how to undo it. It stays while the
 * pointer or the focus is on it; a new one takes its place.
 */

import { crear } from "./dom.js";

const VIDA_MS = 6000;

export class Tostada {
  #actual = null;

  constructor({ documento, reloj, contenedor }) {
    Object.assign(this, { documento, reloj, contenedor });
    this.zona = crear(documento, "div", { clase: "tostadas", role: "status", "aria-live": "polite" });
    contenedor.append(this.zona);
  }

  /** Shows `texto`; with `accion` ({texto, hacer}) also a button. Returns nothing. */
  mostrar(texto, accion) {
    const boton =
      accion &&
      crear(this.documento, "button", {
        type: "button",
        texto: accion.texto,
        al: { click: () => this.#hacer(accion) },
      });
    this.#actual = { accion };
    this.zona.replaceChildren(
      crear(this.documento, "div", { clase: "tostada" }, [crear(this.documento, "span", { texto }), boton]),
    );
    this.zona.firstElementChild.addEventListener("pointerenter", () => this.reloj.quitar(this.vence));
    this.zona.firstElementChild.addEventListener("pointerleave", () => this.#contar());
    this.#contar();
  }

  /** Does what the button of the line on screen would do; returns false when there is none. */
  deshacer() {
    if (!this.#actual?.accion) return false;
    this.#hacer(this.#actual.accion);
    return true;
  }

  cerrar() {
    this.reloj.quitar(this.vence);
    this.#actual = null;
    this.zona.replaceChildren();
  }

  #hacer({ hacer }) {
    this.cerrar();
    hacer();
  }

  #contar() {
    this.reloj.quitar(this.vence);
    this.vence = this.reloj.poner(() => {
      if (this.zona.contains(this.documento.activeElement)) this.#contar();
      else this.cerrar();
    }, VIDA_MS);
  }
}
