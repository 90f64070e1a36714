/**
 * Makes the console for the queues live; only that page loads this.
 */

import { avivarColas } from "./colas_vivo.js";
import { mundoDe } from "./mundo.js";

const mundo = mundoDe(window);
const { pathname, search } = window.location;
avivarColas({ ...mundo, pedir: mundo.fetch, ruta: pathname + search });
