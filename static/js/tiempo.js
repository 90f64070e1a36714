/**
 * Moments as people say them: "hace 5 min", "ayer", "3 oct". Pure: the present is an argument.
 */

import { formatoDe } from "./formatos.js";
import { gettext } from "./textos.js";

const MINUTO = 60;
const HORA = 3600;
const DIA = 86_400;

/** Returns the short relative text of an ISO 8601 moment, or "" when it is none. */
export function relativo(iso, ahora, idioma) {
  const momento = Date.parse(iso);
  if (Number.isNaN(momento)) return "";
  // A clock that is a little behind the server's must not say "in 3 seconds".
  const segundos = Math.max(0, Math.round((ahora - momento) / 1000));
  if (segundos < 45) return gettext("ahora");
  if (segundos >= 7 * DIA) return fecha(momento, ahora, idioma);
  const formato = formatoDe("RelativeTimeFormat", idioma, { numeric: "auto", style: "short" });
  if (segundos < HORA) return formato.format(-Math.max(1, Math.round(segundos / MINUTO)), "minute");
  if (segundos < DIA) return formato.format(-Math.round(segundos / HORA), "hour");
  return formato.format(-Math.round(segundos / DIA), "day");
}

function fecha(momento, ahora, idioma) {
  const mismoAnio = new Date(momento).getFullYear() === new Date(ahora).getFullYear();
  const partes = { day: "numeric", month: "short", ...(mismoAnio ? {} : { year: "numeric" }) };
  return formatoDe("DateTimeFormat", idioma, partes).format(momento);
}

/** Returns the full date and time, for whoever points at the short one. */
export function absoluto(iso, idioma) {
  const momento = Date.parse(iso);
  if (Number.isNaN(momento)) return "";
  return formatoDe("DateTimeFormat", idioma, { dateStyle: "long", timeStyle: "short" }).format(momento);
}
