/**
 * Sends one photo, and says how far it is: by XMLHttpRequest, since fetch does not tell of what leaves.
 */

import { gettext } from "./textos.js";

/**
 * Returns {respuesta, cancelar}. The promise brings the next event of the photo: `informa`, `rechaza` (for good) or `corta` (may be
 * tried again); null when it was cancelled. `alAvanzar(enviados, total)`.
 */
export function enviar({ XMLHttpRequest, ruta, ficha, archivo, descripcion, alAvanzar }) {
  const peticion = new XMLHttpRequest();
  const respuesta = new Promise((resolver) => {
    const cortar = () => resolver({ tipo: "corta", motivo: gettext("Se cortó la conexión.") });
    peticion.upload.addEventListener("progress", ({ loaded, total }) => alAvanzar(loaded, total));
    peticion.addEventListener("load", () => resolver(leer(peticion.status, peticion.responseText)));
    peticion.addEventListener("error", cortar);
    peticion.addEventListener("timeout", cortar);
    peticion.addEventListener("abort", () => resolver(null));
  });
  const cuerpo = new FormData();
  cuerpo.append("descripcion", descripcion);
  cuerpo.append("archivos", archivo);
  peticion.open("POST", ruta);
  peticion.setRequestHeader("Accept", "application/json");
  peticion.setRequestHeader("X-CSRFToken", ficha);
  peticion.send(cuerpo);
  return { respuesta, cancelar: () => peticion.abort() };
}

/** Returns what an answer means for the photo. A proxy may answer too, and in HTML. */
export function leer(estado, texto) {
  const { imagenes = [], mensaje } = leerJson(texto);
  if (imagenes[0]) return { tipo: "informa", imagen: imagenes[0] };
  if (estado === 401 || estado === 403)
    return { tipo: "corta", motivo: mensaje ?? gettext("Tu sesión terminó: vuelve a entrar y reinténtalo.") };
  if (estado === 413) return { tipo: "rechaza", motivo: mensaje ?? gettext("El archivo es demasiado grande.") };
  if (estado >= 400 && estado < 500 && estado !== 429 && mensaje) return { tipo: "rechaza", motivo: mensaje };
  return { tipo: "corta", motivo: mensaje ?? gettext("El servidor no la aceptó. Inténtalo de nuevo.") };
}

function leerJson(texto) {
  try {
    const datos = JSON.parse(texto);
    return datos !== null && typeof datos === "object" ? datos : {};
  } catch {
    return {};
  }
}
