/**
 * Ties together what is seen: the drawer, the popups, the bell, the state of the connection, and the actions in them.
 */

import { Acciones } from "./acciones.js";
import { Cajon } from "./cajon.js";
import { Campana } from "./campana.js";
import { ConexionVista } from "./conexion_vista.js";
import { estaConectada } from "./marcos.js";
import { Muestra } from "./muestra.js";
import { Popups } from "./popups.js";
import { CLAVE_RAFAGA } from "./presentacion.js";
import { Sistema } from "./sistema.js";
import { Sonido } from "./sonido.js";
import { Tostada } from "./tostada.js";

export function montarVistas({ mundo, sistema, contexto, almacen, tiempos, http, puente }) {
  const { documento } = mundo;
  const contenedor = documento.getElementById("notificaciones-vivas") ?? documento.body;
  const sonido = new Sonido(mundo);
  const avisos = new Sistema({ ...mundo, alAbrir: (contenido) => irA(contenido, mundo.ventana, acciones) });
  const pedir = (accion, campos) => puente.pedir(accion, campos);
  const acciones = montarAcciones({ mundo, sistema, almacen, http, pedir, contenedor });
  const alAbrir = () => acciones.verTodas();
  const partes = { contexto, almacen, acciones, tiempos, sonido, sistema: avisos, pedir, alAbrir };
  const cajon = new Cajon({ ...mundo, ...partes });
  const popups = new Popups({
    ...mundo,
    contenedor,
    alAbrir: (contenido) => acciones.abrir(contenido),
    alCerrar: (clave) => clave === CLAVE_RAFAGA && muestra.callar(),
  });
  const muestra = new Muestra({ ...mundo, popups, cajon, contexto });
  const campana = new Campana({ documento, alAbrir: () => cajon.abrir() });
  const conexionVista = montarConexionVista({ mundo, sistema, voz: popups.voz });
  return { sonido, avisos, acciones, cajon, popups, muestra, campana, conexionVista };
}

function montarAcciones({ mundo, sistema, almacen, http, pedir, contenedor }) {
  const dePagina = new Tostada({ ...mundo, contenedor });
  return new Acciones({
    almacen,
    http,
    pedir,
    enLinea: () => estaConectada(sistema.pestanas.estado),
    // Under an open drawer nothing of the page can be seen or reached.
    tostada: () => (sistema.cajon.abierto ? sistema.cajon.tostada : dePagina),
    alCambiar: (ids) => sistema.cambiarIds(ids),
  });
}

function montarConexionVista({ mundo, sistema, voz }) {
  const elemento = mundo.documento.getElementById("estado-conexion");
  const alReintentar = () => sistema.pestanas.despertar();
  return elemento && new ConexionVista({ ...mundo, elemento, voz, alReintentar });
}

function irA(contenido, ventana, acciones) {
  ventana.focus();
  acciones.abrir(contenido);
  if (contenido.enlace) ventana.location.assign(contenido.enlace);
}
