"""Whether live events arrive: with Redis gone the stream goes on from the table, a little later, and says so."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from .capa import CapaDeBucle
from .registro import problema

# A connection that is back at once is nobody's concern.
SEGUNDOS_DE_GRACIA = 2.0


class Retraso:
    """Watches the layer of one event loop; calls `al_cambiar` with True when events come late, with False when they are live."""

    def __init__(self, capa: CapaDeBucle, al_cambiar: Callable[[bool], None]) -> None:
        self.hay = False
        self._al_cambiar = al_cambiar
        self._espera: asyncio.TimerHandle | None = None
        capa.al_perder = self._perder
        if capa.ausente():
            self._perder()

    def _perder(self) -> None:
        if self._espera is None and not self.hay:
            self._espera = asyncio.get_running_loop().call_later(SEGUNDOS_DE_GRACIA, self._decir, True)

    def recuperar(self) -> None:
        """The layer is subscribed again."""
        if self._espera is not None:
            self._espera.cancel()
            self._espera = None
        if self.hay:
            self._decir(False)

    def _decir(self, hay: bool) -> None:
        self._espera, self.hay = None, hay
        if hay:
            problema("con_retraso", "Redis is away: sockets are served from the table, some seconds later")
        self._al_cambiar(hay)
