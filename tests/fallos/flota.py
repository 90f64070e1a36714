"""Many clients at once, and what is asked of all of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import Self

from .cliente import Cliente

A_LA_VEZ = 50


class Flota:
    """Clients that live while the block lasts."""

    def __init__(self, clientes: Iterable[Cliente]) -> None:
        self.clientes = list(clientes)
        self._vidas: dict[Cliente, asyncio.Task[None]] = {}

    async def __aenter__(self) -> Self:
        self._vigilante = asyncio.create_task(self._vigilar())
        for inicio in range(0, len(self.clientes), A_LA_VEZ):
            tanda = self.clientes[inicio : inicio + A_LA_VEZ]
            self._vidas |= {cliente: asyncio.create_task(cliente.vivir()) for cliente in tanda}
            await self.hasta(lambda tanda=tanda: all(c.sincronizado for c in tanda), "they connect", 30)
        return self

    async def __aexit__(self, *_: object) -> None:
        tareas = [self._vigilante, *self._vidas.values()]
        for tarea in tareas:
            tarea.cancel()
        await asyncio.gather(*tareas, return_exceptions=True)

    async def renovar(self, indice: int) -> None:
        """Closes a client for good; the same person comes with another device, which knows nothing yet."""
        viejo = self.clientes[indice]
        vida = self._vidas.pop(viejo)
        vida.cancel()
        await asyncio.gather(vida, return_exceptions=True)
        nuevo = self.clientes[indice] = Cliente(viejo.usuario_id, viejo.galleta, viejo.urls)
        self._vidas[nuevo] = asyncio.create_task(nuevo.vivir())

    async def _vigilar(self) -> None:
        while True:
            await asyncio.sleep(5)
            for cliente in self.clientes:
                cliente.vigilar()

    async def hasta(self, condicion: Callable[[], bool], que: str, segundos: float = 10) -> None:
        """Returns when the condition holds; fails with what was waited for."""
        try:
            async with asyncio.timeout(segundos):
                while not condicion():  # noqa: ASYNC110  (nothing tells when a client got a frame)
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise AssertionError(f"Not within {segundos} s: {que}") from None

    async def al_dia(self, topes: dict[int, int], segundos: float = 30) -> bool:
        """Returns whether all have come to the top of their inboxes within so many seconds."""

        def llegaron() -> bool:
            return all(cliente.cursor >= topes.get(cliente.usuario_id, 0) for cliente in self.clientes)

        try:
            await self.hasta(llegaron, "all are at the top", segundos)
        except AssertionError:
            return False
        return True

    async def conectada(self, segundos: float = 30) -> None:
        """Returns when every client is connected and has been told what it missed."""
        await self.hasta(lambda: all(c.sincronizado for c in self.clientes), "all are connected", segundos)

    def cierres(self) -> list[int]:
        """Returns the close codes of all sockets that were lost so far."""
        return [codigo for cliente in self.clientes for codigo in cliente.cierres]

    def aperturas(self) -> list[float]:
        """Returns how long each handshake took that succeeded, seconds."""
        return [segundos for cliente in self.clientes for segundos in cliente.aperturas]

    def fallidas(self) -> int:
        """Returns how many handshakes failed."""
        return sum(cliente.fallidas for cliente in self.clientes)
