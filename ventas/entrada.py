"""Reads what a browser or a program sends: anything may come, and only a purchase gets through."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any, cast

from django.core.exceptions import BadRequest
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from .errores import CantidadInvalida, ErrorDeVenta
from .servicios import Pedido, comprobar_cantidad

CUERPO_MAXIMO = 10 * 1024
CLAVE = re.compile(r"[A-Za-z0-9_-]{8,64}")


class TipoNoAdmitido(ErrorDeVenta):
    """The body is not declared as JSON."""

    codigo = "tipo_no_admitido"
    estado = 415


class CuerpoExcesivo(ErrorDeVenta):
    """The body is longer than any purchase."""

    codigo = "cuerpo_excesivo"
    estado = 413


class JsonInvalido(ErrorDeVenta):
    """The body is not an object in strict JSON."""

    codigo = "json_invalido"
    estado = 400


class CampoInvalido(ErrorDeVenta):
    """A field is missing or of the wrong type."""

    codigo = "campo_invalido"
    estado = 400


def leer_pedido(request: HttpRequest) -> Pedido:
    """Returns the purchase in a JSON body; fields that it does not know are ignored."""
    datos = _leer_json(request)
    producto_id = datos.get("producto_id")
    if type(producto_id) is not int:
        raise CampoInvalido(_("producto_id debe ser un número entero."))
    return Pedido(
        producto_id=producto_id,
        cantidad=comprobar_cantidad(datos.get("cantidad")),
        clave=leer_clave(datos.get("clave")),
    )


def leer_usuario(request: HttpRequest) -> int:
    """Returns who asks. For views that have made sure that somebody is signed in."""
    return cast(int, request.user.pk)


def leer_cantidad(texto: str) -> int:
    """Returns the quantity that a form field holds."""
    if not re.fullmatch(r"[0-9]{1,6}", texto.strip(), re.ASCII):
        raise CantidadInvalida
    return comprobar_cantidad(int(texto))


def leer_clave(clave: object) -> str:
    """Returns the idempotency key; "" where there is none."""
    if clave is None:
        return ""
    if not isinstance(clave, str) or not CLAVE.fullmatch(clave):
        raise CampoInvalido(_("clave debe tener de 8 a 64 letras, cifras, guiones o guiones bajos."))
    return clave


def leer_pagina(request: HttpRequest, filas: QuerySet[Any] | Sequence[Any], cuantas: int) -> Page[Any]:
    """Returns the page of these rows that the address asks for; raises BadRequest where that is no number."""
    pedida = request.GET.get("pagina", "1")
    if not pedida.isascii() or not pedida.isdigit() or len(pedida) > 9 or int(pedida) == 0:
        raise BadRequest(f"pagina={pedida[:20]!r} is not a positive whole number.")
    # The last page where there are not so many any more: a bookmark outlives a product.
    return Paginator(filas, cuantas).get_page(pedida)


def _leer_json(request: HttpRequest) -> dict[str, Any]:
    if request.content_type != "application/json":
        raise TipoNoAdmitido(_("Envía la compra como application/json."))
    # Read here and not by request.body: an endless body without a declared length stops at the limit too.
    cuerpo = request.read(CUERPO_MAXIMO + 1)
    if len(cuerpo) > CUERPO_MAXIMO:
        raise CuerpoExcesivo(_("Una compra ocupa 10 KiB como mucho."))
    try:
        datos = json.loads(cuerpo.decode(), parse_constant=_rechazar_constante)
    except (ValueError, RecursionError):
        raise JsonInvalido(_("El cuerpo no es JSON válido.")) from None
    if not isinstance(datos, dict):
        raise JsonInvalido(_("El cuerpo debe ser un objeto JSON."))
    return datos


def _rechazar_constante(nombre: str) -> None:
    raise ValueError(nombre)
