"""WebSocket addresses."""

from django.urls import path, re_path

from .consumers import NotificacionesConsumer
from .rechazo import ruta_desconocida

websocket_urlpatterns = [
    path("ws/notificaciones/", NotificacionesConsumer.as_asgi()),
    re_path(r"", ruta_desconocida),  # type: ignore[arg-type]  # an ASGI application, not a view
]
