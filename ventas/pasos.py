"""The steps of a sale, as its row tells them: what is done, what is under way, and what takes longer than it should."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from .models import Venta

PACIENCIA = dt.timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Paso:
    """One step. `nombre` is how frames call it; `estado` is hecho, en_curso, con_retraso or sin_correo."""

    nombre: str
    titulo: str
    estado: str
    texto: str


def pasos_de(venta: Venta, *, usuario_id: int, ahora: dt.datetime) -> list[Paso]:
    """Returns the steps, first to last, as this user reads them."""
    return [
        Paso("confirmada", _("Compra confirmada"), "hecho", _("Hecho")),
        _correo(venta, usuario_id, ahora),
        _paso(
            "factura",
            _("Factura"),
            _("Lista para descargar"),
            hecho=bool(venta.factura),
            venta=venta,
            ahora=ahora,
        ),
    ]


def _correo(venta: Venta, usuario_id: int, ahora: dt.datetime) -> Paso:
    titulo = _("Correo de confirmación")
    if venta.comprador.email or venta.email_enviado:
        return _paso("correo", titulo, _("Enviado"), hecho=venta.email_enviado, venta=venta, ahora=ahora)
    propio = usuario_id == venta.comprador_id
    return Paso("correo", titulo, "sin_correo", _("Sin correo en tu cuenta") if propio else _("Sin correo"))


def _paso(nombre: str, titulo: str, logro: str, *, hecho: bool, venta: Venta, ahora: dt.datetime) -> Paso:
    if hecho:
        return Paso(nombre, titulo, "hecho", logro)
    if ahora - venta.fecha_creacion >= PACIENCIA:
        return Paso(nombre, titulo, "con_retraso", _("Con retraso"))
    return Paso(nombre, titulo, "en_curso", _("En curso"))
