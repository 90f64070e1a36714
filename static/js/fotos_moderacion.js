/**
 * The photos that wait for a person, live and by keyboard: A approves, R rejects with a reason, J and K go on and back. Of a
 * card that stays nothing is rendered again; one that somebody else has decided leaves.
 */

import { agrupar } from "./agrupar.js";
import { diferencias, moverse, vecina } from "./fotos_orden.js";
import { gettext, ngettext, rellenar } from "./textos.js";

const JUNTAR_MS = 250;
const CADA_MS = 5000;

export class Moderacion {
  #decididas = new Set();

  /** `ruta` is the page, which answers `X-Parcial: 1` with `#fotos-cola`; `atajos()` says whether keys are listened to. */
  constructor({ documento, reloj, lector, pedir, ruta, voz, atajos }) {
    Object.assign(this, { documento, lector, pedir, ruta, voz, atajos });
    this.parte = documento.getElementById("fotos-cola");
    this.pintarPronto = agrupar(() => this.#pintar().catch(() => {}), JUNTAR_MS, reloj);
    const siSeVe = () => documento.visibilityState === "visible" && this.pintarPronto();
    const latir = () => {
      siSeVe();
      reloj.poner(latir, CADA_MS);
    };
    reloj.poner(latir, CADA_MS);
    documento.addEventListener("notificacion", ({ detail }) => String(detail.type).startsWith("imagen_") && siSeVe());
    documento.addEventListener("notificacion:sincronizado", siSeVe);
    documento.addEventListener("visibilitychange", siSeVe);
    documento.addEventListener("keydown", (suceso) => this.#tecla(suceso));
    this.parte.addEventListener("submit", (suceso) => this.#decidir(suceso));
  }

  get #tarjetas() {
    return [...this.parte.querySelectorAll("[data-id]")];
  }

  get #ids() {
    return this.#tarjetas.map(({ dataset }) => dataset.id);
  }

  get #actual() {
    return this.documento.activeElement?.closest?.("[data-id]") ?? null;
  }

  #ir(id) {
    const tarjeta = this.#tarjetas.find(({ dataset }) => dataset.id === id);
    tarjeta?.focus();
    tarjeta?.scrollIntoView({ block: "nearest" });
  }

  #tecla(suceso) {
    const { key, target } = suceso;
    const escribe = target.closest?.("input[type=text], textarea, select");
    if (key === "Escape" && escribe && this.#actual) return void this.#actual.focus();
    if (escribe || !this.atajos() || suceso.ctrlKey || suceso.metaKey || suceso.altKey) return undefined;
    const actual = this.#actual;
    const hacer = {
      j: () => this.#ir(moverse(this.#ids, actual?.dataset.id, 1)),
      k: () => this.#ir(moverse(this.#ids, actual?.dataset.id, -1)),
      a: () => actual?.querySelector("[data-aprobar]").requestSubmit(),
      r: () => actual?.querySelector("[name=motivo]").focus(),
    }[key.toLowerCase()];
    if (!hacer) return undefined;
    suceso.preventDefault();
    return hacer();
  }

  async #decidir(suceso) {
    suceso.preventDefault();
    const formulario = suceso.target;
    const tarjeta = formulario.closest("[data-id]");
    if (tarjeta.getAttribute("aria-busy") === "true") return;
    const { id } = tarjeta.dataset;
    tarjeta.setAttribute("aria-busy", "true");
    const motivo = await this.#mandar(formulario).catch(() => gettext("No se pudo: se cortó la conexión."));
    tarjeta.removeAttribute("aria-busy");
    const queja = tarjeta.querySelector(".campo-error");
    queja.textContent = motivo;
    queja.hidden = motivo === "";
    if (motivo) return;
    this.#decididas.add(id);
    this.voz.decir(formulario.dataset.dicho);
    this.#quitar(id);
    this.pintarPronto();
  }

  /** Returns a promise of "" or of why not. */
  async #mandar(formulario) {
    const respuesta = await this.pedir(formulario.action, {
      method: "POST",
      body: new URLSearchParams(new FormData(formulario)),
      credentials: "same-origin",
      redirect: "error",
      headers: { Accept: "application/json" },
    });
    if (respuesta.ok) return "";
    // Somebody else was quicker: the next look takes the card away.
    if (respuesta.status === 404 || respuesta.status === 409) this.pintarPronto();
    const datos = await respuesta.json().catch(() => ({}));
    return datos.mensaje ?? gettext("No se pudo. Inténtalo de nuevo.");
  }

  async #pintar() {
    const opciones = { headers: { "X-Parcial": "1" }, credentials: "same-origin", redirect: "error" };
    const respuesta = await this.pedir(this.ruta, opciones);
    if (!respuesta.ok) return;
    const pagina = this.lector(await respuesta.text());
    const nuevas = [...pagina.querySelectorAll("[data-id]")];
    const ahora = nuevas.map(({ dataset }) => dataset.id);
    const { quitar, agregar } = diferencias(this.#ids, ahora, this.#decididas);
    quitar.forEach((id) => this.#quitar(id));
    const lista = this.parte.querySelector("ul");
    for (const nueva of nuevas.filter(({ dataset }) => agregar.includes(dataset.id)))
      lista.append(this.documento.importNode(nueva, true));
    this.#contar();
    const n = agregar.length;
    if (n > 0) this.voz.decir(rellenar(ngettext("%(n)s foto más", "%(n)s fotos más", n), { n }), "mas");
  }

  #quitar(id) {
    const ids = this.#ids;
    const tarjeta = this.#tarjetas.find(({ dataset }) => dataset.id === id);
    const conFoco = tarjeta.contains(this.documento.activeElement);
    tarjeta.remove();
    this.#contar();
    if (!conFoco) return;
    const otra = vecina(ids, id);
    if (otra) this.#ir(otra);
    else this.parte.querySelector("[data-vacia]").focus();
  }

  #contar() {
    this.parte.querySelector("[data-vacia]").hidden = this.#tarjetas.length > 0;
  }
}
