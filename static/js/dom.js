/**
 * Makes elements. Text always becomes a text node; there is no way in here to hand over HTML.
 */

const SVG = "http://www.w3.org/2000/svg";

/** Returns a new element. `propiedades`: clase, texto, datos (data-*), al (listeners); any other is an attribute. */
export function crear(documento, etiqueta, propiedades = {}, hijos = []) {
  const { clase, texto, datos = {}, al = {}, ...atributos } = propiedades;
  const elemento = documento.createElement(etiqueta);
  if (clase) elemento.className = clase;
  if (texto !== undefined) elemento.textContent = texto;
  Object.assign(elemento.dataset, datos);
  for (const [suceso, hacer] of Object.entries(al)) elemento.addEventListener(suceso, hacer);
  for (const [nombre, valor] of Object.entries(atributos)) ponerAtributo(elemento, nombre, valor);
  elemento.append(...hijos.filter(Boolean));
  return elemento;
}

/** Sets, or takes away when the value is false or null. */
export function ponerAtributo(elemento, nombre, valor) {
  if (valor === false || valor === null || valor === undefined) elemento.removeAttribute(nombre);
  else elemento.setAttribute(nombre, valor === true ? "" : String(valor));
}

/** Returns one of the drawings of img/iconos.svg, hidden from screen readers. */
export function icono(documento, nombre) {
  const dibujo = documento.createElementNS(SVG, "svg");
  dibujo.setAttribute("class", "icono");
  dibujo.setAttribute("aria-hidden", "true");
  const uso = documento.createElementNS(SVG, "use");
  uso.setAttribute("href", `${documento.documentElement.dataset.iconos ?? ""}#${nombre}`);
  dibujo.append(uso);
  return dibujo;
}

/** Returns a button that shows an icon and is called by `nombre`. */
export const botonDeIcono = (documento, dibujo, nombre, propiedades = {}) =>
  crear(
    documento,
    "button",
    {
      type: "button",
      "aria-label": nombre,
      title: nombre,
      ...propiedades,
      clase: `boton-icono ${propiedades.clase ?? ""}`,
    },
    [icono(documento, dibujo)],
  );
