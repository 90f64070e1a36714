"""Lets Daphne send every close code that an application asks for.

Autobahn, under it, keeps 1001 to 2999 for itself and raises: the socket would stay open with nobody writing to it.
"""

from __future__ import annotations

from daphne.ws_protocol import WebSocketProtocol

ESPERA_DEL_CIERRE = 5


def _cerrar(self: WebSocketProtocol, code: int | None = None) -> None:
    # Autobahn's one second is short for a busy client, and a connection dropped with frames unread loses the close code.
    self.closeHandshakeTimeout = ESPERA_DEL_CIERRE
    self.sendCloseFrame(code=1000 if code is None else code)


def permitir_todos() -> None:
    """Makes 1003, 1009 and 1012 reach the client as they do on uvicorn."""
    WebSocketProtocol.serverClose = _cerrar
