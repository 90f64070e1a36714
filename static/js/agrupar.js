/**
 * Turns many calls into few: `hacer` runs once, `ms` after the first call, with whatever the last one brought. Calls that
 * come while a promise of `hacer` is under way are served once it is done.
 */

export function agrupar(hacer, ms, reloj) {
  let citada = false;
  let ocupada = false;
  let ultimos = [];
  const correr = async () => {
    if (ocupada) return void reloj.poner(correr, ms);
    citada = false;
    ocupada = true;
    try {
      await hacer(...ultimos);
    } finally {
      ocupada = false;
    }
    return undefined;
  };
  return (...argumentos) => {
    ultimos = argumentos;
    if (citada) return;
    citada = true;
    reloj.poner(correr, ms);
  };
}
