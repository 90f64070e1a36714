/**
 * One photo of the upload page as an element: preview, description, bar, and what can be done with it.
 */

import { crear, icono, ponerAtributo } from "./dom.js";
import { barraDe, cancelable, enMegas, textoDe } from "./fotos_foto.js";
import { gettext, rellenar } from "./textos.js";

export class Tarjeta {
  /** `al`: {cancelar, reintentar, describir(texto), vista()}; `url` is a preview of the file, or "". */
  constructor({ documento, foto, url, maximoDescripcion, al }) {
    Object.assign(this, { documento });
    const { nombre } = foto;
    this.vista = crear(documento, "span", { clase: "foto-vista" }, [icono(documento, "imagen")]);
    if (url) this.#ver(url, al.vista);
    this.texto = crear(documento, "p", { clase: "foto-estado tenue" });
    this.barra = crear(documento, "progress", { "aria-label": nombre });
    this.descripcion = crear(documento, "input", {
      type: "text",
      maxlength: maximoDescripcion,
      "aria-label": rellenar(gettext("Descripción de %(nombre)s"), { nombre }),
      placeholder: gettext("Descripción (opcional)"),
      al: {
        change: () => al.describir(this.descripcion.value),
        // Enter would send the form that is there for browsers without scripts.
        keydown: (suceso) => {
          if (suceso.key !== "Enter") return;
          suceso.preventDefault();
          al.describir(this.descripcion.value);
        },
      },
    });
    this.queja = crear(documento, "p", { clase: "campo-error", hidden: true });
    this.enlace = crear(documento, "a", { clase: "boton-texto", texto: gettext("Ver") });
    this.cancelar = this.#boton(gettext("Cancelar"), nombre, al.cancelar);
    this.reintentar = this.#boton(gettext("Reintentar"), nombre, al.reintentar);
    this.elemento = crear(documento, "li", { clase: "foto-fila", tabindex: "-1" }, [
      this.vista,
      crear(documento, "div", { clase: "foto-cuerpo" }, [
        crear(documento, "p", { clase: "foto-nombre" }, [
          crear(documento, "strong", { texto: nombre }),
          crear(documento, "span", { clase: "tenue", texto: ` · ${enMegas(foto.bytes)}` }),
        ]),
        this.barra,
        this.texto,
        this.descripcion,
        this.queja,
      ]),
      crear(documento, "span", { clase: "foto-acciones" }, [this.cancelar, this.reintentar, this.enlace]),
    ]);
    this.mostrar(foto);
  }

  mostrar(foto) {
    const { estado, imagen } = foto;
    this.elemento.dataset.estado = imagen?.estado ?? estado;
    this.texto.textContent = textoDe(foto);
    const barra = barraDe(foto);
    this.barra.hidden = barra === null;
    ponerAtributo(this.barra, "value", barra?.valor);
    ponerAtributo(this.barra, "max", barra?.maximo);
    const conFoco = this.elemento.contains(this.documento.activeElement);
    this.cancelar.hidden = !cancelable(foto);
    this.reintentar.hidden = estado !== "cortada";
    this.descripcion.hidden = ["rechazada", "cancelada"].includes(estado);
    this.enlace.hidden = !imagen;
    if (imagen) this.#informar(imagen);
    // A control that hides loses the focus to the page, and whoever uses the keyboard their place.
    const { activeElement: ahora } = this.documento;
    if (conFoco && (ahora.hidden || !this.elemento.contains(ahora))) this.elemento.focus();
  }

  /** Says why the description was not saved; "" when it was. */
  avisar(texto) {
    this.queja.textContent = texto;
    this.queja.hidden = texto === "";
  }

  #informar({ id, enlace, miniatura }) {
    this.elemento.dataset.imagen = id;
    this.enlace.setAttribute("href", enlace);
    this.enlace.setAttribute("aria-label", rellenar(gettext("Ver la foto %(id)s"), { id }));
    if (miniatura && this.miniatura !== miniatura) this.#ver(miniatura);
    this.miniatura = miniatura;
  }

  /** What the browser cannot show leaves in place what was there. */
  #ver(url, alTerminar = () => {}) {
    const antes = [...this.vista.children];
    const imagen = crear(this.documento, "img", { alt: "" });
    imagen.addEventListener("load", () => antes.forEach((viejo) => viejo.remove()));
    imagen.addEventListener("error", () => imagen.remove());
    for (const final of ["load", "error"]) imagen.addEventListener(final, alTerminar);
    this.vista.append(imagen);
    imagen.setAttribute("src", url);
  }

  #boton(texto, nombre, click) {
    return crear(this.documento, "button", { type: "button", clase: "boton-texto", al: { click } }, [
      texto,
      crear(this.documento, "span", { clase: "solo-lectores", texto: ` ${nombre}` }),
    ]);
  }
}
