"""The e-mails of the shop: what each says, and to whom. Whether one was sent before is the caller's to know.

Each function returns False where there is nobody to write to, and raises FalloDefinitivo for an address or a message
that the mail server will not take however often it is asked. Any other failure is worth another try.
"""

from __future__ import annotations

import smtplib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any
from urllib.parse import urlsplit

import css_inline
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.core.validators import validate_email
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from colas.tareas import FalloDefinitivo

from . import bajas
from .models import CarritoCompra, LineaCarrito, Producto, ReporteDiario, Venta
from .smtp import entregar, es_definitivo, respuesta
from .textos import nombre_de, una_linea

# Rules for dark screens and narrow ones cannot stand in an attribute.
_estilos = css_inline.CSSInliner(load_remote_stylesheets=False, keep_at_rules=True)


@dataclass(frozen=True, slots=True)
class _Correo:
    """What is sent. `efecto` names it: sent again, it carries the same Message-ID. Names in it are of one line already."""

    efecto: str
    plantilla: str
    asunto: str
    para: Sequence[str]
    contexto: Mapping[str, Any]
    cabeceras: Mapping[str, str] = field(default_factory=dict)
    adjuntos: Sequence[tuple[str, bytes, str]] = ()


def enviar_confirmacion(venta: Venta) -> bool:
    """To the buyer: what was bought, and where to look at it."""
    with _idioma_de_la_tienda():
        return _enviar(
            _Correo(
                efecto=f"venta-{venta.pk}.confirmacion",
                plantilla="confirmacion_compra",
                asunto=_("Tu compra %(numero)s") % {"numero": venta.numero},
                para=[venta.comprador.email],
                contexto={
                    "venta": venta,
                    "descripcion": una_linea(venta.descripcion),
                    "vendedor": nombre_de(venta.vendedor),
                    "nombre": nombre_de(venta.comprador),
                    "enlace": _absoluta("confirmacion_venta", venta.pk),
                },
            )
        )


def enviar_recordatorio(carrito: CarritoCompra) -> bool:
    """To whoever left the cart. Sends nothing to who unsubscribed, nor for an empty cart."""
    lineas = [linea for linea in carrito.lineas.select_related("producto") if linea.producto.activo]
    if not lineas or bajas.hay(carrito.usuario_id):
        return False
    baja = bajas.direccion(carrito.usuario_id)
    with _idioma_de_la_tienda():
        return _enviar(
            _Correo(
                efecto=f"carrito-{carrito.pk}.recordatorio",
                plantilla="recordatorio_carrito",
                asunto=_("Dejaste algo en tu carrito"),
                para=[carrito.usuario.email],
                contexto={
                    "lineas": [_renglon(linea) for linea in lineas],
                    "total": sum(linea.importe for linea in lineas),
                    "nombre": nombre_de(carrito.usuario),
                    "enlace": _absoluta("catalogo"),
                    "baja": baja,
                },
                cabeceras={
                    "List-Unsubscribe": f"<{baja}>",
                    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
                },
            )
        )


def _renglon(linea: LineaCarrito) -> dict[str, Any]:
    return {
        "nombre": una_linea(linea.producto.nombre),
        "cantidad": linea.cantidad,
        "precio": linea.producto.precio,
        "enlace": _absoluta("crear_venta", linea.producto_id),
    }


def enviar_stock_bajo(producto: Producto, cruce: int) -> bool:
    """To the supplier, once for each time that the stock fell below its minimum: `cruce` counts them."""
    if producto.proveedor is None:
        return False
    nombre = una_linea(producto.nombre)
    with _idioma_de_la_tienda():
        return _enviar(
            _Correo(
                efecto=f"stock-bajo-{producto.pk}-{cruce}",
                plantilla="stock_bajo",
                asunto=_("Hay que resurtir: %(producto)s") % {"producto": nombre},
                para=[producto.proveedor.email],
                contexto={
                    "producto": producto,
                    "nombre": nombre,
                    "proveedor": una_linea(producto.proveedor.nombre),
                    "vendedor": nombre_de(producto.vendedor),
                },
            )
        )


def enviar_reporte(reporte: ReporteDiario) -> bool:
    """To the active staff that has an address: the sales of one day, with their table attached."""
    personal = get_user_model()._default_manager.filter(is_active=True, is_staff=True).exclude(email="")
    # One bad address in the list would keep the report from all others.
    para = [correo for correo in personal.order_by("pk").values_list("email", flat=True) if _vale(correo)]
    with reporte.archivo.open("rb") as archivo:
        tabla = archivo.read()
    with _idioma_de_la_tienda():
        return _enviar(
            _Correo(
                efecto=f"reporte-{reporte.dia.isoformat()}",
                plantilla="reporte_diario",
                asunto=_("Ventas del %(dia)s") % {"dia": date_format(reporte.dia, "DATE_FORMAT")},
                para=para,
                contexto={"reporte": reporte},
                adjuntos=[(PurePath(str(reporte.archivo.name)).name, tabla, "text/csv")],
            )
        )


def _enviar(correo: _Correo) -> bool:
    para = [direccion for direccion in correo.para if direccion]
    if not para:
        return False
    for direccion in para:
        if not _vale(direccion):
            raise FalloDefinitivo(f"{direccion!r} is not an e-mail address.")
    mensaje = _componer(correo, para)
    try:
        entregar(mensaje)
    except smtplib.SMTPException as error:
        if es_definitivo(error):
            raise FalloDefinitivo(f"The mail server refused {', '.join(para)}: {respuesta(error)}") from error
        raise
    return True


def _componer(correo: _Correo, para: list[str]) -> EmailMultiAlternatives:
    contexto = {**correo.contexto, "asunto": correo.asunto, "sitio": settings.SITIO_URL}
    mensaje = EmailMultiAlternatives(
        subject=correo.asunto,
        body=render_to_string(f"emails/{correo.plantilla}.txt", contexto),
        to=para,
        headers={
            "Message-ID": f"<{correo.efecto}@{urlsplit(settings.SITIO_URL).hostname}>",
            # Nobody's holiday reply is of use to a shop.
            "Auto-Submitted": "auto-generated",
            **correo.cabeceras,
        },
    )
    html = _estilos.inline(render_to_string(f"emails/{correo.plantilla}.html", contexto))
    mensaje.attach_alternative(html, "text/html")
    for nombre, contenido, tipo in correo.adjuntos:
        mensaje.attach(nombre, contenido, tipo)
    return mensaje


@contextmanager
def _idioma_de_la_tienda() -> Iterator[None]:
    """The shop's language and its zone, whoever's request or worker this is."""
    with translation.override(settings.LANGUAGE_CODE), timezone.override(None):
        yield


def _vale(direccion: str) -> bool:
    try:
        validate_email(direccion)
    except ValidationError:
        return False
    return True


def _absoluta(vista: str, *args: object) -> str:
    return settings.SITIO_URL + reverse(vista, args=args)
