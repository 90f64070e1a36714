/**
 * Where this browser is in the sequence of each of its users, kept between visits, and the address that resumes there.
 * On a first visit there is nothing to resume: the stream starts at the top.
 */

export class Cursor {
  constructor({ memoria, usuario }) {
    this.memoria = memoria;
    this.nombre = `cursor:${usuario}`;
  }

  guardar(cursor) {
    if (cursor) this.memoria.escribir(this.nombre, cursor);
  }

  /** Returns `{epoca, secuencia}` or null. */
  leer() {
    const cursor = this.memoria.leer(this.nombre);
    const sirve = typeof cursor?.epoca === "string" && Number.isSafeInteger(cursor.secuencia) && cursor.secuencia >= 0;
    return sirve ? { epoca: cursor.epoca, secuencia: cursor.secuencia } : null;
  }
}

/** Returns the address of the socket, `wss:` where the page came by `https:`. */
export function direccionDe({ ruta, pagina, cursor }) {
  const direccion = new URL(ruta, pagina);
  direccion.protocol = direccion.protocol === "https:" ? "wss:" : "ws:";
  direccion.hash = "";
  if (cursor) {
    direccion.searchParams.set("desde", String(cursor.secuencia));
    direccion.searchParams.set("epoca", cursor.epoca);
  }
  return direccion.href;
}
