/**
 * Makes the seller's page live; only that page loads this.
 */

import { mundoDe } from "./mundo.js";
import { avivarPanel } from "./panel_vivo.js";

const mundo = mundoDe(window);
avivarPanel({ ...mundo, pedir: mundo.fetch });
