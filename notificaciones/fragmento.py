"""The subscriptions of one event loop at one Redis: wanted names, kept alive by a background task."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from typing import TYPE_CHECKING, Any

from channels_redis.pubsub import RedisSingleShardConnection

from .enlace import Enlace, abrir_enlace
from .registro import problema

if TYPE_CHECKING:
    from .capa import CapaDeBucle

INTERVALO_PING = 5.0
SILENCIO_MAXIMO = 10.0
ESPERA_CONFIRMACION = 1.0
# Before another try to connect, at most; the last one again and again, for as long as Redis is away.
ESPERAS = 0.1, 0.2, 0.4, 0.8, 1.6, 2.0


class Fragmento(RedisSingleShardConnection):
    """One host: publishes as channels_redis does, and keeps the wanted subscriptions alive by itself."""

    def __init__(self, anfitrion: dict[str, Any], capa: CapaDeBucle) -> None:
        super().__init__(anfitrion, capa)
        self._deseados: set[bytes] = set()
        self._confirmados: set[bytes] = set()
        self._esperas: dict[bytes, list[asyncio.Future[None]]] = {}
        self._por_pedir: set[bytes] = set()
        self._sin_respuesta: Counter[bytes] = Counter()
        self.ausente = False
        self._enlace: Enlace | None = None
        self._tarea: asyncio.Task[None] | None = None
        self.suscrito = False

    def desear(self, nombre: str) -> None:
        """Wants a channel. Those wanted in one turn of the loop are asked for in one command."""
        canal = nombre.encode()
        if canal in self._deseados:
            return
        self._deseados.add(canal)
        if self._tarea is None or self._tarea.done():
            self._tarea = asyncio.get_running_loop().create_task(self._mantener(), name="capa")
        elif self._enlace is not None:
            if not self._por_pedir:
                asyncio.get_running_loop().call_soon(self._pedir, self._por_pedir)
            self._por_pedir.add(canal)

    def olvidar(self, nombre: str) -> None:
        canal = nombre.encode()
        self._deseados.discard(canal)
        self._confirmados.discard(canal)
        self._por_pedir.discard(canal)
        self._esperas.pop(canal, None)
        if self._enlace is not None:
            self._enlace.enviar(b"UNSUBSCRIBE", canal)

    async def confirmar(self, nombre: str, espera: float) -> None:
        canal = nombre.encode()
        if canal in self._confirmados or canal not in self._deseados or self.ausente:
            return
        bucle = asyncio.get_running_loop()
        futuro = bucle.create_future()
        self._esperas.setdefault(canal, []).append(futuro)
        # Not asyncio.wait, which costs more: every handshake waits here.
        plazo = bucle.call_later(espera, _dar_por_bueno, futuro)
        try:
            await futuro
        finally:
            plazo.cancel()

    async def subscribe(self, channel: str) -> None:
        self.desear(channel)
        await self.confirmar(channel, ESPERA_CONFIRMACION)

    async def unsubscribe(self, channel: str) -> None:
        if channel.encode() not in self.channel_layer._abonados:
            self.olvidar(channel)

    async def flush(self) -> None:
        if self._tarea is not None:
            self._tarea.cancel()
            await asyncio.gather(self._tarea, return_exceptions=True)
            self._tarea = None
        self._deseados.clear()
        self.ausente = False
        await super().flush()

    def _pedir(self, canales: set[bytes]) -> None:
        if self._enlace is not None:
            self._sin_respuesta.update(canales)
            self._enlace.suscribir(canales)
        self._por_pedir.clear()

    def _al_suscribir(self, canal: bytes) -> None:
        self._sin_respuesta[canal] -= 1
        if self._sin_respuesta[canal] or canal in self._por_pedir:
            # Given up and wanted again meanwhile: Redis forgets it once more before it hears of the last one.
            return
        del self._sin_respuesta[canal]
        if canal in self._deseados:
            self._confirmados.add(canal)
        for futuro in self._esperas.pop(canal, ()):
            _dar_por_bueno(futuro)
        if not self.suscrito and self._confirmados >= self._deseados:
            self.suscrito = True
            if self.channel_layer.al_recuperar is not None:
                self.channel_layer.al_recuperar()

    async def _mantener(self) -> None:
        intento = 0
        while True:
            try:
                self._enlace = await abrir_enlace(
                    self.host, lambda: Enlace(self.channel_layer.recibir, self._al_suscribir)
                )
                intento, self.ausente = 0, False
                self._pedir(self._deseados)
                await self._vigilar(self._enlace)
                problema("redis_perdido", "The subscriber connection to Redis was lost; connecting again")
            except Exception as error:  # whatever it was, nobody else tries again
                problema("redis_ausente", "Redis cannot be reached: %s", error)
            finally:
                self._soltar()
            self._dar_por_ausente()
            # Full jitter: after a restart the processes of a fleet must not come back in step.
            await asyncio.sleep(random.uniform(0.01, ESPERAS[intento]))  # noqa: S311
            intento = min(intento + 1, len(ESPERAS) - 1)

    def _soltar(self) -> None:
        if self._enlace is not None:
            self._enlace.cerrar()
        self._enlace, self.suscrito = None, False
        self._confirmados.clear()
        self._por_pedir.clear()
        self._sin_respuesta.clear()

    def _dar_por_ausente(self) -> None:
        if not self.ausente:
            self.ausente = True
            if self.channel_layer.al_perder is not None:
                self.channel_layer.al_perder()

    async def _vigilar(self, enlace: Enlace) -> None:
        """Returns when the connection is lost, or has been silent although it was pinged."""
        bucle = asyncio.get_running_loop()
        enlace.ultimo_dato = bucle.time()
        while not enlace.cerrado.done() and bucle.time() - enlace.ultimo_dato < SILENCIO_MAXIMO:
            enlace.enviar(b"PING")
            await asyncio.wait({enlace.cerrado}, timeout=INTERVALO_PING)


def _dar_por_bueno(futuro: asyncio.Future[None]) -> None:
    if not futuro.done():
        futuro.set_result(None)
