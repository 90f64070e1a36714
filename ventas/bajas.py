"""Who wants no reminders, and the signed address by which anybody says so without signing in."""

from __future__ import annotations

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from .models import BajaDeCorreo


def direccion(usuario_id: int) -> str:
    """Returns the absolute address that unsubscribes this user."""
    return settings.SITIO_URL + reverse("baja_de_correo", args=[_firma().sign(str(usuario_id))])


def leer(ficha: str) -> int | None:
    """Returns whose token it is, or None for one that we did not sign."""
    try:
        return int(_firma().unsign(ficha))
    except (BadSignature, ValueError):
        return None


def cambiar(*, usuario_id: int, recibir: bool) -> None:
    """Repeated, it changes nothing."""
    if recibir:
        BajaDeCorreo.objects.filter(usuario_id=usuario_id).delete()
    else:
        BajaDeCorreo.objects.get_or_create(usuario_id=usuario_id)


def hay(usuario_id: int) -> bool:
    """Returns whether this user wants no reminders."""
    return BajaDeCorreo.objects.filter(usuario_id=usuario_id).exists()


def _firma() -> Signer:
    # Without an end: a reminder is read, and had enough of, years later too.
    return Signer(salt="ventas.baja", sep=".")
