"""python-socketio with its Redis manager, as an ASGI application: a socket joins the room of its user."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import parse_qs

import socketio

servidor = socketio.AsyncServer(
    async_mode="asgi",
    client_manager=socketio.AsyncRedisManager(os.environ["REDIS_URL"]),
    transports=["websocket"],
)
application = socketio.ASGIApp(servidor)


@servidor.event  # type: ignore[untyped-decorator]
async def connect(sid: str, entorno: dict[str, Any]) -> None:
    """Joins the room of the user that the handshake names."""
    await servidor.enter_room(sid, f"usuario_{parse_qs(entorno['QUERY_STRING'])['usuario'][0]}")
