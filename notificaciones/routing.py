"""WebSocket addresses."""

from channels.security.websocket import WebsocketDenier
from django.urls import path, re_path

from .consumers import NotificacionesConsumer

websocket_urlpatterns = [
    path("ws/notificaciones/", NotificacionesConsumer.as_asgi()),
    # Without it an unknown path is a ValueError, and so a traceback.
    re_path(r"", WebsocketDenier.as_asgi()),
]
