/**
 * Makes the parts of the notification system and ties them together: the only place that knows all of them.
 */

import { Acciones } from "./acciones.js";
import { Almacen } from "./almacen.js";
import { Anunciador } from "./anunciador.js";
import { Cajon } from "./cajon.js";
import { Campana } from "./campana.js";
import { Conexion } from "./conexion.js";
import { ConexionVista } from "./conexion_vista.js";
import { Cursor, direccionDe } from "./cursor.js";
import { Http } from "./http.js";
import { Lider } from "./lider.js";
import { Muestra } from "./muestra.js";
import { Pestanas } from "./pestanas.js";
import { Popups } from "./popups.js";
import { CLAVE_RAFAGA, contenidoDe, contenidoDeRafaga } from "./presentacion.js";
import { Presencia } from "./presencia.js";
import { Puente } from "./puente.js";
import { resumir } from "./rafaga.js";
import { Sistema } from "./sistema.js";
import { Sonido } from "./sonido.js";
import { Tiempos } from "./tiempos.js";
import { Tostada } from "./tostada.js";
import { Turno } from "./turno.js";

const PAUSA_DE_SONIDO_MS = 1500;

/** Returns the parts by name. */
export function montar({ config, mundo, sistema }) {
  const base = {
    contexto: contextoDe(config, mundo),
    almacen: new Almacen({ noLeidas: config.no_leidas }),
    cursor: new Cursor({ memoria: mundo.memoria, usuario: config.usuario }),
    tiempos: new Tiempos(mundo),
    http: new Http({ ...mundo, bandeja: config.bandeja, pagina: mundo.ventana.location.href }),
  };
  const red = montarRed({ config, mundo, sistema, ...base });
  const salidas = montarSalidas({ config, mundo, sistema, ...base, ...red });
  const pestanas = new Pestanas({ ...red, ...base, ...salidas, sistema });
  return { ...base, ...red, ...salidas, pestanas };
}

const contextoDe = ({ tipos, moneda, bandeja }, { documento }) => ({
  tipos, moneda, bandeja, idioma: documento.documentElement.lang || "es-mx",
});

function montarRed({ config, mundo, sistema, almacen, cursor, http }) {
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

function montarSalidas({ config, mundo, sistema, contexto, almacen, tiempos, http, puente, lider }) {
  const { documento, ventana } = mundo;
  const contenedor = documento.getElementById("notificaciones-vivas") ?? documento.body;
  const sonido = new Sonido(mundo);
  const avisos = new Sistema({ ...mundo, alAbrir: (contenido) => irA(contenido, ventana, acciones) });
  const pagina = new Tostada({ ...mundo, contenedor });
  const pedir = (accion, campos) => puente.pedir(accion, campos);
  const acciones = new Acciones({
    almacen, http, pedir,
    enLinea: () => sistema.pestanas.estado.nombre === "en_linea",
    tostada: () => (cajon.abierto ? cajon.tostada : pagina),
    alCambiar: (ids) => sistema.cambiarIds(ids),
  });
  const cajon = new Cajon({
    ...mundo, contexto, almacen, acciones, tiempos, sonido, sistema: avisos, pedir, alAbrir: () => acciones.verTodas(),
  });
  const popups = new Popups({
    ...mundo, contenedor,
    alAbrir: (contenido) => acciones.abrir(contenido),
    alCerrar: (clave) => clave === CLAVE_RAFAGA && muestra.callar(),
  });
  const muestra = new Muestra({ ...mundo, popups, cajon, contexto });
  const campana = new Campana({ documento, alAbrir: () => cajon.abrir() });
  const elemento = documento.getElementById("estado-conexion");
  const conexionVista = elemento && new ConexionVista({
    ...mundo, elemento, voz: popups.voz, alReintentar: () => sistema.pestanas.despertar(),
  });
  const presencia = new Presencia({
    ...mundo, nombre: `visible:${config.usuario}`, alMirar: () => mirar(sistema),
  });
  const anunciador = new Anunciador({
    ...mundo, presencia,
    turnoDeSonido: new Turno({ ...mundo, nombre: `sonido:${config.usuario}`, pausa: PAUSA_DE_SONIDO_MS }),
    turnoDeSistema: new Turno({ ...mundo, nombre: `sistema:${config.usuario}`, pausa: 0 }),
    vigente: (marco) => esVigente(almacen.notificaciones.get(marco.notificacion_id)),
    salidas: {
      mostrar: (marcos) => muestra.mostrar(marcos),
      sonar: () => sistema.reproducirSonido(),
      avisarSistema: (marcos) => avisos.avisar(enUno(marcos, contexto)),
      decir: (mensaje) => lider.decir(mensaje),
    },
  });
  return { sonido, avisos, acciones, cajon, popups, campana, conexionVista, presencia, anunciador };
}

const esVigente = (marco) => !marco || !(marco.leida || marco.vista || marco.archivada);

const enUno = (marcos, contexto) =>
  marcos.length === 1 ? contenidoDe(marcos[0], contexto) : contenidoDeRafaga(resumir(marcos), contexto);

function mirar(sistema) {
  sistema.pestanas.despertar();
  sistema.anunciador.mirar();
}

function irA(contenido, ventana, acciones) {
  ventana.focus();
  acciones.abrir(contenido);
  if (contenido.enlace) ventana.location.assign(contenido.enlace);
}
