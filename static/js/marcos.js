/**
 * The frames and close codes of docs/protocolo.md, by name. Pure.
 */

export const CODIGO_SIN_SESION = 4401;
/** After these, connecting again would only bring the same answer. */
export const CODIGOS_FINALES = new Set([1003, 1009, CODIGO_SIN_SESION, 4403, 4409]);

const DE_CONTROL = new Set([
  "connection_established",
  "notificacion_actualizada",
  "sincronizado",
  "latido",
  "respuesta",
  "error",
  "reconectar",
  "retraso",
]);
/** Both say whether what happens comes at once, or some seconds later out of the table. */
const DE_ESTADO = new Set(["connection_established", "retraso"]);

/** Returns the frame of a text, or null: whatever is no object with a type is not for us. */
export function leerMarco(texto) {
  try {
    const marco = JSON.parse(texto);
    return marco !== null && typeof marco === "object" && typeof marco.type === "string" ? marco : null;
  } catch {
    return null;
  }
}

/** Returns the state of the connection that a frame tells, or null. */
export const estadoDe = ({ type: tipo, con_retraso: tarde }) =>
  DE_ESTADO.has(tipo) ? { nombre: tarde === true ? "con_retraso" : "en_linea" } : null;

/** True while the socket is open, whether or not news comes late. */
export const estaConectada = ({ nombre }) => nombre === "en_linea" || nombre === "con_retraso";

/** False for what a user gets to see: the kinds of notification, present and future ones. */
export const esDeControl = (marco) => DE_CONTROL.has(marco.type);
