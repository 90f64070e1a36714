"""The ASGI application that Daphne, uvicorn and granian serve: the site and its WebSockets."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "myproject.settings")
django_asgi = get_asgi_application()

from channels.routing import URLRouter  # noqa: E402  (needs Django to be set up)

from myproject import en_daphne, puerta  # noqa: E402
from myproject.aplicacion import Aplicacion  # noqa: E402
from myproject.basura import asentar  # noqa: E402
from myproject.cuentas_demo import negar_cuentas_demo  # noqa: E402
from myproject.cuerpo import LimiteDeCuerpo, limitar_daphne  # noqa: E402
from myproject.retirada import retirada  # noqa: E402
from notificaciones.identidad import con_identidad  # noqa: E402
from notificaciones.origen import OrigenPropio  # noqa: E402
from notificaciones.routing import websocket_urlpatterns  # noqa: E402

negar_cuentas_demo()
en_daphne.adaptar()
puerta.en_daphne()
puerta.en_uvicorn()
limitar_daphne()
application = Aplicacion(
    {
        "http": LimiteDeCuerpo(django_asgi),
        # AllowedHostsOriginValidator(AuthMiddlewareStack(…)) with the whole origin, passes, and sessions that are only read.
        "websocket": OrigenPropio(con_identidad(URLRouter(websocket_urlpatterns))),
    },
    retirada,
)
asentar()
