"""The service, which compares its sockets with the table once a minute: what is there sooner came live. It goes slowly, too."""

from __future__ import annotations

from django.conf import settings

from myproject.asgi import application
from notificaciones import despedida

settings.NOTIFICACIONES |= {"INTERVALO_RECONCILIACION": 60}
despedida.CORTESIA = 2.0

__all__ = ["application"]
