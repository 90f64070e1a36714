/**
 * Makes the page of one sale live; only that page loads this.
 */

import { mundoDe } from "./mundo.js";
import { avivarVenta } from "./venta_viva.js";

const mundo = mundoDe(window);
avivarVenta({ ...mundo, pedir: mundo.fetch, ruta: mundo.ventana.location.pathname });
