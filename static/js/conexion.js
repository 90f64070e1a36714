/**
 * The life of one WebSocket: it opens, resumes, waits and opens again, and says truthfully in which of these it is. It
 * understands the frames that concern the connection and hands on all others.
 */

import { CODIGO_SIN_SESION, CODIGOS_FINALES, estadoDe, leerMarco } from "./marcos.js";
import { ErrorDeAccion, Peticiones } from "./peticiones.js";
import { Plazos } from "./plazos.js";
import { Intentos } from "./retroceso.js";
import { Vigia } from "./vigia.js";

const PACIENCIA_MS = 10_000;

export class Conexion {
  #enchufe = null;
  #enLinea = false;
  #final = false;
  #fallidos = 0;
  #desde = 0;

  /** `direccion()` gives the URL to open, `haySesion()` a promise of whether the user is still signed in. */
  constructor({ WebSocket, reloj, azar, direccion, hayRed, haySesion, alRecibir, alCambiar }) {
    Object.assign(this, { WebSocket, reloj, direccion, hayRed, haySesion, alRecibir, alCambiar });
    this.intentos = new Intentos({ reloj, azar });
    this.peticiones = new Peticiones({ reloj });
    this.plazos = new Plazos(reloj);
    this.vigia = new Vigia({ reloj, plazos: this.plazos, alCallar: () => this.sondear() });
    this.estado = { nombre: "inactiva" };
  }

  abrir() {
    if (this.#enchufe || this.#final) return;
    this.plazos.quitar("espera");
    this.#decir({ nombre: this.hayRed() ? "reconectando" : "sin_conexion", hasta: null });
    const enchufe = new this.WebSocket(this.direccion());
    this.#enchufe = enchufe;
    this.plazos.poner("apertura", () => this.#caer(enchufe, 1006), PACIENCIA_MS);
    enchufe.onmessage = ({ data }) => this.#recibir(data);
    enchufe.onclose = ({ code }) => this.#caer(enchufe, code);
  }

  /** Closes for as long as the page is away. */
  cerrar() {
    this.#soltar()?.close(1000);
    this.#decir({ nombre: "inactiva" });
  }

  /** Somebody is looking, or the network is back: connects at once, or makes sure that the socket still lives. */
  despertar() {
    if (this.#enLinea) return this.sondear(PACIENCIA_MS / 2);
    const espera = !this.#enchufe && !this.#final && this.estado.nombre !== "inactiva";
    if (!espera || !this.intentos.permitido) return undefined;
    this.intentos.olvidar();
    return this.abrir();
  }

  /** The browser believes that the network is gone; a socket that still answers proves it wrong. */
  perderRed() {
    if (this.#enLinea) this.sondear(PACIENCIA_MS / 4);
    else if (!this.#enchufe && this.estado.nombre === "reconectando") this.#decirEspera();
  }

  /** Asks for a sign of life; a socket that gives none within `plazo` is taken for dead. */
  sondear(plazo = PACIENCIA_MS) {
    const enchufe = this.#enchufe;
    const preguntado = this.reloj.ahora();
    this.pedir("ping", {}, plazo).catch(() => {
      if (this.vigia.oido <= preguntado) this.#caer(enchufe, 1006);
    });
  }

  /** Returns a promise of the answer to an action. */
  pedir(accion, campos, espera) {
    if (!this.#enLinea) return Promise.reject(new ErrorDeAccion("sin_conexion"));
    return this.peticiones.pedir((texto) => this.#enchufe.send(texto), accion, campos, espera);
  }

  #recibir(texto) {
    const marco = leerMarco(texto);
    if (!marco) return;
    this.vigia.oir();
    if (marco.type === "connection_established") this.#establecer();
    if (estadoDe(marco)) this.#decir(estadoDe(marco));
    if (marco.type === "reconectar") this.plazos.poner("mudanza", () => this.#mudar(), Number(marco.en_ms) || 0);
    else if (!this.peticiones.recibir(marco)) this.alRecibir(marco);
  }

  #establecer() {
    this.plazos.quitar("apertura");
    this.#enLinea = true;
    this.#fallidos = 0;
    this.#desde = this.reloj.ahora();
    this.vigia.vigilar();
  }

  /** The server is about to leave and said when: there is nothing to wait for. */
  #mudar() {
    this.#soltar().close(1000);
    this.intentos.olvidar();
    this.abrir();
  }

  #caer(enchufe, codigo) {
    if (enchufe === null || enchufe !== this.#enchufe) return;
    // A server that accepts and drops at once must not be asked again twice a second.
    if (this.#enLinea && this.reloj.ahora() - this.#desde >= PACIENCIA_MS) this.intentos.olvidar();
    if (!this.#enLinea) this.#fallidos += 1;
    this.#soltar().close();
    if (CODIGOS_FINALES.has(codigo)) this.#terminar(codigo);
    else this.#esperar(codigo);
    // A refused handshake looks like a lost network from here, so now and then the page asks.
    if (this.#fallidos === 2 || (this.#fallidos > 0 && this.#fallidos % 5 === 0)) this.#preguntarPorSesion();
  }

  #esperar(codigo) {
    this.plazos.poner("espera", () => this.abrir(), this.intentos.fallar(codigo));
    this.#decirEspera();
  }

  #decirEspera() {
    this.#decir(this.hayRed() ? { nombre: "reconectando", hasta: this.intentos.hasta } : { nombre: "sin_conexion" });
  }

  #terminar(codigo) {
    this.#final = true;
    this.#decir({ nombre: codigo === CODIGO_SIN_SESION ? "sesion_cerrada" : "detenida", codigo });
  }

  async #preguntarPorSesion() {
    if ((await this.haySesion()) || this.#enLinea || this.#final) return;
    this.#soltar()?.close();
    this.#terminar(CODIGO_SIN_SESION);
  }

  #soltar() {
    const enchufe = this.#enchufe;
    this.#enchufe = null;
    this.#enLinea = false;
    this.plazos.quitarTodos();
    if (enchufe) enchufe.onmessage = enchufe.onclose = null;
    this.peticiones.abandonar();
    return enchufe;
  }

  #decir(estado) {
    this.estado = estado;
    this.alCambiar(estado);
  }
}
