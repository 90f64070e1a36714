/**
 * When many notifications come at once they become one: a fifth within the life of the first four turns all of them
 * into a burst, with their count and their exact total, until it is quiet again. Pure: the present is an argument.
 */

import { centavos } from "./dinero.js";

export const VENTANA_MS = 5000;
export const MAXIMO = 4;

/** Returns count, sales and total cents of `marcos`, added to a summary before. A total is exact or it is null. */
export function resumir(marcos, previo = { cuenta: 0, ventas: 0, total: 0n }) {
  const resumen = { ...previo };
  for (const marco of marcos) {
    resumen.cuenta += 1;
    if (marco.type !== "nueva_venta") continue;
    resumen.ventas += 1;
    const monto = centavos(marco.monto);
    resumen.total = resumen.total === null || monto === null ? null : resumen.total + monto;
  }
  return resumen;
}

export class Rafaga {
  #recientes = [];
  #resumen = null;
  #callada = false;
  #ultima = -Infinity;

  /** Returns what to show: `{sueltas: [marco]}`, or `{resumen, absorbe: [marco]}` where those shown singly join in. */
  agregar(marcos, ahora) {
    if (ahora - this.#ultima > VENTANA_MS) this.#terminar();
    this.#ultima = ahora;
    this.#recientes = this.#recientes.filter((reciente) => ahora - reciente.llegada < VENTANA_MS);
    if (!this.#resumen && this.#recientes.length + marcos.length <= MAXIMO) {
      this.#recientes.push(...marcos.map((marco) => ({ marco, llegada: ahora })));
      return { sueltas: marcos };
    }
    const absorbe = this.#recientes.map(({ marco }) => marco);
    this.#recientes = [];
    this.#resumen = resumir([...absorbe, ...marcos], this.#resumen ?? undefined);
    return this.#callada ? { sueltas: [] } : { resumen: this.#resumen, absorbe };
  }

  /** Whoever closed the burst has seen it: what still belongs to it only counts at the bell. */
  callar() {
    this.#callada = this.#resumen !== null;
  }

  #terminar() {
    this.#resumen = null;
    this.#callada = false;
  }
}
