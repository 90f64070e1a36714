/**
 * The popups as elements: what `pila.js` decides becomes `.notificacion-popup` here. A popup opens by its title, closes
 * by its button or Escape, and is read aloud by a live region apart, so that it is never read twice.
 */

import { crear, botonDeIcono, icono } from "./dom.js";
import { Pila } from "./pila.js";
import { enUnaFrase } from "./presentacion.js";
import { gettext, rellenar } from "./textos.js";
import { Voz } from "./voz.js";

const SALIDA_MS = 220;

export class Popups {
  #elementos = new Map();
  #antes = null;
  #senalada = false;

  constructor({ documento, reloj, contenedor, alAbrir, alCerrar }) {
    Object.assign(this, { documento, reloj, alAbrir, alCerrar });
    this.pila = new Pila({ reloj, vista: this });
    this.voz = new Voz({ documento, reloj, contenedor });
    this.zona = crear(documento, "section", { clase: "popups", "aria-label": gettext("Notificaciones nuevas") });
    contenedor.append(this.zona);
    this.#escuchar();
  }

  mostrar(contenido) {
    this.pila.mostrar(contenido);
    this.voz.decir(enUnaFrase(contenido), contenido.clave);
  }

  /** What somebody closes, unlike what leaves by itself. By keyboard the focus goes on to the next one. */
  cerrar(clave, porTeclado = true) {
    const conFoco = this.#elementos.get(clave)?.contains(this.documento.activeElement);
    this.pila.retirar(clave);
    this.alCerrar(clave);
    if (!conFoco) return;
    const siguiente = this.#elementos.get(this.pila.ultima)?.querySelector(".popup-titulo") ?? this.#antes;
    // Focus left behind by a mouse would hold the others for ever.
    if (porTeclado && siguiente) siguiente.focus();
    else this.documento.activeElement.blur();
  }

  poner(contenido) {
    const elemento = crear(this.documento, "div", { datos: { clave: contenido.clave } });
    this.#llenar(elemento, contenido);
    this.#elementos.set(contenido.clave, elemento);
    this.zona.prepend(elemento);
    // Read a size in between, or the browser joins both states and nothing moves.
    void elemento.offsetHeight;
    elemento.classList.add("mostrar");
  }

  cambiar(contenido) {
    const elemento = this.#elementos.get(contenido.clave);
    const conFoco = elemento.contains(this.documento.activeElement);
    this.#llenar(elemento, contenido);
    elemento.classList.add("mostrar");
    if (conFoco) elemento.querySelector(".popup-titulo").focus();
  }

  quitar(clave) {
    const elemento = this.#elementos.get(clave);
    this.#elementos.delete(clave);
    elemento.classList.remove("mostrar");
    this.reloj.poner(() => elemento.remove(), SALIDA_MS);
  }

  #llenar(elemento, contenido) {
    const { clave, titulo, mensaje, monto, severidad } = contenido;
    elemento.className = `notificacion-popup severidad-${severidad}`;
    const cerrar = rellenar(gettext("Cerrar: %(titulo)s"), { titulo });
    elemento.replaceChildren(
      crear(this.documento, "div", { clase: "popup-caja" }, [
        crear(this.documento, "span", { clase: "sello" }, [icono(this.documento, contenido.icono)]),
        crear(this.documento, "div", { clase: "popup-texto" }, [
          this.#titulo(contenido),
          mensaje && crear(this.documento, "p", { clase: "popup-mensaje", texto: mensaje }),
          monto && crear(this.documento, "p", { clase: "monto", texto: monto }),
        ]),
        botonDeIcono(this.documento, "cerrar", cerrar, {
          clase: "popup-cerrar",
          al: { click: ({ detail }) => this.cerrar(clave, detail === 0) },
        }),
      ]),
    );
  }

  #titulo(contenido) {
    const { titulo, enlace } = contenido;
    const propiedades = {
      clase: "popup-titulo",
      texto: titulo,
      al: { click: (suceso) => this.#abrir(suceso, contenido) },
    };
    return enlace
      ? crear(this.documento, "a", { ...propiedades, href: enlace })
      : crear(this.documento, "button", { ...propiedades, type: "button" });
  }

  #abrir(suceso, contenido) {
    this.alAbrir(contenido, suceso);
    this.cerrar(contenido.clave, suceso.detail === 0);
  }

  #escuchar() {
    const { zona, documento } = this;
    zona.addEventListener("pointerenter", () => this.#senalar(true));
    zona.addEventListener("pointerleave", () => this.#senalar(false));
    zona.addEventListener("focusin", ({ relatedTarget }) => {
      if (relatedTarget && !zona.contains(relatedTarget)) this.#antes = relatedTarget;
      this.pila.retener();
    });
    zona.addEventListener("focusout", () => this.reloj.poner(() => this.#soltar(), 0));
    documento.addEventListener("visibilitychange", () => this.#soltar());
    documento.addEventListener("keydown", ({ key }) => {
      if (key !== "Escape" || documento.querySelector("dialog[open]")) return;
      const clave = documento.activeElement?.closest?.(".notificacion-popup")?.dataset.clave ?? this.pila.ultima;
      if (clave) this.cerrar(clave);
    });
    this.#soltar();
  }

  #senalar(dentro) {
    this.#senalada = dentro;
    this.#soltar();
  }

  /** Time runs only while neither pointer nor focus is here and the tab is looked at. */
  #soltar() {
    const atendida = this.#senalada || this.zona.contains(this.documento.activeElement);
    if (atendida || this.documento.visibilityState === "hidden") this.pila.retener();
    else this.pila.soltar();
  }
}
