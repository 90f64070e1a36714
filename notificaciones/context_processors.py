"""What every page needs for the bell."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext

from .models import Bandeja
from .protocolo import TIPOS


def _configuracion(usuario_id: int) -> dict[str, Any]:
    no_leidas = Bandeja.objects.filter(usuario_id=usuario_id).values_list("no_leidas", flat=True).first()
    return {
        "usuario": usuario_id,
        "ruta": "/ws/notificaciones/",
        "moneda": settings.MONEDA,
        "no_leidas": no_leidas or 0,
        "bandeja": reverse("notificaciones:bandeja"),
        "tipos": {
            nombre: {"etiqueta": gettext(tipo.etiqueta), "severidad": tipo.severidad, "icono": tipo.icono}
            for nombre, tipo in TIPOS.items()
        },
    }


def notificaciones(request: HttpRequest) -> dict[str, Any]:
    """Gives `config_notificaciones` to templates: the configuration of the browser's client, None when anonymous."""
    usuario = getattr(request, "user", None)
    if usuario is None or not usuario.is_authenticated:
        return {"config_notificaciones": None}
    return {"config_notificaciones": _configuracion(usuario.pk)}
