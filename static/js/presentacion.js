/**
 * From a frame, or the summary of a burst, to what a popup, a row or a system notification says. Pure.
 */

import { aDecimal, formatear } from "./dinero.js";
import { enlaceSeguro } from "./enlace.js";
import { resumir } from "./rafaga.js";
import { gettext, ngettext, rellenar } from "./textos.js";

const SEVERIDADES = new Set(["info", "exito", "advertencia", "error"]);
const ICONOS = new Set(["bolsa", "paquete", "imagen", "campana", "aviso"]);
export const CLAVE_RAFAGA = "rafaga";
const efimeras = new WeakMap();
let ultimaEfimera = 0;

/** Returns the key under which a frame is shown; a raw push has no number and gets one of its own. */
export function claveDe(marco) {
  if (marco.notificacion_id) return `n${marco.notificacion_id}`;
  if (!efimeras.has(marco)) efimeras.set(marco, `e${(ultimaEfimera += 1)}`);
  return efimeras.get(marco);
}

/** Returns {clave, id, titulo, mensaje, monto, icono, severidad, enlace}, all plain text. */
export function contenidoDe(marco, { tipos = {}, idioma, moneda } = {}) {
  const tipo = tipos[marco.type] ?? {};
  const severidad = marco.severidad ?? tipo.severidad;
  const icono = marco.icono ?? tipo.icono;
  return {
    clave: claveDe(marco),
    id: marco.notificacion_id ?? null,
    titulo: String(marco.titulo || tipo.etiqueta || gettext("Notificación")),
    mensaje: String(marco.mensaje ?? ""),
    monto: marco.monto === undefined ? "" : formatear(marco.monto, { idioma, moneda }),
    icono: ICONOS.has(icono) ? icono : "campana",
    severidad: SEVERIDADES.has(severidad) ? severidad : "info",
    enlace: enlaceSeguro(marco.enlace),
  };
}

/** Returns the same for a burst; it leads to the inbox, where each of them is. */
export function contenidoDeRafaga({ cuenta, ventas, total }, { idioma, moneda, bandeja } = {}) {
  const soloVentas = ventas === cuenta;
  return {
    clave: CLAVE_RAFAGA,
    id: null,
    titulo: soloVentas ? textoDeVentas(cuenta) : textoDeNotificaciones(cuenta),
    mensaje: soloVentas || ventas === 0 ? "" : textoDeVentas(ventas),
    monto: ventas === 0 || total === null ? "" : formatear(aDecimal(total), { idioma, moneda }),
    icono: soloVentas ? "bolsa" : "campana",
    severidad: soloVentas ? "exito" : "info",
    enlace: enlaceSeguro(bandeja),
  };
}

/** Returns what says all of `marcos` at once. */
export const contenidoDeVarias = (marcos, contexto) =>
  marcos.length === 1 ? contenidoDe(marcos[0], contexto) : contenidoDeRafaga(resumir(marcos), contexto);

const textoDeVentas = (cuenta) =>
  rellenar(ngettext("%(cuenta)s venta nueva", "%(cuenta)s ventas nuevas", cuenta), { cuenta });

const textoDeNotificaciones = (cuenta) =>
  rellenar(ngettext("%(cuenta)s notificación nueva", "%(cuenta)s notificaciones nuevas", cuenta), { cuenta });

/** Returns the content as one sentence, for a screen reader. */
export const enUnaFrase = ({ titulo, mensaje, monto }) => [titulo, mensaje, monto].filter(Boolean).join(". ");
