/**
 * What the pages of photos ask the server for.
 */

import { gettext } from "./textos.js";

/** `rutas`: {subir, estado, describir} with 0 where the id goes; `ficha()` returns the token of the page's form. */
export function servidorDe({ pedir, rutas, ficha }) {
  const opciones = { credentials: "same-origin", redirect: "error", headers: { Accept: "application/json" } };
  return {
    subir: () => ({ ruta: rutas.subir, ficha: ficha() }),

    /** Returns a promise of how these photos are. */
    async estados(ids) {
      const consulta = new URLSearchParams(ids.map((id) => ["id", String(id)]));
      const respuesta = await pedir(`${rutas.estado}?${consulta}`, opciones);
      return respuesta.ok ? (await respuesta.json()).imagenes : [];
    },

    /** Returns a promise of "" or of why not. */
    async describir(id, texto) {
      const respuesta = await pedir(rutas.describir.replace("/0/", `/${id}/`), {
        ...opciones,
        method: "POST",
        body: new URLSearchParams({ descripcion: texto, csrfmiddlewaretoken: ficha() }),
      });
      if (respuesta.ok) return "";
      return (await respuesta.json()).mensaje ?? gettext("La descripción no se guardó.");
    },
  };
}
