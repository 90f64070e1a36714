/**
 * Amounts of money. They travel as decimal text ("129.90"), are added as whole cents in BigInt and are shown by Intl:
 * a floating point number is never made of one, so a total is exact however many sales it has. Pure.
 */

import { formatoDe } from "./formatos.js";

const DECIMAL = /^(-?)(\d{1,18})(?:\.(\d{1,2}))?$/;

/** Returns the whole cents of a decimal text as a BigInt, or null when it is no amount. */
export function centavos(monto) {
  const partes = DECIMAL.exec(String(monto ?? "").trim());
  if (!partes) return null;
  const [, signo, enteros, decimales = ""] = partes;
  const valor = BigInt(enteros + decimales.padEnd(2, "0"));
  return signo ? -valor : valor;
}

/** Returns the decimal text of whole cents: 12990n is "129.90". */
export function aDecimal(valor) {
  const cifras = String(valor < 0n ? -valor : valor).padStart(3, "0");
  return `${valor < 0n ? "-" : ""}${cifras.slice(0, -2)}.${cifras.slice(-2)}`;
}

/** Whole units go through Intl as a BigInt, which is exact everywhere; a number, and in older engines a text, is not. */
function enCifras(formato, valor) {
  const [enteros, centesimas] = aDecimal(valor < 0n ? -valor : valor).split(".");
  const partes = formato.formatToParts(valor < 0n ? -BigInt(enteros) || -0 : BigInt(enteros));
  return partes.map(({ type, value }) => (type === "fraction" ? centesimas : value)).join("");
}

/** Returns the amount as the page's language writes it; what is no amount is returned as it came. */
export function formatear(monto, { idioma = "es-mx", moneda = "MXN" } = {}) {
  const valor = centavos(monto);
  if (valor === null) return String(monto ?? "");
  try {
    const formato = { style: "currency", currency: moneda, currencyDisplay: "narrowSymbol" };
    return enCifras(formatoDe("NumberFormat", idioma, formato), valor);
  } catch {
    return `${aDecimal(valor)} ${moneda}`;
  }
}
