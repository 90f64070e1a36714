/**
 * The notification system of a page: `SistemaNotificaciones` owns the parts (partes.js makes them) and passes between
 * them what comes in. A frame of the leader's socket goes to all tabs; in each it changes the store, and the store what
 * is seen. Pages listen on `document` to `notificacion`, `notificacion:actualizada` and `notificacion:sincronizado`
 * (detail: the frame).
 */

import { agrupar } from "./agrupar.js";
import { leerConfiguracion, mundoDe } from "./mundo.js";
import { montar } from "./partes.js";
import { contenidoDe } from "./presentacion.js";

const PINTAR_MS = 16;
const VISTAS_MS = 1000;

export class SistemaNotificaciones {
  #empezado = false;
  #cambiadas = new Map();

  /** `config` is what the page carries as #notificaciones-config. */
  constructor(config = leerConfiguracion(globalThis.document), mundo = mundoDe(globalThis)) {
    if (!config)
      throw new Error("SistemaNotificaciones: the page has no #notificaciones-config; is anybody signed in?");
    Object.assign(this, montar({ config, mundo, sistema: this }));
    this.pintarPronto = agrupar(() => this.#pintar(), PINTAR_MS, mundo.reloj);
    this.verPronto = agrupar(() => this.cajon.abierto && this.acciones.verTodas(), VISTAS_MS, mundo.reloj);
  }

  /** Starts; once started, wakes up what waits. */
  conectar() {
    if (this.#empezado) return this.pestanas.despertar();
    this.#empezado = true;
    this.presencia.empezar();
    this.sonido.preparar();
    this.tiempos.empezar();
    this.#escucharVentana();
    return this.lider.unirse();
  }

  /** Shows the frame as a popup. */
  mostrarNotificacion(data) {
    this.popups.mostrar(contenidoDe(data, this.contexto));
  }

  reproducirSonido() {
    this.sonido.sonar();
  }

  /** Returns a promise of whether it was done. */
  marcarComoLeida(notificacionId) {
    return this.acciones.leer(notificacionId);
  }

  /** This tab leads from now on. */
  mandar() {
    this.conexion.abrir();
    this.puente.repetir();
  }

  /** A frame of this tab's own socket. */
  recibir(marco) {
    this.pestanas.difundir(marco);
    this.aplicar(marco);
    this.cursor.guardar(this.almacen.cursor);
  }

  /** A frame, whichever tab it came through. */
  aplicar(marco) {
    if (marco.type === "connection_established") this.anunciador.empezarRepaso();
    const novedad = this.almacen.aplicar(marco);
    if (novedad === "reinicio") this.#reiniciar();
    if (novedad === "nueva") this.#llegar(marco);
    if (novedad === "efimera") this.#pasar(marco);
    if (novedad === "cambio") this.#cambiar(marco);
    if (novedad === "sincronizado") this.#sincronizar(marco);
    this.pintarPronto();
  }

  /** The leader's cursor and counts, for a tab that has just come. */
  tomarCuentas(cuentas) {
    if (this.almacen.aplicar({ type: "connection_established", ...cuentas }) === "reinicio") this.#reiniciar();
    this.pintarPronto();
  }

  mostrarConexion = (estado) => this.conexionVista?.mostrar(estado);

  /** Something about these notifications is to be shown anew. */
  cambiarIds(ids, nueva = false) {
    for (const id of ids) this.#cambiadas.set(id, nueva || this.#cambiadas.get(id) === true);
    this.pintarPronto();
  }

  #pintar() {
    this.campana.mostrar(this.almacen);
    // A closed drawer loads its list when it opens.
    if (this.cajon.abierto) this.cajon.lista.cambiar(this.#cambiadas);
    this.#cambiadas.clear();
  }

  #llegar(marco) {
    this.anunciador.llegar(marco);
    this.cambiarIds([marco.notificacion_id], true);
    this.verPronto();
    this.#avisarPagina("notificacion", marco);
  }

  /** A raw push: shown when there is something to read in it, and always handed to the page. */
  #pasar(marco) {
    if (marco.titulo || this.config.tipos[marco.type]) this.anunciador.llegar(marco);
    this.#avisarPagina("notificacion", marco);
  }

  #cambiar(marco) {
    const ids = marco.ids ?? [marco.notificacion_id];
    for (const id of ids) {
      const { leida, vista, archivada, eliminada } = marco.cambios ?? marco;
      if (leida || vista || archivada || eliminada) this.popups.pila.retirar(`n${id}`);
    }
    this.cambiarIds(ids);
    this.#avisarPagina(marco.ids ? "notificacion:actualizada" : "notificacion", marco);
  }

  #sincronizar(marco) {
    this.anunciador.terminarRepaso();
    this.cajon.lista.reintentar();
    this.#avisarPagina("notificacion:sincronizado", marco);
  }

  #reiniciar() {
    this.cajon.lista.vaciar();
    if (this.cajon.abierto) this.cajon.lista.recargar();
  }

  #avisarPagina(suceso, marco) {
    const { documento, ventana } = this.mundo;
    documento.dispatchEvent(new ventana.CustomEvent(suceso, { detail: marco }));
  }

  #escucharVentana() {
    const { ventana } = this.mundo;
    ventana.addEventListener("online", () => this.pestanas.despertar());
    ventana.addEventListener("offline", () => this.conexion.perderRed());
    // A page kept in memory by the back button must not keep the leadership.
    ventana.addEventListener("pagehide", () => this.lider.dejar());
    ventana.addEventListener("pageshow", ({ persisted }) => persisted && this.lider.unirse());
  }
}

globalThis.SistemaNotificaciones = SistemaNotificaciones;
