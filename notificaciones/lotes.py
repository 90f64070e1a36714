"""What many ask for at the same moment, asked once: while one batch is being read, the next one gathers.

A thousand devices that come back at once are a handful of queries, and a single one waits for nobody.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable, Mapping
from itertools import islice
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

from .hilos import en_hilo_de_la_puerta

C = TypeVar("C", bound=Hashable)
R = TypeVar("R")

LOTE = 200
_por_bucle: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[Any, PorLotes[Any, Any]]] = WeakKeyDictionary()


class PorLotes(Generic[C, R]):
    """Belongs to one event loop. `leer` answers for many keys in a thread, and leaves out those it knows nothing of."""

    def __init__(self, leer: Callable[[list[C]], Mapping[C, R]]) -> None:
        self._leer = leer
        self._esperan: dict[C, asyncio.Future[R | None]] = {}
        self._tarea: asyncio.Task[None] | None = None

    async def pedir(self, clave: C) -> R | None:
        """Returns what there is for the key, None for nothing. Raises what reading raised."""
        if clave not in self._esperan:
            self._esperan[clave] = asyncio.get_running_loop().create_future()
        futuro = self._esperan[clave]
        if self._tarea is None:
            self._tarea = asyncio.create_task(self._atender(), name="lotes")
        # Whoever gives up does not take the answer from the others.
        return await asyncio.shield(futuro)

    async def _atender(self) -> None:
        try:
            while self._esperan:
                await self._leer_uno()
        finally:
            self._tarea = None

    async def _leer_uno(self) -> None:
        lote = {clave: self._esperan.pop(clave) for clave in list(islice(self._esperan, LOTE))}
        try:
            hallado = await en_hilo_de_la_puerta(self._leer, list(lote))
        except Exception as error:
            for futuro in lote.values():
                futuro.set_exception(error)
                futuro.exception()  # all who asked may have gone
        else:
            for clave, futuro in lote.items():
                futuro.set_result(hallado.get(clave))


def por_lotes(leer: Callable[[list[C]], Mapping[C, R]]) -> PorLotes[C, R]:
    """Returns the one of the running event loop that asks by this function."""
    propios = _por_bucle.setdefault(asyncio.get_running_loop(), {})
    if leer not in propios:
        propios[leer] = PorLotes(leer)
    return propios[leer]
