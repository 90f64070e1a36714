/**
 * As much of a document as the notification modules touch, for tests without a browser.
 */

class Suelto extends EventTarget {
  constructor(documento, etiqueta) {
    super();
    Object.assign(this, {
      documento,
      etiqueta,
      hijos: [],
      padre: null,
      atributos: new Map(),
      dataset: {},
      propio: "",
      hidden: false,
    });
    this.clases = new Set();
    this.classList = {
      add: (clase) => this.clases.add(clase),
      remove: (clase) => this.clases.delete(clase),
      contains: (clase) => this.clases.has(clase),
      toggle: (clase, poner) => (poner ? this.clases.add(clase) : this.clases.delete(clase)),
    };
  }

  get className() {
    return [...this.clases].join(" ");
  }

  set className(texto) {
    this.clases = new Set(texto.split(" ").filter(Boolean));
  }

  get textContent() {
    return this.propio + this.hijos.map((hijo) => hijo.textContent).join("");
  }

  set textContent(texto) {
    this.hijos = [];
    this.propio = String(texto);
  }

  setAttribute(nombre, valor) {
    this.atributos.set(nombre, String(valor));
  }

  getAttribute(nombre) {
    return this.atributos.get(nombre) ?? null;
  }

  removeAttribute(nombre) {
    this.atributos.delete(nombre);
  }

  append(...hijos) {
    for (const hijo of hijos) {
      hijo.padre = this;
      this.hijos.push(hijo);
    }
  }

  prepend(hijo) {
    hijo.padre = this;
    this.hijos.unshift(hijo);
  }

  replaceChildren(...hijos) {
    this.hijos = [];
    this.append(...hijos);
  }

  remove() {
    if (this.padre) this.padre.hijos = this.padre.hijos.filter((hijo) => hijo !== this);
    this.padre = null;
  }

  contains(otro) {
    return otro === this || this.hijos.some((hijo) => hijo.contains(otro));
  }

  closest(selector) {
    return this.clases.has(selector.slice(1)) ? this : (this.padre?.closest(selector) ?? null);
  }

  /** `.clase` alone. */
  querySelectorAll(selector) {
    const propios = this.hijos.filter((hijo) => hijo.clases.has(selector.slice(1)));
    return [...propios, ...this.hijos.flatMap((hijo) => hijo.querySelectorAll(selector))];
  }

  querySelector(selector) {
    return this.querySelectorAll(selector)[0] ?? null;
  }

  focus() {
    this.documento.activeElement = this;
    this.suceder("focusin", { relatedTarget: null });
  }

  blur() {
    this.documento.activeElement = this.documento.body;
    this.suceder("focusout", {});
  }

  /** Dispatches a bubbling event. */
  suceder(nombre, mas = {}) {
    for (let nodo = this; nodo; nodo = nodo.padre) nodo.dispatchEvent(Object.assign(new Event(nombre), mas));
  }
}

/** Returns a document with an empty body. */
export function crearDocumento() {
  const documento = Object.assign(new EventTarget(), { visibilityState: "visible", title: "Panel" });
  Object.assign(documento, {
    createElement: (etiqueta) => new Suelto(documento, etiqueta),
    createElementNS: (espacio, etiqueta) => new Suelto(documento, etiqueta),
    querySelector: () => null,
  });
  documento.documentElement = new Suelto(documento, "html");
  documento.body = new Suelto(documento, "body");
  documento.activeElement = documento.body;
  return documento;
}
