/**
 * The texts of the user interface. They pass through Django's JavaScript catalogue where the page has loaded it, and
 * stay Spanish where it has not (a test, a failed download). `makemessages` finds them by the names of these functions.
 */

export const gettext = (texto) => globalThis.gettext?.(texto) ?? texto;

export const ngettext = (uno, varios, cuantos) =>
  globalThis.ngettext?.(uno, varios, cuantos) ?? (cuantos === 1 ? uno : varios);

/** Puts `valores` in the places written `%(nombre)s`. */
export const rellenar = (texto, valores) =>
  texto.replace(/%\((\w+)\)s/g, (hueco, nombre) => (nombre in valores ? String(valores[nombre]) : hueco));
