/**
 * Makes the gallery and the page of one photo live; only those pages load this.
 */

import { avivarFotos } from "./fotos_vivo.js";
import { mundoDe } from "./mundo.js";

const mundo = mundoDe(window);
const { pathname, search } = window.location;
avivarFotos({ ...mundo, pedir: mundo.fetch, ruta: pathname + search });
