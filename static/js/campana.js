/**
 * The bell of every page: the unread count on it, in its name for screen readers and in the title of the tab. Without
 * JavaScript it is a link to the inbox; with it, it opens the drawer.
 */

import { ponerAtributo } from "./dom.js";
import { ngettext, rellenar } from "./textos.js";

const TOPE = 99;

/** Returns what the badge says. */
export const cifra = (cuenta) => (cuenta > TOPE ? `${TOPE}+` : String(cuenta));

/** Returns the title with the count before it. */
export const titulo = (base, cuenta) => (cuenta > 0 ? `(${cifra(cuenta)}) ${base}` : base);

export class Campana {
  constructor({ documento, alAbrir }) {
    this.documento = documento;
    this.base = documento.title;
    this.enlace = documento.getElementById("campana");
    this.insignia = documento.getElementById("campana-cuenta");
    if (this.enlace) this.#volverBoton(alAbrir);
  }

  mostrar({ noLeidas, noVistas }) {
    this.documento.title = titulo(this.base, noLeidas);
    if (!this.enlace) return;
    const texto = ngettext("Notificaciones, %(cuenta)s sin leer", "Notificaciones, %(cuenta)s sin leer", noLeidas);
    this.enlace.setAttribute("aria-label", rellenar(texto, { cuenta: noLeidas }));
    this.enlace.classList.toggle("con-novedad", noVistas > 0);
    this.insignia.textContent = cifra(noLeidas);
    ponerAtributo(this.insignia, "hidden", noLeidas === 0);
  }

  #volverBoton(alAbrir) {
    const { enlace } = this;
    enlace.setAttribute("role", "button");
    enlace.setAttribute("aria-haspopup", "dialog");
    enlace.addEventListener("click", (suceso) => {
      // With a key held down the user wants the inbox in a tab of its own.
      if (suceso.ctrlKey || suceso.metaKey || suceso.shiftKey) return;
      suceso.preventDefault();
      alAbrir();
    });
    enlace.addEventListener("keydown", (suceso) => {
      if (suceso.key !== " ") return;
      suceso.preventDefault();
      alAbrir();
    });
  }
}
