"""The service, which looks every second whether its sockets may stay: their users every 5 s and their sessions every 30, else."""

from __future__ import annotations

from django.conf import settings

from myproject.asgi import application

settings.NOTIFICACIONES |= {"INTERVALO_RECONCILIACION": 1, "INTERVALO_SESIONES": 1}

__all__ = ["application"]
