"""Refusing a handshake: with the HTTP status that says why, where the server can send one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any

from .registro import problema

Recibir = Callable[[], Awaitable[dict[str, Any]]]
Enviar = Callable[[dict[str, Any]], Awaitable[None]]
SEGUNDOS_PARA_VOLVER = 5


async def rechazar(scope: Mapping[str, Any], send: Enviar, estado: HTTPStatus) -> None:
    """Answers the handshake with that status; a server without ASGI's denial response makes it a 403."""
    # To close before accepting is a 403 everywhere.
    if estado is HTTPStatus.FORBIDDEN or "websocket.http.response" not in (scope.get("extensions") or {}):
        await send({"type": "websocket.close"})
        return
    cabeceras = [(b"content-length", b"0"), (b"connection", b"close")]
    if estado in {HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS}:
        cabeceras.append((b"retry-after", b"%d" % SEGUNDOS_PARA_VOLVER))
    await send({"type": "websocket.http.response.start", "status": int(estado), "headers": cabeceras})
    await send({"type": "websocket.http.response.body", "body": b""})


async def ruta_desconocida(scope: dict[str, Any], receive: Recibir, send: Enviar) -> None:
    """The ASGI application of every WebSocket path that is nobody's: without it the router raises, which is a 500."""
    problema("ruta_desconocida", "Refused a handshake for the unknown path %.80r", scope["path"])
    await rechazar(scope, send, HTTPStatus.NOT_FOUND)
