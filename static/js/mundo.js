/**
 * The world as the modules get it: network, clock, chance, storage, page. Tests hand in another one.
 */

import { Memoria } from "./memoria.js";

// The only one that the Content-Security-Policy lets a page make, and `lector` its only user: it reads our own server's
// HTML into a document in which nothing runs.
const politica = globalThis.trustedTypes?.createPolicy("partes", { createHTML: (texto) => texto });

export function mundoDe(ventana) {
  const { document: documento, navigator: navegador } = ventana;
  return {
    ventana,
    documento,
    WebSocket: ventana.WebSocket,
    fetch: ventana.fetch.bind(ventana),
    AudioContext: ventana.AudioContext,
    Notification: ventana.Notification,
    candados: navegador.locks,
    Canal: ventana.BroadcastChannel,
    azar: Math.random,
    hayRed: () => navegador.onLine !== false,
    memoria: new Memoria(() => ventana.localStorage),
    reloj: {
      ahora: () => Date.now(),
      poner: (hacer, ms) => ventana.setTimeout(hacer, ms),
      quitar: (aviso) => ventana.clearTimeout(aviso),
    },
    lector: (texto) => new ventana.DOMParser().parseFromString(politica?.createHTML(texto) ?? texto, "text/html"),
  };
}

/** Returns what the server wrote for this page, or null where nobody is signed in. */
export function leerConfiguracion(documento) {
  const texto = documento.getElementById("notificaciones-config")?.textContent;
  return texto ? JSON.parse(texto) : null;
}
