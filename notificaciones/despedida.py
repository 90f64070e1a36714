"""A web process that is about to end: its streams move elsewhere, spread over some seconds, and lose nothing."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterable, Mapping
from itertools import chain

from .conf import ajustes
from .protocolo import Cierre
from .sesion import Sesion

# So many a second come back somewhere else without hurting anybody there.
RITMO = 200
# A client that was told to go has so long to go by itself.
CORTESIA = 0.5
# A client has so long to take the last frames.
ESPERA_DEL_CIERRE = 2.0


def duracion(cuantas: int) -> float:
    """Returns over how many seconds so many streams are sent away."""
    return min(ajustes().SEGUNDOS_DE_DESPEDIDA, cuantas / RITMO)


async def despedir(sesiones: Mapping[int, list[Sesion]], ninguna: asyncio.Event) -> None:
    """Sends every stream away with `reconectar`, closes it with 1012, and cuts what does not end until `ninguna` is left."""
    todas = list(chain.from_iterable(sesiones.values()))
    segundos = duracion(len(todas))
    bucle = asyncio.get_running_loop()
    for sesion in todas:
        espera = random.uniform(0, segundos)  # noqa: S311
        sesion.decir({"type": "reconectar", "en_ms": round(espera * 1000)})
        bucle.call_later(espera + CORTESIA, sesion.terminar, Cierre.REINICIO)
    try:
        async with asyncio.timeout(segundos + CORTESIA + ESPERA_DEL_CIERRE):
            await ninguna.wait()
    except TimeoutError:
        cortar(chain.from_iterable(sesiones.values()))


def cortar(sesiones: Iterable[Sesion]) -> None:
    """Ends the connections of streams that cannot be ended politely: their clients do not read."""
    for sesion in list(sesiones):
        if sesion.cortar is not None:
            sesion.cortar()
