"""The load generator of the purchases, a process of its own: `python -m bench.medidores.generador JSON`.

Buyers arrive at random moments (a Poisson process, the same one every time), whether or not the purchases before
them were answered; each is timed from the moment it was due, on the clock on which the seller's frames are timed.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from websockets.asyncio.client import ClientConnection

from bench.cifras import resumen
from bench.cliente import Tienda, recibir_hasta

SEMILLA = 20
ESPERA_DEL_WORKER = 30.0
ESPERA_FINAL = 15.0


@dataclass
class Registro:
    """What was bought and what the seller saw. Times of one clock, in seconds."""

    debidas: dict[int, float] = field(default_factory=dict)
    respuestas: list[float] = field(default_factory=list)
    retrasos: list[float] = field(default_factory=list)
    rechazadas: int = 0
    tramas: list[tuple[int, int, float]] = field(default_factory=list)
    llego: asyncio.Event = field(default_factory=asyncio.Event)

    async def escuchar(self, enchufe: ClientConnection) -> None:
        """Notes each sale that the seller's socket shows, for ever."""
        while True:
            trama, llegada = await recibir_hasta(enchufe, "nueva_venta")
            self.tramas.append((trama["datos"]["venta_id"], trama["secuencia"], llegada))
            self.llego.set()

    async def completar(self) -> None:
        """Returns when every purchase that was answered has been shown, or after a while."""
        with suppress(TimeoutError):
            async with asyncio.timeout(ESPERA_FINAL):
                while not self.debidas.keys() <= {venta_id for venta_id, _, _ in self.tramas}:
                    self.llego.clear()
                    await self.llego.wait()

    def cifras(self) -> dict[str, Any]:
        """Returns the figures; they count only where `valida`: nothing lost, repeated, out of order or refused."""
        propias = [trama for trama in self.tramas if trama[0] in self.debidas]
        llegadas = {venta_id: llegada for venta_id, _, llegada in reversed(propias)}
        faltas = {
            "perdidas": len(self.debidas) - len(llegadas),
            "repetidas": len(propias) - len(llegadas),
            "fuera_de_orden": sum(antes[1] >= despues[1] for antes, despues in pairwise(propias)),
            "rechazadas": self.rechazadas,
        }
        demoras = [llegada - self.debidas[venta_id] for venta_id, llegada in llegadas.items()]
        return {
            "compras": len(self.debidas),
            **faltas,
            "valida": not any(faltas.values()) and bool(demoras),
            "hasta_la_trama_ms": resumen(demoras) if demoras else None,
            "respuesta_ms": resumen(self.respuestas) if self.respuestas else None,
            "retraso_del_generador_ms": resumen(self.retrasos) if self.retrasos else None,
        }


class Compradores:
    """Buyers, each with a session of its own, who take turns, and the products they choose from."""

    def __init__(self, tienda: Tienda, sesiones: list[str], producto_ids: list[int]) -> None:
        self._tienda, self._sesiones, self._productos = tienda, sesiones, producto_ids
        self._azar = random.Random(SEMILLA)

    async def comprar(self, turno: int, debida: float, registro: Registro) -> None:
        """Buys once, and notes when it was due and answered."""
        registro.retrasos.append(time.perf_counter() - debida)
        sesion = self._sesiones[turno % len(self._sesiones)]
        estado, hecha = await self._tienda.comprar(sesion, self._azar.choice(self._productos))
        registro.respuestas.append(time.perf_counter() - debida)
        if estado == 201:
            registro.debidas[hecha["venta_id"]] = debida
        else:
            registro.rechazadas += 1

    async def comprar_durante(self, por_segundo: float, segundos: float, registro: Registro) -> None:
        """Buys on a schedule that waits for nobody, and returns when all were answered."""
        inicio = debida = time.perf_counter()
        async with asyncio.TaskGroup() as grupo:
            turno = 0
            while (debida := debida + self._azar.expovariate(por_segundo)) < inicio + segundos:
                await asyncio.sleep(debida - time.perf_counter())
                grupo.create_task(self.comprar(turno, debida, registro))
                turno += 1


async def esperar_al_worker(tienda: Tienda, sesion: str, compradores: Compradores) -> None:
    """Returns when a first purchase has been through the worker: its buyer is told so."""
    async with asyncio.timeout(ESPERA_DEL_WORKER), tienda.enchufe(sesion) as enchufe:
        await recibir_hasta(enchufe, "sincronizado")
        await compradores.comprar(0, time.perf_counter(), Registro())
        await recibir_hasta(enchufe, "compra_lista")


async def medir(pedido: dict[str, Any]) -> dict[str, Any]:
    """Returns the figures of one run."""
    tienda = Tienda(pedido["puerto"])
    compradores = Compradores(tienda, pedido["compradores"], pedido["productos"])
    await esperar_al_worker(tienda, pedido["compradores"][0], compradores)
    async with tienda.enchufe(pedido["vendedor"]) as enchufe:
        await recibir_hasta(enchufe, "sincronizado")
        registro = Registro()
        oyente = asyncio.create_task(registro.escuchar(enchufe))
        await compradores.comprar_durante(pedido["por_segundo"], pedido["calentamiento"], Registro())
        await compradores.comprar_durante(pedido["por_segundo"], pedido["segundos"], registro)
        await registro.completar()
        # A frame that comes twice may come late.
        await asyncio.sleep(1)
        oyente.cancel()
    tienda.cerrar()
    return registro.cifras()


if __name__ == "__main__":
    print(json.dumps(asyncio.run(medir(json.loads(sys.argv[1])))))
