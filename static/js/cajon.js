/**
 * The drawer: the inbox beside any page, in a modal dialog. It opens at the bell, is worked by pointer or keyboard
 * (arrows or j and k move, e archives, Shift+U marks unread, z undoes, Escape closes) and gives the focus back.
 */

import { Ajustes } from "./ajustes.js";
import { CajonLista } from "./cajon_lista.js";
import { botonDeIcono, crear } from "./dom.js";
import { Lista } from "./lista.js";
import { gettext } from "./textos.js";
import { Tostada } from "./tostada.js";
import { Voz } from "./voz.js";

const PASOS = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 };

export class Cajon {
  /** `acciones` is that of acciones.js; `alAbrir()` is told each time the drawer opens. */
  constructor({ documento, reloj, almacen, acciones, pedir, contexto, tiempos, sonido, sistema, alAbrir }) {
    Object.assign(this, { documento, almacen, acciones, alAbrir });
    this.vista = new CajonLista({
      documento,
      contexto,
      tiempos,
      almacen,
      alHacer: (accion, id, suceso) => this.#hacer(accion, id, suceso),
      alPedirMas: () => this.abierto && this.lista.cargarMas(),
      alReintentar: () => this.lista.reintentar(),
      alMostrarNuevas: () => this.#mostrarNuevas(),
    });
    this.lista = new Lista({ almacen, pedir, vista: this.vista, reloj });
    this.ajustes = new Ajustes({ documento, sonido, sistema });
    this.dialogo = this.#armar(contexto.bandeja);
    this.tostada = new Tostada({ documento, reloj, contenedor: this.dialogo });
    this.voz = new Voz({ documento, reloj, contenedor: this.dialogo });
    documento.body.append(this.dialogo);
  }

  get abierto() {
    return this.dialogo.open;
  }

  abrir() {
    if (this.abierto) return;
    this.dialogo.showModal();
    this.titulo.focus();
    this.ajustes.pintar();
    this.vista.elemento.scrollTop = 0;
    this.lista.recargar();
    this.alAbrir();
  }

  #armar(bandeja) {
    const { documento } = this;
    this.titulo = crear(documento, "h2", { id: "cajon-titulo", tabindex: "-1", texto: gettext("Notificaciones") });
    const todas = gettext("Marcar todas como leídas");
    const cabeza = crear(documento, "header", { clase: "cajon-cabeza" }, [
      this.titulo,
      botonDeIcono(documento, "check-todas", todas, { al: { click: () => this.acciones.leerTodas() } }),
      botonDeIcono(documento, "cerrar", gettext("Cerrar"), { al: { click: () => this.dialogo.close() } }),
    ]);
    this.filtros = [this.#filtro("todas", gettext("Todas")), this.#filtro("no_leidas", gettext("No leídas"))];
    const mostrar = gettext("Mostrar");
    const barra = crear(documento, "div", { clase: "cajon-barra" }, [
      crear(documento, "div", { clase: "filtros", role: "group", "aria-label": mostrar }, this.filtros),
      crear(documento, "a", { clase: "boton-texto cajon-bandeja", href: bandeja, texto: gettext("Ver todo") }),
    ]);
    const partes = [cabeza, barra, this.vista.elemento, this.ajustes.elemento];
    const caja = crear(documento, "div", { clase: "cajon-caja" }, partes);
    return crear(
      documento,
      "dialog",
      {
        clase: "cajon",
        "aria-labelledby": "cajon-titulo",
        al: {
          // Only the backdrop is the dialog itself; everything else is inside the box.
          click: ({ target }) => target === this.dialogo && this.dialogo.close(),
          keydown: (suceso) => this.#tecla(suceso),
          close: () => this.tostada.cerrar(),
        },
      },
      [caja],
    );
  }

  #filtro(filtro, texto) {
    return crear(this.documento, "button", {
      type: "button",
      clase: "filtro",
      texto,
      "aria-pressed": String(filtro === "todas"),
      datos: { filtro },
      al: { click: () => this.#filtrar(filtro) },
    });
  }

  #filtrar(filtro) {
    for (const boton of this.filtros) boton.setAttribute("aria-pressed", String(boton.dataset.filtro === filtro));
    this.vista.elemento.scrollTop = 0;
    this.lista.filtrar(filtro);
  }

  async #mostrarNuevas() {
    this.vista.elemento.scrollTop = 0;
    await this.lista.mostrarNuevas();
    this.vista.lista.querySelector(".fila-titulo")?.focus({ preventScroll: true });
  }

  #hacer(accion, id, suceso) {
    const marco = this.almacen.notificaciones.get(id);
    if (!marco) return;
    if (accion === "leer") this.acciones.leer(id, { deshacer: marco.leida });
    else if (accion === "archivar") this.acciones.archivar(id);
    else this.acciones.abrir({ id, enlace: suceso.currentTarget.getAttribute("href") }, suceso);
  }

  #tecla(suceso) {
    const { key, shiftKey, ctrlKey, metaKey, altKey } = suceso;
    if (ctrlKey || metaKey || altKey) return;
    const fila = this.documento.activeElement?.closest?.(".fila");
    const id = Number(fila?.dataset.id);
    let hecho = true;
    if (key in PASOS) this.#mover(fila, PASOS[key]);
    else if (key === "z") hecho = this.tostada.deshacer();
    else if (fila && key === "e") this.acciones.archivar(id);
    else if (fila && key === "U" && shiftKey) this.acciones.leer(id, { deshacer: true });
    else hecho = false;
    if (hecho) suceso.preventDefault();
  }

  #mover(fila, paso) {
    const filas = [...this.vista.lista.children];
    const destino = fila ? filas[filas.indexOf(fila) + paso] : filas.at(0);
    destino?.querySelector(".fila-titulo").focus();
  }
}
