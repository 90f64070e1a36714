"""The soak: an hour like any other, minute after minute. Sockets come and go, one in a hundred is cut, memory is watched."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence
from typing import Any

from .banco import SERVIDORES, Banco
from .escena import Escena
from .informe import de_balance
from .medidas import descriptores, memoria

PERSONAS = 250
APARATOS = 2
RONDA_S = 20
# Of the sockets, each second: cut by a fault, and closed for good while somebody new comes.
CORTADOS, RENOVADOS = 0.01, 0.01
# Of the rounds at the start, in which caches fill: they do not count for the slope.
CALENTAMIENTO = 1 / 3


class Remojo:
    """One soak on one bench."""

    def __init__(self, banco: Banco, minutos: float) -> None:
        self.banco, self.minutos = banco, minutos
        self.cortados = self.renovados = 0
        self.muestras: dict[str, list[tuple[float, float, int]]] = {web: [] for web in banco.puertos}

    async def correr(self) -> dict[str, Any]:
        """Returns the figures; fails on the first round in which something was lost."""
        fin = time.monotonic() + self.minutos * 60
        async with self.banco.escena(PERSONAS, aparatos=APARATOS) as escena:
            while time.monotonic() < fin:
                await escena.ciclo(lambda: self._estorbar(escena), veces=RONDA_S, segundos=RONDA_S)
                self.banco.revisar_registros()
                self._medir()
                print(f"{(fin - time.monotonic()) / 60:5.1f} min left; {escena.balance}", flush=True)
            escena.balance.fallos = self.cortados
        return {
            "minutos": self.minutos,
            "sockets": PERSONAS * APARATOS,
            "renovados": self.renovados,
            **de_balance(escena.balance),
            "procesos": {
                servidor: resumir(muestras)
                for servidor, muestras in zip(SERVIDORES, self.muestras.values(), strict=True)
            },
        }

    async def _estorbar(self, escena: Escena) -> None:
        redis = self.banco.cliente_de_redis()
        for _ in range(RONDA_S):
            clientes = escena.flota.clientes
            for cliente in random.sample(clientes, round(len(clientes) * CORTADOS)):
                cliente.soltar()
                self.cortados += 1
            for indice in random.sample(range(len(clientes)), round(len(clientes) * RENOVADOS)):
                await escena.flota.renovar(indice)
                self.renovados += 1
            await asyncio.sleep(1)
        await asyncio.to_thread(redis.client_kill_filter, _type="pubsub")
        self.cortados += 1
        redis.close()

    def _medir(self) -> None:
        for web in self.banco.puertos:
            pid = self.banco.pid(web)
            self.muestras[web].append((time.monotonic(), memoria(pid), descriptores(pid)))


def resumir(muestras: Sequence[tuple[float, float, int]]) -> dict[str, Any]:
    """Returns the ends of the samples and the slope of memory, from when the process was warm."""
    calientes = muestras[int(len(muestras) * CALENTAMIENTO) :]
    return {
        "memoria_mb": [round(muestras[0][1], 1), round(muestras[-1][1], 1)],
        "mb_por_hora": round(pendiente([(momento, mb) for momento, mb, _ in calientes]) * 3600, 2),
        "descriptores": [muestras[0][2], muestras[-1][2]],
    }


def pendiente(puntos: Sequence[tuple[float, float]]) -> float:
    """Returns the slope of the straight line that fits the points best; 0 of a single one."""
    medio_x, medio_y = (sum(valores) / len(puntos) for valores in zip(*puntos, strict=True))
    ancho = sum((x - medio_x) ** 2 for x, _ in puntos)
    return sum((x - medio_x) * (y - medio_y) for x, y in puntos) / ancho if ancho else 0.0
