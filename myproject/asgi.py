"""The ASGI application that Daphne, uvicorn and granian serve: the site and its WebSockets."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "myproject.settings")
django_asgi = get_asgi_application()

from channels.auth import AuthMiddlewareStack  # noqa: E402  (needs Django to be set up)
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from channels.security.websocket import AllowedHostsOriginValidator  # noqa: E402

from myproject.cierres import permitir_todos  # noqa: E402
from myproject.cuerpo import LimiteDeCuerpo, limitar_daphne  # noqa: E402
from notificaciones.routing import websocket_urlpatterns  # noqa: E402

permitir_todos()
limitar_daphne()
application = ProtocolTypeRouter(
    {
        "http": LimiteDeCuerpo(django_asgi),
        "websocket": AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter(websocket_urlpatterns))),
    }
)
