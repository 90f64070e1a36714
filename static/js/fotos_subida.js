/**
 * The upload page: files come in by the button, dropped or pasted (fotos_entrada.js); each is sent at once in a request of its
 * own, two at a time, and followed until its picture is there.
 */

import { Cola } from "./fotos_cola.js";
import { enviar } from "./fotos_envio.js";
import { motivoDeRechazo, nueva, sinEnviar, textoDe, tras } from "./fotos_foto.js";
import { escucharNoticias } from "./fotos_noticias.js";
import { Tarjeta } from "./fotos_tarjeta.js";
import { gettext, ngettext, rellenar } from "./textos.js";

const HABLAN = new Set(["rechazada", "cortada", "cancelada", "terminada"]);

export class Subida {
  #fotos = new Map();
  #ultima = 0;

  /** `servidor`: fotos_servidor.js; `lista` takes the cards; `limites`: {maximo, tipos, porVez, descripcion}. */
  constructor({ documento, reloj, XMLHttpRequest, URL, servidor, lista, limites, voz }) {
    Object.assign(this, { documento, XMLHttpRequest, URL, servidor, lista, limites, voz });
    this.cola = new Cola({ hacer: (clave) => this.#enviar(clave) });
    this.noticias = escucharNoticias({
      documento,
      reloj,
      pendientes: () => this.#imagenes().filter(([, { foto }]) => foto.estado === "procesando").map(([id]) => id),
      preguntar: async (ids) => this.#informar(await servidor.estados(ids)),
      alProgresar: (id, suceso) => this.#imagenes().forEach(([una, { clave }]) => una === id && this.#pasar(clave, suceso)),
    });
  }

  /** Whether leaving the page would lose something. */
  get ocupada() {
    return [...this.#fotos.values()].some(({ foto }) => sinEnviar(foto));
  }

  /** Takes files in; those over what may be under way at once are left out, and that is said. */
  agregar(archivos) {
    const enCurso = [...this.#fotos.values()].filter(({ foto }) => sinEnviar(foto)).length;
    const caben = archivos.slice(0, Math.max(0, this.limites.porVez - enCurso));
    for (const archivo of caben) this.#poner(archivo);
    const cuantas = caben.length;
    if (cuantas > 0)
      this.voz.decir(rellenar(ngettext("%(n)s foto agregada", "%(n)s fotos agregadas", cuantas), { n: cuantas }));
    return archivos.length > cuantas
      ? rellenar(gettext("Caben %(n)s fotos a la vez: las demás no se agregaron."), { n: this.limites.porVez })
      : "";
  }

  #poner(archivo) {
    const clave = (this.#ultima += 1);
    const motivo = motivoDeRechazo(archivo, this.limites);
    const foto = nueva({ nombre: archivo.name, bytes: archivo.size, motivo });
    const url = motivo ? "" : this.URL.createObjectURL(archivo);
    const tarjeta = new Tarjeta({
      documento: this.documento,
      foto,
      url,
      maximoDescripcion: this.limites.descripcion,
      al: {
        cancelar: () => this.#cancelar(clave),
        reintentar: () => this.#pasar(clave, { tipo: "espera" }) && this.cola.poner(clave),
        describir: (texto) => this.#describir(clave, texto),
        vista: () => this.URL.revokeObjectURL(url),
      },
    });
    this.#fotos.set(clave, { clave, foto, tarjeta, archivo, envio: null, descrita: "" });
    this.lista.append(tarjeta.elemento);
    if (motivo) this.voz.decir(`${foto.nombre}: ${motivo}`);
    else this.cola.poner(clave);
  }

  async #enviar(clave) {
    const una = this.#fotos.get(clave);
    if (!this.#pasar(clave, { tipo: "empieza" })) return;
    una.descrita = una.tarjeta.descripcion.value;
    una.envio = enviar({
      ...this.servidor.subir(),
      XMLHttpRequest: this.XMLHttpRequest,
      archivo: una.archivo,
      descripcion: una.descrita,
      alAvanzar: (enviados, total) => this.#pasar(clave, { tipo: "avanza", enviados, total }),
    });
    const suceso = await una.envio.respuesta;
    if (!suceso || !this.#pasar(clave, suceso) || !una.foto.imagen) return;
    this.#describir(clave, una.tarjeta.descripcion.value);
    // What was told before the answer came nobody here could know what to do with.
    if (this.noticias.oida(una.foto.imagen.id)) this.noticias.preguntarPronto();
  }

  #cancelar(clave) {
    if (!this.#pasar(clave, { tipo: "cancela" })) return;
    this.cola.quitar(clave);
    this.#fotos.get(clave).envio?.cancelar();
  }

  async #describir(clave, texto) {
    const una = this.#fotos.get(clave);
    if (!una.foto.imagen || texto === una.descrita) return;
    una.descrita = texto;
    const dicho = await this.servidor.describir(una.foto.imagen.id, texto).catch(() => gettext("La descripción no se guardó."));
    this.voz.decir(`${una.foto.nombre}: ${dicho || gettext("descripción guardada")}`);
    una.tarjeta.avisar(dicho);
  }

  #informar(imagenes) {
    const porId = new Map(imagenes.map((imagen) => [imagen.id, imagen]));
    for (const [id, { clave }] of this.#imagenes()) {
      if (porId.has(id)) this.#pasar(clave, { tipo: "informa", imagen: porId.get(id) });
    }
  }

  #imagenes() {
    const conImagen = [...this.#fotos.values()].filter(({ foto }) => foto.imagen);
    return conImagen.map((una) => [una.foto.imagen.id, una]);
  }

  /** Returns whether the event changed anything. */
  #pasar(clave, suceso) {
    const una = this.#fotos.get(clave);
    const foto = tras(una.foto, suceso);
    if (foto === una.foto) return false;
    const habla = HABLAN.has(foto.estado) && foto.estado !== una.foto.estado;
    una.foto = foto;
    una.tarjeta.mostrar(foto);
    if (habla) this.voz.decir(`${foto.nombre}: ${textoDe(foto)}`, `foto-${clave}`);
    return true;
  }
}
