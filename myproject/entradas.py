"""Guessing passwords: what django-axes counts by, and what it shows to whoever guessed too often."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from .peticion import direccion, negar


def huella_de_nombre(nombre: str) -> str:
    """Returns what stands for a name that somebody typed, in logs and tables: it may have been a password."""
    return salted_hmac("entradas", nombre, algorithm="sha256").hexdigest()[:16]


def nombre_escrito(request: HttpRequest, credenciales: Mapping[str, Any] | None = None) -> str:
    """Returns the digest by which django-axes counts."""
    return huella_de_nombre(str((credenciales or request.POST).get("username") or ""))


def direccion_de_entrada(request: HttpRequest) -> str | None:
    """Returns the address by which django-axes counts; None where there is none."""
    return direccion(request) or None


def pagina_de_bloqueo(
    request: HttpRequest, respuesta: HttpResponse | None = None, credenciales: object = None
) -> HttpResponse:
    """What takes the place of the form: when to come back, and that nothing was lost."""
    mensaje = _("Demasiados intentos fallidos. Espera un minuto y vuelve a entrar; tu cuenta sigue igual.")
    espera = int(settings.AXES_COOLOFF_TIME.total_seconds())
    return negar(
        request,
        "registration/bloqueo.html",
        codigo="demasiados_intentos",
        mensaje=mensaje,
        estado=429,
        espera=espera,
    )
