"""Publishing on the core layer of channels_redis, whose groups live in Redis and not in what is published."""

from __future__ import annotations

import asyncio
import time

from channels_redis.core import RedisChannelLayer

from bench.pares.clientes import Cuenta
from bench.pares.mensajes import trama


class Central:
    """Takes the place of an Imprenta. An order is `user number` here."""

    def __init__(self, url: str) -> None:
        self._capa = RedisChannelLayer(hosts=[{"address": url, "socket_timeout": 30}])

    async def cuanto_antes(self, ordenes: list[bytes], cuenta: Cuenta, por_orden: int = 1) -> None:
        """Sends all, one after the other: two at a time would come in any order."""
        for orden in ordenes:
            await self._enviar(orden)

    async def a_ritmo(self, ordenes: list[bytes], debidas: list[float]) -> None:
        """Sends each when it is due."""
        for orden, debida in zip(ordenes, debidas, strict=True):
            await asyncio.sleep(max(0.0, debida - time.perf_counter()))
            await self._enviar(orden)

    async def _enviar(self, orden: bytes) -> None:
        usuario, secuencia = map(int, orden.split())
        await self._capa.group_send(f"usuario_{usuario}", {"type": "notificacion", "trama": trama(secuencia)})

    async def cerrar(self) -> None:
        await self._capa.close_pools()
