"""Signing out closes the sockets of that browser session, wherever they are."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest

from . import entrega


@receiver(user_logged_out)
def cerrar_sockets(sender: Any, request: HttpRequest | None, user: Any, **_: object) -> None:
    """Tells every web process; without Redis, reconciliation finds the missing session."""
    clave = getattr(getattr(request, "session", None), "session_key", None)
    if user is not None and clave:
        entrega.terminar_sesion(user.pk, clave)
