/**
 * Starts the notifications of the page when somebody is signed in, and what is live on this particular page.
 */

import { BandejaVista } from "./bandeja.js";
import { leerConfiguracion, mundoDe } from "./mundo.js";
import { SistemaNotificaciones } from "./notificaciones.js";

const config = leerConfiguracion(document);
if (config) {
  const mundo = mundoDe(window);
  const sistema = new SistemaNotificaciones(config, mundo);
  window.sistemaNotificaciones = sistema;
  new BandejaVista({ sistema, mundo }).avivar();
  sistema.conectar();
}
