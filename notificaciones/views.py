"""The inbox as pages and forms: everything that the live page does, without JavaScript too."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from . import consultas, servicios
from .models import Bandeja, Notificacion
from .protocolo import FILTROS, MAXIMO_ID

POR_PAGINA = 20


def leer_numero(texto: str | None) -> int | None:
    """Returns the whole number, None for nothing. Raises ValueError for what no id or cursor can be."""
    if not texto:
        return None
    if not (texto.isascii() and texto.isdigit() and len(texto) < 20 and int(texto) <= MAXIMO_ID):
        raise ValueError(texto)
    return int(texto)


def _usuario_id(request: HttpRequest) -> int:
    return cast(int, request.user.pk)


@login_required
@require_safe
def bandeja(request: HttpRequest) -> HttpResponse:
    """The inbox, a page at a time, newest first."""
    usuario_id = _usuario_id(request)
    filtro = request.GET.get("filtro", "todas")
    try:
        cursor = leer_numero(request.GET.get("cursor"))
    except ValueError:
        return HttpResponseBadRequest(_("El cursor no es un número."))
    if filtro not in FILTROS:
        return HttpResponseBadRequest(_("No existe ese filtro."))
    pagina = consultas.listar(usuario_id, cursor=cursor, limite=POR_PAGINA, filtro=filtro)
    contexto = {
        "notificaciones": pagina.filas,
        "siguiente": pagina.siguiente,
        "filtro": filtro,
        "bandeja": Bandeja.objects.filter(pk=usuario_id).first() or Bandeja(usuario_id=usuario_id),
    }
    return render(request, "notificaciones/bandeja.html", contexto)


def _hecho(request: HttpRequest) -> HttpResponse:
    """Answers a script with 204, and a form with the way back to where it stood."""
    if "application/json" in request.headers.get("Accept", ""):
        return HttpResponse(status=204)
    volver = request.POST.get("volver", "")
    # redirect() takes the names of views too, and fails for a name of none.
    if not volver.startswith("/") or not url_has_allowed_host_and_scheme(volver, allowed_hosts=None):
        volver = reverse("notificaciones:bandeja")
    return redirect(volver)


def _sobre_una(request: HttpRequest, notificacion_id: int, servicio: Callable[..., bool]) -> HttpResponse:
    deshacer = request.POST.get("deshacer") == "1"
    try:
        servicio(usuario_id=_usuario_id(request), notificacion_id=notificacion_id, deshacer=deshacer)
    except Notificacion.DoesNotExist as error:
        raise Http404 from error
    return _hecho(request)


@require_POST
@login_required
def marcar_leida(request: HttpRequest, notificacion_id: int) -> HttpResponse:
    """Marks one as read, or as unread again with `deshacer=1`."""
    return _sobre_una(request, notificacion_id, servicios.marcar_leida)


@require_POST
@login_required
def archivar(request: HttpRequest, notificacion_id: int) -> HttpResponse:
    """Archives one, or brings it back with `deshacer=1`."""
    return _sobre_una(request, notificacion_id, servicios.archivar)


@require_POST
@login_required
def marcar_todas_leidas(request: HttpRequest) -> HttpResponse:
    """Marks all as read that the page could show: those made up to `hasta_secuencia`."""
    try:
        hasta = leer_numero(request.POST.get("hasta_secuencia"))
    except ValueError:
        return HttpResponseBadRequest(_("La secuencia no es un número."))
    servicios.marcar_todas_leidas(usuario_id=_usuario_id(request), hasta_secuencia=hasta)
    return _hecho(request)
