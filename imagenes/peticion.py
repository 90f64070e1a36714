"""Reads what a browser asks of the pages of photos."""

from __future__ import annotations

from typing import Any, cast

from django.core.exceptions import BadRequest
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, JsonResponse

IDS_MAXIMOS = 100


def leer_usuario(request: HttpRequest) -> int:
    """Returns who asks. For views that have made sure that somebody is signed in."""
    return cast(int, request.user.pk)


def leer_pagina(request: HttpRequest, filas: QuerySet[Any], cuantas: int) -> Page[Any]:
    """Returns the page of these rows that the address asks for; raises BadRequest where that is no number."""
    pedida = leer_natural("pagina", request.GET.get("pagina", "1"))
    # The last page where there are not so many any more: a photo that was deleted takes its page with it.
    return Paginator(filas, cuantas).get_page(pedida)


def leer_ids(request: HttpRequest) -> list[int]:
    """Returns the ids of `?id=1&id=2`, a hundred at most; raises BadRequest where one is none."""
    return [leer_natural("id", texto) for texto in request.GET.getlist("id")[:IDS_MAXIMOS]]


def leer_natural(nombre: str, texto: str) -> int:
    """Returns a positive whole number that any database can hold; raises BadRequest."""
    if not texto.isascii() or not texto.isdigit() or len(texto) > 18 or int(texto) == 0:
        raise BadRequest(f"{nombre}={texto[:20]!r} is not a positive whole number.")
    return int(texto)


def quiere_json(request: HttpRequest) -> bool:
    """Whether a program asks; a browser that takes anything gets pages."""
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def error_json(codigo: str, mensaje: str, estado: int) -> JsonResponse:
    return JsonResponse({"status": "error", "codigo": codigo, "mensaje": mensaje}, status=estado)
