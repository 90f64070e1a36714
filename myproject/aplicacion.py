"""The ASGI application with what no part of it can do alone: to cut a connection, and to end without losing anything."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from channels.routing import ProtocolTypeRouter

from .liviano import aligerar
from .retirada import Retirada
from .tubos import tubo

Recibir = Callable[[], Awaitable[dict[str, Any]]]
Enviar = Callable[[dict[str, Any]], Awaitable[None]]


class Aplicacion(ProtocolTypeRouter):
    """Routes by protocol. `retirada` knows what is under way; `scope` carries what cuts its connection, writes to it, and
    lets go of its handshake."""

    def __init__(self, application_mapping: dict[str, Any], retirada: Retirada) -> None:
        super().__init__(application_mapping)
        self._retirada = retirada

    async def __call__(self, scope: dict[str, Any], receive: Recibir, send: Enviar) -> None:
        if scope["type"] == "lifespan":
            await self._vivir(receive, send)
            return
        propietaria = duena(send)
        scope |= {
            "cortar": cortador(propietaria),
            "escribir": tubo(propietaria),
            "aligerar": partial(aligerar, propietaria),
        }
        self._retirada.entrar()
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._retirada.salir()

    async def _vivir(self, receive: Recibir, send: Enviar) -> None:
        """Servers that have a life span say so before the first connection comes, and wait for the end of it."""
        while (mensaje := await receive())["type"] == "lifespan.startup":
            self._retirada.atender_senal()
            await send({"type": "lifespan.startup.complete"})
        await send({"type": f"{mensaje['type']}.complete"})


def duena(send: Enviar) -> Any:
    """Returns the object of the server that owns this connection; None where it cannot be told."""
    # Daphne hands out a method with the connection as its first argument, uvicorn one of the connection itself.
    return send.args[0] if isinstance(send, partial) else getattr(send, "__self__", None)


def cortador(propietaria: Any) -> Callable[[], None] | None:
    """Returns what ends this connection at once, which ASGI cannot say; None on a server that is not known."""
    if not hasattr(propietaria, "transport"):
        return None

    def cortar() -> None:
        transporte = propietaria.transport
        abortar = getattr(transporte, "abortConnection", None) or getattr(transporte, "abort", None)
        if abortar is not None:
            abortar()

    return cortar
