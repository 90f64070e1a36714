"""Publishing for measuring: commands made beforehand go to Redis as fast as sockets take them, or at a fixed pace."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from urllib.parse import urlsplit

from bench.pares.clientes import Cuenta

LOTE = 100
# What may be on its way. More than Redis lets a subscriber be behind would end the subscription, whoever's it is.
EN_VUELO = 8_000
PACIENCIA = 3.0


class Imprenta:
    """A connection to Redis that publishes and does not wait for the answers."""

    def __init__(self, lector: asyncio.StreamReader, escritor: asyncio.StreamWriter) -> None:
        self._escritor = escritor
        self._sumidero = asyncio.create_task(_vaciar(lector))

    @classmethod
    async def abrir(cls, url: str) -> Imprenta:
        """Returns one that is connected."""
        partes = urlsplit(url)
        return cls(*await asyncio.open_connection(partes.hostname, partes.port))

    async def cuanto_antes(self, ordenes: Sequence[bytes], cuenta: Cuenta, por_orden: int = 1) -> None:
        """Publishes all. Whoever is too far behind is waited for, until nothing comes any more."""
        base, lote = cuenta.recibidas, max(1, LOTE // por_orden)
        for inicio in range(0, len(ordenes), lote):
            tanda = ordenes[inicio : inicio + lote]
            self._escritor.write(b"".join(tanda))
            await self._escritor.drain()
            await asyncio.sleep(0)
            publicadas = (inicio + len(tanda)) * por_orden
            if publicadas > EN_VUELO and not await cuenta.hasta(base + publicadas - EN_VUELO, PACIENCIA):
                return

    async def a_ritmo(self, ordenes: Sequence[bytes], debidas: Sequence[float]) -> None:
        """Publishes each when it is due, on the clock of `time.perf_counter`."""
        siguiente = 0
        while siguiente < len(ordenes):
            await asyncio.sleep(max(0.0, debidas[siguiente] - time.perf_counter()))
            ahora = time.perf_counter()
            while siguiente < len(ordenes) and debidas[siguiente] <= ahora:
                self._escritor.write(ordenes[siguiente])
                siguiente += 1

    async def cerrar(self) -> None:
        self._sumidero.cancel()
        self._escritor.close()


async def _vaciar(lector: asyncio.StreamReader) -> None:
    while await lector.read(65536):
        pass
