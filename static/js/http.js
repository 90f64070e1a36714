/**
 * The actions by plain HTTP, for when the socket is not there, and for links: a request with `keepalive` outlives the
 * page that is being left, which a frame on a socket does not.
 */

const RUTAS = {
  marcar_leida: ({ notificacion_id: id }) => `${id}/leida/`,
  archivar: ({ notificacion_id: id }) => `${id}/archivar/`,
  marcar_todas_leidas: () => "todas/leida/",
};

export class Http {
  constructor({ fetch, documento, bandeja, pagina }) {
    Object.assign(this, { fetch, documento, bandeja, pagina });
  }

  async pedir(accion, campos = {}) {
    const datos = new URLSearchParams({ csrfmiddlewaretoken: this.#ficha() });
    if (campos.deshacer) datos.set("deshacer", "1");
    if (campos.hasta_secuencia !== undefined) datos.set("hasta_secuencia", String(campos.hasta_secuencia));
    const respuesta = await this.fetch(new URL(RUTAS[accion](campos), new URL(this.bandeja, this.pagina)), {
      method: "POST",
      body: datos,
      keepalive: true,
      // Followed, the redirect to the sign-in page would pass for success.
      redirect: "manual",
      credentials: "same-origin",
      headers: { Accept: "application/json" },
    });
    if (!respuesta.ok) throw new Error(`HTTP ${respuesta.status}`);
  }

  /** Returns false only when the server answers that nobody is signed in. */
  async haySesion() {
    try {
      const opciones = { redirect: "manual", cache: "no-store", credentials: "same-origin" };
      const respuesta = await this.fetch(this.bandeja, opciones);
      return respuesta.type !== "opaqueredirect";
    } catch {
      return true;
    }
  }

  /** The token that Django put into the form of signing out, on every page. */
  #ficha() {
    return this.documento.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";
  }
}
