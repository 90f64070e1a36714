"""What many ask for at the same moment, asked once: while one batch is being read, the next one gathers.

A thousand devices that come back at once are a handful of queries, and a single one waits for nobody.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping
from itertools import islice
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

from .hilos import en_hilo_de_la_puerta

C = TypeVar("C", bound=Hashable)
R = TypeVar("R")

EnHilo = Callable[..., Awaitable[Any]]

LOTE = 200
# A query costs far more than one key more in it: where people keep coming, they gather for so many seconds.
PAUSA = 0.003
_por_bucle: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[Any, PorLotes[Any, Any]]] = WeakKeyDictionary()


class PorLotes(Generic[C, R]):
    """Belongs to one event loop. `leer` answers for many keys in a thread, and leaves out those it knows nothing of."""

    def __init__(self, leer: Callable[[list[C]], Mapping[C, R]], en_hilo: EnHilo) -> None:
        self._leer, self._en_hilo = leer, en_hilo
        # Whoever gives up takes no answer from others who ask for the same.
        self._esperan: dict[C, list[asyncio.Future[R | None]]] = {}
        self._tarea: asyncio.Task[None] | None = None

    async def pedir(self, clave: C) -> R | None:
        """Returns what there is for the key, None for nothing. Raises what reading raised."""
        futuro: asyncio.Future[R | None] = asyncio.get_running_loop().create_future()
        self._esperan.setdefault(clave, []).append(futuro)
        if self._tarea is None:
            self._tarea = asyncio.create_task(self._atender(), name="lotes")
        return await futuro

    async def _atender(self) -> None:
        try:
            while self._esperan:
                await self._leer_uno()
                if 0 < len(self._esperan) < LOTE:
                    await asyncio.sleep(PAUSA)
        finally:
            self._tarea = None

    async def _leer_uno(self) -> None:
        lote = {clave: self._esperan.pop(clave) for clave in list(islice(self._esperan, LOTE))}
        hallado: Mapping[C, R] = {}
        fallo: Exception | None = None
        try:
            hallado = await self._en_hilo(self._leer, list(lote))
        except Exception as error:
            fallo = error
        for clave, futuros in lote.items():
            for futuro in futuros:
                if futuro.done():
                    continue
                if fallo is not None:
                    futuro.set_exception(fallo)
                else:
                    futuro.set_result(hallado.get(clave))


def por_lotes(
    leer: Callable[[list[C]], Mapping[C, R]], en_hilo: EnHilo = en_hilo_de_la_puerta
) -> PorLotes[C, R]:
    """Returns the one of the running event loop that asks by this function, in such a thread."""
    propios = _por_bucle.setdefault(asyncio.get_running_loop(), {})
    if leer not in propios:
        propios[leer] = PorLotes(leer, en_hilo)
    return propios[leer]
