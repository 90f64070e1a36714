"""What Daphne lacks as a server of slow, hostile and leaving clients: close codes, and bounds on what it keeps for one.

Daphne writes into memory without end for a client that does not read, and queues without end what one sends that the
application has not asked for. Autobahn, under it, keeps the close codes 1001 to 2999 for itself and raises.
"""

from __future__ import annotations

import asyncio
from typing import Any

from autobahn.twisted import websocket as autobahn_twisted
from autobahn.websocket import protocol as autobahn
from daphne.server import Server
from daphne.ws_protocol import WebSocketProtocol
from twisted.internet import tcp

from notificaciones.protocolo import Cierre

ESPERA_DEL_CIERRE = 5
# Of answers and frames: so much may wait in memory for one connection.
BYTES_POR_ENVIAR = 64 * 1024
# Of a client's frames: nobody who keeps to the limits has so many waiting.
TRAMAS_POR_LEER = 200
PAUSA_MAXIMA = 0.1


def _cerrar(self: WebSocketProtocol, code: int | None = None) -> None:
    # Autobahn's one second is short for a busy client, and a connection dropped with frames unread loses the close code.
    self.closeHandshakeTimeout = ESPERA_DEL_CIERRE
    self.sendCloseFrame(code=1000 if code is None else code)


async def _responder(self: Server, protocolo: Any, mensaje: dict[str, Any]) -> None:
    """Hands a message of the application to its connection; returns when the connection can take the next one."""
    if not _sigue(self, protocolo):
        return
    if mensaje["type"] == "http.response.start":
        try:
            self.check_headers_type(mensaje)
        except ValueError:
            protocolo.basic_error(500, b"Server Error", "Server Error")
            raise
    protocolo.handle_reply(mensaje)
    if _por_enviar(protocolo) > BYTES_POR_ENVIAR:
        await _desahogar(self, protocolo)


async def _desahogar(servidor: Server, protocolo: Any) -> None:
    pausa = 0.0
    while _por_enviar(protocolo) > BYTES_POR_ENVIAR and _sigue(servidor, protocolo):
        # Twisted writes between two turns of the loop: who reads at all is seldom waited for longer.
        await asyncio.sleep(pausa)
        pausa = min(PAUSA_MAXIMA, pausa * 2 or 0.001)


def _sigue(servidor: Server, protocolo: Any) -> bool:
    detalles = servidor.connections.get(protocolo)
    return detalles is not None and "disconnected" not in detalles


def _por_enviar(protocolo: Any) -> int:
    transporte = protocolo.transport
    # Over TLS, what is counted is what is under it.
    transporte = getattr(transporte, "transport", transporte)
    if not isinstance(transporte, tcp.Connection):
        return 0
    return len(transporte.dataBuffer) - transporte.offset + transporte._tempDataLen


def _recibir(self: WebSocketProtocol, payload: bytes, isBinary: bool) -> None:
    if not self.muted and self.application_queue.qsize() >= TRAMAS_POR_LEER:
        self.serverClose(Cierre.DEMASIADAS)
        self.muted = True
        self.application_queue.put_nowait({"type": "websocket.disconnect", "code": Cierre.DEMASIADAS})
    _al_recibir(self, payload, isBinary)


_al_recibir = WebSocketProtocol.onMessage


def _nada(*_: object) -> str:
    return ""


def adaptar() -> None:
    """Makes 1003, 1009 and 1012 reach the client as they do on uvicorn, and each connection cost a bounded amount of memory."""
    # Texts for a log that Daphne throws away: the settings of each connection among them, 0.4 ms to print.
    for modulo in (autobahn_twisted, autobahn):
        for nombre in ("hltype", "hlval", "pformat"):
            vars(modulo)[nombre] = _nada
    WebSocketProtocol.serverClose = _cerrar
    WebSocketProtocol.onMessage = _recibir
    Server.handle_reply = _responder
