/**
 * A world to test in: a clock that moves when told, sockets and channels that tests hold by the hand, Web Locks within
 * one process, storage in memory.
 */

export class Reloj {
  #ahora = 1_700_000_000_000;
  #avisos = new Map();
  #siguiente = 1;

  ahora = () => this.#ahora;

  poner = (hacer, ms) => {
    const aviso = this.#siguiente++;
    this.#avisos.set(aviso, { hacer, cuando: this.#ahora + ms });
    return aviso;
  };

  quitar = (aviso) => void this.#avisos.delete(aviso);

  /** Lets time pass; whatever falls due runs in its order, and promises settle in between. */
  async pasar(ms) {
    const hasta = this.#ahora + ms;
    await asentar();
    for (;;) {
      const [aviso, proximo] = [...this.#avisos].sort((a, b) => a[1].cuando - b[1].cuando || a[0] - b[0])[0] ?? [];
      if (!proximo || proximo.cuando > hasta) break;
      this.#avisos.delete(aviso);
      this.#ahora = Math.max(this.#ahora, proximo.cuando);
      proximo.hacer();
      await asentar();
    }
    this.#ahora = hasta;
  }
}

/** Lets promises settle, and a question and its answer cross between tabs. */
export async function asentar() {
  for (let vuelta = 0; vuelta < 4; vuelta += 1) await new Promise((listo) => setImmediate(listo));
}

/** Returns a WebSocket class; `abiertos` has its instances in the order of their making. */
export function crearWebSocket() {
  return class Enchufe {
    static abiertos = [];

    constructor(url) {
      Object.assign(this, { url, enviados: [], cerrado: null });
      Enchufe.abiertos.push(this);
    }

    static get ultimo() {
      return Enchufe.abiertos.at(-1);
    }

    send(texto) {
      this.enviados.push(JSON.parse(texto));
    }

    close(codigo) {
      this.cerrado ??= codigo ?? 1005;
    }

    llega(marco) {
      this.onmessage?.({ data: typeof marco === "string" ? marco : JSON.stringify(marco) });
    }

    cae(code) {
      this.onclose?.({ code });
    }
  };
}

export const saludo = (mas = {}) => ({
  type: "connection_established",
  protocolo: 1,
  epoca: "k3f",
  secuencia: 0,
  tope: 0,
  no_leidas: 0,
  no_vistas: 0,
  reinicio: false,
  ...mas,
});

export const venta = (secuencia, mas = {}) => ({
  type: "nueva_venta",
  notificacion_id: 100 + secuencia,
  secuencia,
  titulo: "Nueva venta",
  mensaje: "",
  monto: "129.90",
  timestamp: "2026-11-21T10:00:00-06:00",
  leida: false,
  vista: false,
  archivada: false,
  no_leidas: secuencia,
  no_vistas: secuencia,
  ...mas,
});

/** Returns a BroadcastChannel class whose channels of one name hear each other, later. */
export function crearCanal() {
  const canales = new Set();
  return class Canal {
    constructor(nombre) {
      this.nombre = nombre;
      canales.add(this);
    }

    postMessage(mensaje) {
      const data = structuredClone(mensaje);
      for (const otro of canales) {
        if (otro !== this && otro.nombre === this.nombre)
          setImmediate(() => canales.has(otro) && otro.onmessage?.({ data }));
      }
    }

    close() {
      canales.delete(this);
    }
  };
}

/** Returns Web Locks: they queue, `steal` takes, `query` tells what is held. */
export function crearCandados() {
  const tenidos = new Map();
  const colas = new Map();
  const avanzar = (nombre) => {
    if (tenidos.has(nombre)) return;
    const siguiente = colas.get(nombre)?.shift();
    if (siguiente) tomar(nombre, siguiente);
  };
  const tomar = (nombre, pedido) => {
    tenidos.set(nombre, pedido);
    Promise.resolve(pedido.mientras({ name: nombre })).then((valor) => {
      if (tenidos.get(nombre) !== pedido) return;
      tenidos.delete(nombre);
      pedido.resolver(valor);
      avanzar(nombre);
    });
  };
  return {
    request(nombre, opciones, mientras) {
      return new Promise((resolver, rechazar) => {
        const pedido = { mientras, resolver, rechazar };
        if (opciones.steal) {
          tenidos.get(nombre)?.rechazar(Object.assign(new Error("stolen"), { name: "AbortError" }));
          tomar(nombre, pedido);
          return;
        }
        colas.set(nombre, [...(colas.get(nombre) ?? []), pedido]);
        setImmediate(() => avanzar(nombre));
      });
    },
    query: async () => ({ held: [...tenidos.keys()].map((name) => ({ name })), pending: [] }),
  };
}

/** Returns a Storage. */
export function crearDeposito(inicial = {}) {
  const valores = new Map(Object.entries(inicial));
  return { getItem: (clave) => valores.get(clave) ?? null, setItem: (clave, valor) => void valores.set(clave, valor) };
}
