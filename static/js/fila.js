/**
 * One notification as a row of the drawer. Its words never change; whether it is read does.
 */

import { botonDeIcono, crear, icono } from "./dom.js";
import { gettext } from "./textos.js";

/** Returns the element. `alHacer(accion, id, suceso)` gets abrir, leer or archivar. */
export function crearFila({ documento, contenido, momento, alHacer }) {
  const { id, mensaje, monto } = contenido;
  const hacer = (accion) => (suceso) => alHacer(accion, id, suceso);
  return crear(documento, "li", { clase: `fila severidad-${contenido.severidad}`, datos: { id } }, [
    crear(documento, "span", { clase: "sello" }, [icono(documento, contenido.icono)]),
    crear(documento, "div", { clase: "fila-texto" }, [
      crear(documento, "p", { clase: "fila-cabeza" }, [
        tituloDe(documento, contenido, hacer("abrir")),
        crear(documento, "span", { clase: "solo-lectores fila-estado" }),
        crear(documento, "time", { datetime: momento ?? "", datos: { relativo: "" } }),
      ]),
      mensaje && crear(documento, "p", { clase: "fila-mensaje", texto: mensaje }),
      monto && crear(documento, "p", { clase: "fila-mensaje monto", texto: monto }),
    ]),
    crear(documento, "div", { clase: "fila-acciones" }, [
      botonDeIcono(documento, "check", "", { clase: "fila-leer", al: { click: hacer("leer") } }),
      botonDeIcono(documento, "archivo", gettext("Archivar"), {
        clase: "fila-archivar",
        al: { click: hacer("archivar") },
      }),
    ]),
  ]);
}

/** Brings the row up to what the store says. */
export function actualizarFila(fila, { leida }) {
  const nombre = leida ? gettext("Marcar como no leída") : gettext("Marcar como leída");
  const boton = fila.querySelector(".fila-leer");
  fila.classList.toggle("no-leida", !leida);
  fila.querySelector(".fila-estado").textContent = leida ? "" : gettext("sin leer");
  boton.title = nombre;
  boton.setAttribute("aria-label", nombre);
  const uso = boton.querySelector("use");
  uso.setAttribute("href", uso.getAttribute("href").replace(/#.*$/, leida ? "#sin-leer" : "#check"));
}

function tituloDe(documento, { titulo, enlace }, click) {
  const propiedades = { clase: "fila-titulo", texto: titulo, al: { click } };
  return enlace
    ? crear(documento, "a", { ...propiedades, href: enlace })
    : crear(documento, "button", { ...propiedades, type: "button" });
}
