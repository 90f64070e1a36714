"""One subscriber connection to Redis, in RESP2: bytes in, messages out, without a task or a copy for each.

redis-py's own PubSub costs a task switch and several layers a message; this is hiredis's parser under an
asyncio.Protocol. See https://redis.io/docs/latest/develop/reference/protocol-spec/ for the protocol.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from ssl import SSLContext
from typing import Any

import hiredis
from redis.asyncio.connection import SSLConnection, parse_url

from .registro import problema

LOTE = 500
ESPERA_CONEXION = 2.0
# hiredis moves all that is still unread to the front after every other message: of 256 KB at once, a tenth of all its work.
BOCADO = 8 * 1024


class EnlaceRoto(Exception):
    """Redis refused the connection or spoke something else."""


class Enlace(asyncio.Protocol):
    """A connection that subscribes. `al_recibir(canal, datos)` is called for each message, in its order."""

    def __init__(
        self, al_recibir: Callable[[bytes, bytes], None], al_suscribir: Callable[[bytes], None]
    ) -> None:
        self._al_recibir, self._al_suscribir = al_recibir, al_suscribir
        self._lector = hiredis.Reader()
        self._transporte: asyncio.Transport | None = None
        self._saludos: list[Any] = []
        self._saludada: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.cerrado: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.ultimo_dato = 0.0

    def connection_made(self, transporte: asyncio.BaseTransport) -> None:
        assert isinstance(transporte, asyncio.Transport)  # noqa: S101  (what asyncio promises for streams)
        self._transporte = transporte

    def data_received(self, datos: bytes) -> None:
        self.ultimo_dato = asyncio.get_running_loop().time()
        try:
            for inicio in range(0, len(datos), BOCADO):
                self._lector.feed(datos, inicio, min(BOCADO, len(datos) - inicio))
                while (respuesta := self._lector.gets()) is not False:
                    self._atender(respuesta)
        except hiredis.ProtocolError:
            self.cerrar()

    def _atender(self, respuesta: Any) -> None:
        if isinstance(respuesta, list) and len(respuesta) == 3:
            clase, canal, datos = respuesta
            if clase == b"message":
                self._al_recibir(canal, datos)
            elif clase == b"subscribe":
                self._al_suscribir(canal)
        elif not self._saludada.done():
            self._saludar(respuesta)
        elif isinstance(respuesta, hiredis.ReplyError):
            problema("redis_rehusa", "Redis refused a command of the subscriber: %s", respuesta)

    def _saludar(self, respuesta: Any) -> None:
        if isinstance(respuesta, hiredis.ReplyError):
            self._saludada.set_exception(EnlaceRoto(str(respuesta)))
        else:
            self._saludada.set_result(None)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._saludada.done():
            self._saludada.set_exception(EnlaceRoto("closed while signing in"))
            self._saludada.exception()  # whoever waited for it may have been cancelled
        if not self.cerrado.done():
            self.cerrado.set_result(None)

    def enviar(self, *partes: bytes | str) -> None:
        """Sends one command; its answer comes later, or the connection is lost."""
        if self._transporte is not None:
            self._transporte.write(hiredis.pack_command(partes))  # type: ignore[arg-type]

    def suscribir(self, canales: Iterable[bytes]) -> None:
        """Asks for channels, some hundred a command."""
        for lote in _en_lotes(canales):
            self.enviar(b"SUBSCRIBE", *lote)

    async def saludar(self, usuario: str | None, clave: str | None) -> None:
        """Signs in, or just asks for an echo. Raises EnlaceRoto when Redis refuses."""
        if clave is not None:
            self.enviar("AUTH", *([usuario] if usuario else []), clave)
        else:
            # Not PING: Redis refuses it while its disk is full, and subscriptions work all the same.
            self.enviar("ECHO", "hola")
        await self._saludada

    def cerrar(self) -> None:
        if self._transporte is not None:
            self._transporte.abort()


def _en_lotes(canales: Iterable[bytes]) -> Iterator[list[bytes]]:
    iterador = iter(canales)
    while lote := list(islice(iterador, LOTE)):
        yield lote


async def abrir_enlace(anfitrion: Mapping[str, Any], fabrica: Callable[[], Enlace]) -> Enlace:
    """Returns a connection that is signed in. Raises OSError, TimeoutError or EnlaceRoto within two seconds.

    `anfitrion` is a host as channels_redis has it: an `address`, and options that the address overrules.
    """
    partes = {**anfitrion, **parse_url(anfitrion["address"])}
    bucle = asyncio.get_running_loop()
    async with asyncio.timeout(ESPERA_CONEXION):
        if "path" in partes:
            _, enlace = await bucle.create_unix_connection(fabrica, partes["path"])
        else:
            servidor = partes.get("host", "localhost"), partes.get("port", 6379)
            _, enlace = await bucle.create_connection(fabrica, *servidor, ssl=_tls(partes))
        try:
            await enlace.saludar(partes.get("username"), partes.get("password"))
        except BaseException:
            enlace.cerrar()
            raise
    return enlace


def _tls(partes: Mapping[str, Any]) -> SSLContext | None:
    """Returns what redis-py would use for the same address: its `ssl_cert_reqs`, `ssl_ca_certs` and the others."""
    if partes.get("connection_class") is not SSLConnection:
        return None
    opciones = {nombre: valor for nombre, valor in partes.items() if nombre.startswith("ssl_")}
    return SSLConnection(**opciones).ssl_context.get()
