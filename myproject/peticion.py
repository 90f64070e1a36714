"""Who asks, from where, and whether a program does: for the answers that no view gives."""

from __future__ import annotations

from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from notificaciones.conf import ajustes
from notificaciones.direccion import direccion_del_cliente


def direccion(request: HttpRequest) -> str:
    """Returns the address that limits count; "" where there is none."""
    remota = request.META.get("REMOTE_ADDR") or ""
    reenviada = request.META.get("HTTP_X_FORWARDED_FOR", "")
    return direccion_del_cliente(remota, reenviada, ajustes().PROXIES_DE_CONFIANZA)


def usuario_id(request: HttpRequest) -> str:
    """Returns the id of who is signed in, as the session has it; "" for nobody. The user's row is not read."""
    session = getattr(request, "session", None)
    return "" if session is None else str(session.get(SESSION_KEY, ""))


def pide_json(request: HttpRequest) -> bool:
    """Whether a program asks: it sends JSON, or accepts it before pages."""
    if request.content_type == "application/json":
        return True
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def negar(
    request: HttpRequest, plantilla: str, *, codigo: str, mensaje: str, estado: int, espera: int = 0
) -> HttpResponse:
    """Returns a refusal as a page or as JSON, never stored; `espera` is the seconds of Retry-After."""
    respuesta: HttpResponse
    if pide_json(request):
        datos = {"status": "error", "codigo": codigo, "mensaje": mensaje}
        respuesta = JsonResponse(datos, status=estado)
    else:
        contexto = {"mensaje": mensaje, "espera": espera}
        respuesta = render(request, plantilla, contexto, status=estado)
    respuesta["Cache-Control"] = "no-store"
    if espera:
        respuesta["Retry-After"] = str(espera)
    return respuesta
