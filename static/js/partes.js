/**
 * Makes the parts of the notification system: the only place that knows all of them.
 */

import { Almacen } from "./almacen.js";
import { montarAnuncios } from "./anuncios.js";
import { Cursor } from "./cursor.js";
import { Http } from "./http.js";
import { Pestanas } from "./pestanas.js";
import { montarRed } from "./red.js";
import { Tiempos } from "./tiempos.js";
import { montarVistas } from "./vistas.js";

/** Returns the parts by name. They find each other by `sistema` only after all of them were made. */
export function montar({ config, mundo, sistema }) {
  const { tipos, moneda, bandeja } = config;
  const base = {
    config,
    mundo,
    contexto: { tipos, moneda, bandeja, idioma: mundo.documento.documentElement.lang || "es-mx" },
    almacen: new Almacen({ noLeidas: config.no_leidas }),
    cursor: new Cursor({ memoria: mundo.memoria, usuario: config.usuario }),
    tiempos: new Tiempos(mundo),
    http: new Http({ ...mundo, bandeja, pagina: mundo.ventana.location.href }),
  };
  const red = montarRed({ ...base, sistema });
  const vistas = montarVistas({ ...base, ...red, sistema });
  const anuncios = montarAnuncios({ ...base, ...red, ...vistas, sistema });
  const pestanas = new Pestanas({ ...base, ...red, ...anuncios, sistema });
  return { ...base, ...red, ...vistas, ...anuncios, pestanas };
}
