/**
 * Ties together who announces what: whether somebody looks, whose turn it is, and where it comes out.
 */

import { Anunciador } from "./anunciador.js";
import { contenidoDeVarias } from "./presentacion.js";
import { Presencia } from "./presencia.js";
import { Turno } from "./turno.js";

const PAUSA_DE_SONIDO_MS = 1500;

export function montarAnuncios({ config, mundo, sistema, contexto, almacen, lider, avisos, muestra }) {
  const presencia = new Presencia({
    ...mundo,
    nombre: `visible:${config.usuario}`,
    alMirar: () => {
      sistema.pestanas.despertar();
      anunciador.mirar();
    },
  });
  const anunciador = new Anunciador({
    ...mundo,
    presencia,
    turnoDeSonido: new Turno({ ...mundo, nombre: `sonido:${config.usuario}`, pausa: PAUSA_DE_SONIDO_MS }),
    turnoDeSistema: new Turno({ ...mundo, nombre: `sistema:${config.usuario}`, pausa: 0 }),
    vigente: ({ notificacion_id: id }) => esVigente(almacen.notificaciones.get(id)),
    salidas: {
      mostrar: (marcos) => muestra.mostrar(marcos),
      sonar: () => sistema.reproducirSonido(),
      avisarSistema: (marcos) => avisos.avisar(contenidoDeVarias(marcos, contexto)),
      decir: (mensaje) => lider.decir(mensaje),
    },
  });
  return { presencia, anunciador };
}

const esVigente = (marco) => !marco || !(marco.leida || marco.vista || marco.archivada);
