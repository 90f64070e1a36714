/**
 * Says how the connection is, in words: "en línea", "con retraso", "reconectando en 4 s", "sin conexión". The countdown
 * is for the eye only; a screen reader hears each change once, and nothing at all while everything is well.
 */

import { crear } from "./dom.js";
import { gettext, rellenar } from "./textos.js";

const SEGUNDO_MS = 1000;

/** Returns the visible text of a state. */
export function textoDe({ nombre, hasta }, ahora) {
  if (nombre === "en_linea") return gettext("en línea");
  if (nombre === "con_retraso") return gettext("con retraso");
  if (nombre === "sin_conexion") return gettext("sin conexión");
  if (nombre === "sesion_cerrada") return gettext("sesión cerrada");
  if (nombre === "detenida") return gettext("avisos en pausa");
  if (nombre !== "reconectando") return "";
  const segundos = Math.ceil((hasta - ahora) / SEGUNDO_MS);
  if (!hasta || segundos < 1) return gettext("conectando…");
  return rellenar(gettext("reconectando en %(segundos)s s"), { segundos });
}

/** Returns what a screen reader hears, or "" where there is nothing to say. */
export function fraseDe({ nombre, codigo }) {
  if (nombre === "en_linea") return gettext("Otra vez en línea.");
  if (nombre === "con_retraso") return gettext("Los avisos llegan con unos segundos de retraso.");
  if (nombre === "reconectando") return gettext("Se perdió la conexión; reconectando.");
  if (nombre === "sin_conexion") return gettext("Sin conexión.");
  if (nombre === "sesion_cerrada") return gettext("La sesión se cerró; entra de nuevo para recibir avisos.");
  if (codigo === 4409) return gettext("Hay demasiadas ventanas abiertas con esta cuenta; cierra alguna y recarga.");
  return nombre === "detenida" ? gettext("Los avisos se detuvieron; recarga la página.") : "";
}

export class ConexionVista {
  #dicho = "en_linea";
  #estado = { nombre: "inactiva" };

  constructor({ elemento, documento, reloj, voz, alReintentar }) {
    Object.assign(this, { elemento, reloj, voz });
    this.texto = crear(documento, "span", { clase: "estado-texto" });
    this.boton = crear(documento, "button", {
      type: "button",
      clase: "estado-boton",
      texto: gettext("Reintentar"),
      hidden: true,
      al: { click: alReintentar },
    });
    this.salida = crear(documento, "a", { clase: "estado-boton", texto: gettext("Recargar"), href: "", hidden: true });
    elemento.replaceChildren(crear(documento, "span", { clase: "punto" }), this.texto, this.boton, this.salida);
    elemento.hidden = false;
  }

  mostrar(estado) {
    this.#estado = estado;
    this.elemento.dataset.estado = estado.nombre;
    this.elemento.title = fraseDe(estado);
    this.boton.hidden = !(estado.nombre === "sin_conexion" || (estado.nombre === "reconectando" && estado.hasta));
    this.salida.hidden = estado.nombre !== "sesion_cerrada" && estado.nombre !== "detenida";
    this.#pintar();
    this.#anunciar(estado);
  }

  #pintar() {
    this.texto.textContent = textoDe(this.#estado, this.reloj.ahora());
    this.reloj.quitar(this.latido);
    if (this.#estado.hasta) this.latido = this.reloj.poner(() => this.#pintar(), SEGUNDO_MS);
  }

  #anunciar(estado) {
    const primera = estado.nombre === "reconectando" && !estado.hasta;
    if (estado.nombre === this.#dicho || estado.nombre === "inactiva" || primera) return;
    this.#dicho = estado.nombre;
    this.voz.decir(fraseDe(estado));
  }
}
