/**
 * Makes the page of photos to be looked at live; only that page loads this.
 */

import { Moderacion } from "./fotos_moderacion.js";
import { mundoDe } from "./mundo.js";
import { Voz } from "./voz.js";

const mundo = mundoDe(window);
const { pathname, search } = window.location;
const interruptor = document.getElementById("fotos-atajos");
interruptor.checked = mundo.memoria.leer("atajos") !== false;
interruptor.addEventListener("change", () => mundo.memoria.escribir("atajos", interruptor.checked));
for (const parte of document.querySelectorAll("[data-con-guiones]")) parte.hidden = false;
new Moderacion({
  ...mundo,
  pedir: mundo.fetch,
  ruta: pathname + search,
  voz: new Voz({ ...mundo, contenedor: document.body }),
  atajos: () => interruptor.checked,
});
