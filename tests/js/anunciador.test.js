import assert from "node:assert/strict";
import test from "node:test";

import { Anunciador } from "../../static/js/anunciador.js";
import { Reloj, venta } from "./aparatos.js";

/** `visible`: somebody looks at this tab; `otra`: at another one. */
function crear({ visible = true, otra = false, turno = true } = {}) {
  const reloj = new Reloj();
  const presencia = { visible, otra, hayVisible: async () => presencia.visible || presencia.otra };
  const salio = { mostradas: [], sonidos: 0, sistema: [], dichos: [] };
  const leidas = new Set();
  const anunciador = new Anunciador({
    presencia,
    reloj,
    turnoDeSonido: { tomar: async () => turno },
    turnoDeSistema: { tomar: async () => turno },
    vigente: ({ notificacion_id: id }) => !leidas.has(id),
    salidas: {
      mostrar: (marcos) => salio.mostradas.push(marcos.map(({ secuencia }) => secuencia)),
      sonar: () => (salio.sonidos += 1),
      avisarSistema: (marcos) => salio.sistema.push(marcos.length),
      decir: (mensaje) => salio.dichos.push(mensaje),
    },
  });
  return { anunciador, presencia, reloj, salio, leidas };
}

test("it shows what comes at once and plays one sound", async () => {
  const { anunciador, reloj, salio } = crear();
  anunciador.llegar(venta(1));
  await reloj.pasar(50);
  assert.deepEqual([salio.mostradas, salio.sonidos], [[[1]], 1]);
});

test("it shows what was missed together, in order, when the replay is over", async () => {
  const { anunciador, reloj, salio, leidas } = crear();
  anunciador.empezarRepaso();
  for (let secuencia = 1; secuencia <= 20; secuencia += 1) anunciador.llegar(venta(secuencia));
  leidas.add(105);
  await reloj.pasar(50);
  assert.deepEqual(salio.mostradas, []);
  anunciador.terminarRepaso();
  await reloj.pasar(50);
  assert.deepEqual(salio.mostradas, [[1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20]]);
  assert.equal(salio.sonidos, 1);
});

test("it forgets nothing of a replay that was cut off", async () => {
  const { anunciador, reloj, salio } = crear();
  anunciador.empezarRepaso();
  anunciador.llegar(venta(1));
  anunciador.empezarRepaso();
  anunciador.llegar(venta(2));
  anunciador.terminarRepaso();
  anunciador.llegar(venta(3));
  await reloj.pasar(50);
  assert.deepEqual(salio.mostradas, [[1, 2], [3]]);
});

test("it keeps quiet in a hidden tab while another one is looked at", async () => {
  const { anunciador, presencia, reloj, salio } = crear({ visible: false, otra: true });
  anunciador.llegar(venta(1));
  await reloj.pasar(5000);
  presencia.visible = true;
  anunciador.mirar();
  assert.deepEqual(salio, { mostradas: [], sonidos: 0, sistema: [], dichos: [] });
});

test("it tells the system when nobody looks, and shows the popups to who comes first", async () => {
  const { anunciador, presencia, reloj, salio, leidas } = crear({ visible: false });
  anunciador.llegar(venta(1));
  await reloj.pasar(300);
  anunciador.llegar(venta(2));
  anunciador.llegar(venta(3));
  await reloj.pasar(5000);
  assert.deepEqual([salio.sistema, salio.mostradas], [[3], []]);
  leidas.add(102);
  presencia.visible = true;
  anunciador.mirar();
  assert.deepEqual(salio.mostradas, [[1, 3]]);
  assert.deepEqual(salio.dichos, [{ clase: "mostradas", hasta: 3 }]);
  anunciador.mirar();
  assert.equal(salio.mostradas.length, 1);
});

test("it does not show again what another tab has shown meanwhile", async () => {
  const { anunciador, presencia, reloj, salio } = crear({ visible: false });
  anunciador.llegar(venta(1));
  anunciador.llegar(venta(2));
  anunciador.llegar({ type: "nueva_venta", titulo: "efímera", timestamp: "x" });
  await reloj.pasar(50);
  anunciador.olvidar(1);
  presencia.visible = true;
  anunciador.mirar();
  assert.deepEqual(salio.mostradas, [[2]]);
});

test("it plays nothing when another tab has the turn", async () => {
  const { anunciador, reloj, salio } = crear({ turno: false });
  anunciador.llegar(venta(1));
  await reloj.pasar(50);
  assert.deepEqual([salio.mostradas.length, salio.sonidos], [1, 0]);
});
