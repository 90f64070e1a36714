"""Signing out, a new password and a closed account close sockets at once, wherever they are."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.contrib.auth.signals import user_logged_out
from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.http import HttpRequest

from . import entrega


@receiver(user_logged_out)
def cerrar_sockets(sender: Any, request: HttpRequest | None, user: Any, **_: object) -> None:
    """Tells every web process; without Redis, reconciliation finds the missing session."""
    clave = getattr(getattr(request, "session", None), "session_key", None)
    if user is not None and clave:
        entrega.terminar_sesion(user.pk, clave)


@receiver(post_save, sender=settings.AUTH_USER_MODEL)
def revisar_sockets(
    sender: Any, instance: Any, created: bool, update_fields: Collection[str] | None = None, **_: object
) -> None:
    """Has the sockets of an account looked at when it may have got another password, or may not be used any more."""
    if not created and (update_fields is None or {"password", "is_active"} & set(update_fields)):
        transaction.on_commit(lambda: entrega.revisar_titular(instance.pk), robust=True)


@receiver(post_delete, sender=settings.AUTH_USER_MODEL)
def despedir_sockets(sender: Any, instance: Any, **_: object) -> None:
    """Has the sockets of a deleted account closed."""
    usuario_id = instance.pk
    transaction.on_commit(lambda: entrega.revisar_titular(usuario_id), robust=True)
