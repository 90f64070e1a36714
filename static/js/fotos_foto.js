/**
 * One photo on its way, from the file in the hand to the finished picture: what state it is in, and what is said of it. Pure.
 *
 *     en_espera → subiendo → procesando → terminada
 *         └──────────┴─→ rechazada (for good), cortada (may be tried again), cancelada
 */

import { gettext, rellenar } from "./textos.js";

const SIN_ENVIAR = new Set(["en_espera", "subiendo"]);
const KIB = 1024;

/** Returns the photo of a file that nobody has sent yet; `motivo` says why it never will be. */
export const nueva = ({ nombre, bytes, motivo = "" }) => ({
  nombre,
  bytes,
  motivo,
  estado: motivo ? "rechazada" : "en_espera",
  parte: 0,
  hecho: 0,
  de: 0,
  imagen: null,
});

/** Returns the photo after something happened to it; what comes too late changes nothing. */
export function tras(foto, { tipo, ...suceso }) {
  const cambio = SUCESOS[tipo](foto, suceso);
  return cambio ? { ...foto, ...cambio } : foto;
}

const SUCESOS = {
  empieza: ({ estado }) => ["en_espera", "cortada"].includes(estado) && { estado: "subiendo", parte: 0, motivo: "" },
  espera: ({ estado }) => estado === "cortada" && { estado: "en_espera", parte: 0, motivo: "" },
  avanza: ({ estado }, { enviados, total }) =>
    estado === "subiendo" && total > 0 && { parte: Math.min(1, enviados / total) },
  cancela: (foto) => cancelable(foto) && { estado: "cancelada" },
  rechaza: ({ estado }, { motivo }) => estado === "subiendo" && { estado: "rechazada", motivo },
  corta: ({ estado }, { motivo }) => estado === "subiendo" && { estado: "cortada", motivo },
  // Frames may overtake each other and the answer to the upload: a step once done stays done.
  progresa: ({ estado, hecho }, suceso) =>
    estado === "procesando" && suceso.hecho > hecho && { hecho: suceso.hecho, de: suceso.de },
  informa: ({ estado, hecho }, { imagen }) =>
    ["subiendo", "procesando", "terminada"].includes(estado) && {
      estado: imagen.terminada ? "terminada" : "procesando",
      parte: 1,
      hecho: imagen.terminada ? imagen.de : Math.max(hecho, imagen.hecho),
      de: imagen.de,
      imagen,
    },
};

export const sinEnviar = ({ estado }) => SIN_ENVIAR.has(estado);

/** Once all of it has left, the server may have it already. */
export const cancelable = (foto) => sinEnviar(foto) && foto.parte < 1;

/** Returns {valor, maximo} of the bar; null where there is nothing to wait for. The transfer is one bar, the work another. */
export function barraDe({ estado, parte, hecho, de }) {
  if (estado === "subiendo") return { valor: Math.round(parte * 100), maximo: 100 };
  if (estado === "procesando") return { valor: hecho, maximo: Math.max(de, 1) };
  return null;
}

/** Returns what is read under the name of the file. */
export function textoDe({ estado, parte, hecho, de, motivo, imagen }) {
  if (estado === "subiendo") {
    return parte < 1
      ? rellenar(gettext("Subiendo: %(parte)s"), { parte: `${Math.round(parte * 100)} %` })
      : gettext("Subida; falta la respuesta…");
  }
  if (estado === "procesando") return rellenar(gettext("Procesando: %(hecho)s de %(de)s"), { hecho, de });
  if (estado === "terminada") return imagen.estado_texto;
  if (estado === "en_espera") return gettext("En espera");
  return estado === "cancelada" ? gettext("Cancelada") : motivo;
}

/** Returns why a file is not even sent; "" where nothing speaks against it. The server looks again, and closer. */
export function motivoDeRechazo({ size, type }, { maximo, tipos }) {
  if (size === 0) return gettext("El archivo está vacío.");
  if (size > maximo) {
    return rellenar(gettext("Pesa %(pesa)s; el máximo es %(maximo)s."), {
      pesa: enMegas(size),
      maximo: enMegas(maximo),
    });
  }
  // Without a type the browser does not know either: the server will.
  return type && !tipos.includes(type) ? gettext("No es una foto JPEG, PNG ni WebP.") : "";
}

/** Returns a size as people say it. */
export const enMegas = (bytes) =>
  bytes < KIB * KIB ? `${Math.ceil(bytes / KIB)} KB` : `${(bytes / KIB / KIB).toFixed(1)} MB`;
