"""Our service but for the check of the session: whoever the address names is let in. What connecting itself costs."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

from channels.routing import URLRouter

from bench.pares import sin_filas  # noqa: F401
from myproject.asgi import Aplicacion, OrigenPropio, django_asgi, retirada, websocket_urlpatterns
from notificaciones.rechazo import Enviar, Recibir


class ConUsuario:
    """Puts the user into the scope that the address names."""

    def __init__(self, aplicacion: Any) -> None:
        self._aplicacion = aplicacion

    async def __call__(self, scope: dict[str, Any], receive: Recibir, send: Enviar) -> None:
        from django.contrib.auth.models import User  # noqa: PLC0415  (needs Django to be set up)

        usuario = User(pk=int(parse_qs(scope["query_string"].decode())["usuario"][0]), password="!")
        await self._aplicacion({**scope, "user": usuario}, receive, send)


application = Aplicacion(
    {"http": django_asgi, "websocket": OrigenPropio(ConUsuario(URLRouter(websocket_urlpatterns)))}, retirada
)
