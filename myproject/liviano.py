"""What servers keep for every socket and need only for its handshake, or for what a socket of ours never does.

Headers stay four times, asyncio's queue is three deques, an event: a quarter of a socket of uvicorn's, a seventh of Daphne's.
"""

from __future__ import annotations

import asyncio
from typing import Any

from daphne.ws_protocol import WebSocketProtocol
from twisted.internet import tcp


class Cola:
    """asyncio.Queue as far as ASGI needs it: without a bound, for one who reads at a time, and nothing while it is empty."""

    __slots__ = ("_espera", "_mensajes")

    def __init__(self) -> None:
        self._mensajes: list[Any] | None = None
        self._espera: asyncio.Future[None] | None = None

    def qsize(self) -> int:
        return len(self._mensajes or ())

    def empty(self) -> bool:
        return self._mensajes is None

    def put_nowait(self, mensaje: Any) -> None:
        """Adds a message, and wakes who waits for one."""
        if self._mensajes is None:
            self._mensajes = []
        self._mensajes.append(mensaje)
        if self._espera is not None and not self._espera.done():
            self._espera.set_result(None)

    async def get(self) -> Any:
        """Returns the oldest message, once there is one."""
        while self._mensajes is None:
            self._espera = asyncio.get_running_loop().create_future()
            await self._espera
        mensaje = self._mensajes.pop(0)
        if not self._mensajes:
            self._mensajes = None
        return mensaje


def aligerar(duena: Any) -> None:
    """Lets go of what the owner of a connection, whose handshake is over, keeps of it. Nothing where the server is not known."""
    if isinstance(duena, WebSocketProtocol):
        _de_daphne(duena)
    elif hasattr(duena, "conn") and hasattr(duena, "response"):
        _de_uvicorn(duena)


def _de_daphne(protocolo: Any) -> None:
    for cabeceras in (protocolo.request.headers, protocolo.http_headers, protocolo.clean_headers):
        cabeceras.clear()
    protocolo.http_request_data = None
    protocolo._transport_details = None
    if isinstance(protocolo.transport, tcp.Connection):
        # Twisted's parser of HTTP, and the request with it: they hear of a full buffer, and have nothing to pause.
        protocolo.transport.unregisterProducer()  # type: ignore[no-untyped-call]


def _de_uvicorn(protocolo: Any) -> None:
    protocolo.request.headers.clear()
    protocolo.request = protocolo.response = None
