/**
 * Ties together what reaches the server: the socket, the leader among the tabs, and the bridge to it.
 */

import { Conexion } from "./conexion.js";
import { direccionDe } from "./cursor.js";
import { Lider } from "./lider.js";
import { Puente } from "./puente.js";

export function montarRed({ config, mundo, sistema, almacen, cursor, http }) {
  const pagina = mundo.ventana.location.href;
  const conexion = new Conexion({
    ...mundo,
    // What this tab has seen goes before what was stored: another tab may have been further.
    direccion: () => direccionDe({ ruta: config.ruta, pagina, cursor: almacen.cursor ?? cursor.leer() }),
    haySesion: () => http.haySesion(),
    alRecibir: (marco) => sistema.recibir(marco),
    alCambiar: (estado) => {
      sistema.mostrarConexion(estado);
      sistema.pestanas.cambiarEstado(estado);
    },
  });
  const lider = new Lider({
    ...mundo,
    nombre: `notificaciones:${config.usuario}`,
    visible: () => mundo.documento.visibilityState !== "hidden",
    alMandar: () => sistema.mandar(),
    alDejar: () => conexion.cerrar(),
    alMensaje: (mensaje) => sistema.pestanas.recibir(mensaje),
  });
  return { conexion, lider, puente: new Puente({ ...mundo, lider, conexion }) };
}
