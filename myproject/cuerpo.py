"""Refuses a body that is too long before it is stored.

Daphne and Django each write all of a body to the disk, and Daphne reads it into memory too, before any view runs: a view's own
limit comes too late. Other servers hand the body over in pieces, and are stopped by `LimiteDeCuerpo` alone.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

from daphne.http_protocol import WebRequest
from twisted.web.http import Request

from imagenes.views_subir import CUERPO_MAXIMO

DE_FOTOS = "/imagenes/subir/"
Suceso = Mapping[str, Any]
Recibir = Callable[[], Awaitable[Suceso]]
Enviar = Callable[[Suceso], Awaitable[None]]

# Django takes 2.5 MB of fields; a purchase and a form of the back office are far below.
DE_LO_DEMAS = 3 * 1024 * 1024
# A connection closed while its client still sends loses the answer: so long, and so much, what comes is thrown away.
CORTESIA = 2
CORTESIA_EN_BYTES = 16 * 1024 * 1024
RESPUESTA = b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


def maximo(ruta: str) -> int:
    """Returns how many bytes a body for this path may have."""
    return CUERPO_MAXIMO if ruta == DE_FOTOS else DE_LO_DEMAS


class LimiteDeCuerpo:
    """An ASGI application around another: 413 for a body that declares too much, or turns out to be too long."""

    def __init__(self, aplicacion: Callable[[dict[str, Any], Recibir, Enviar], Awaitable[None]]) -> None:
        self.aplicacion = aplicacion

    async def __call__(self, scope: dict[str, Any], receive: Recibir, send: Enviar) -> None:
        quedan = maximo(scope["path"])
        if _declarado(scope["headers"]) > quedan:
            await _negar(send)
            return
        excedido = False

        async def recibir() -> Suceso:
            nonlocal quedan, excedido
            if not excedido:
                mensaje = await receive()
                quedan -= len(mensaje.get("body", b""))
                excedido = quedan < 0
            # To Django the client is gone: it forgets what it has stored.
            return {"type": "http.disconnect"} if excedido else mensaje

        await self.aplicacion(scope, recibir, send)
        if excedido:
            await _negar(send)


def _declarado(cabeceras: Iterable[tuple[bytes, bytes]]) -> int:
    textos = [valor for nombre, valor in cabeceras if nombre.lower() == b"content-length"]
    return max((int(texto) for texto in textos if texto.isdigit() and len(texto) < 20), default=0)


async def _negar(send: Enviar) -> None:
    cabeceras = [(b"content-length", b"0"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": cabeceras})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


def _medir(self: Any, length: int | None) -> None:
    Request.gotLength(self, length)  # type: ignore[no-untyped-call]
    # Twisted would read the fields of a form, too, in the event loop: 100 ms for a photo, and nobody asks it for them.
    self._parsePOSTFormSubmission = False
    self.quedan = maximo(self.channel._path.partition(b"?")[0].decode("latin-1"))
    if length is not None and length > self.quedan:
        _cortar(self)


def _guardar(self: Any, data: bytes) -> None:
    cortada = self.quedan < 0
    self.quedan -= len(data)
    if self.quedan >= 0:
        Request.handleContentChunk(self, data)  # type: ignore[no-untyped-call]
    elif not cortada:
        _cortar(self)
    elif self.quedan < -CORTESIA_EN_BYTES:
        self.channel.transport.abortConnection()


def _procesar(self: Any, command: bytes, path: bytes, version: bytes) -> None:
    # Who was refused may have sent all of it in the meantime.
    if self.quedan >= 0:
        Request.requestReceived(self, command, path, version)  # type: ignore[no-untyped-call]


def _cortar(peticion: Any) -> None:
    peticion.quedan = -1
    peticion.channel.transport.write(RESPUESTA)
    peticion.channel.callLater(CORTESIA, peticion.channel.transport.abortConnection)


def limitar_daphne() -> None:
    """Has Daphne measure a body while it arrives, and leave the reading of it to Django."""
    WebRequest.gotLength, WebRequest.handleContentChunk = _medir, _guardar
    WebRequest.requestReceived = _procesar
