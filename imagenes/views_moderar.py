"""Photos that wait for a person: staff look, approve, or reject with a reason."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from colas.views import solo_personal

from . import servicios
from .errores import ErrorDeImagen
from .fichas import Ficha
from .models import LARGO_DE_MOTIVO, ImagenUsuario, Moderacion, Paso
from .peticion import error_json, leer_pagina, leer_usuario, quiere_json

FOTOS_POR_PAGINA = 12


@solo_personal
@vary_on_headers("X-Parcial")
@require_safe
def moderar(request: HttpRequest) -> HttpResponse:
    """What nobody has decided yet, the oldest first; with the header `X-Parcial: 1` only the photos."""
    return _pagina(request)


def decision(vista: Callable[[HttpRequest, int], str]) -> Callable[..., HttpResponse]:
    """A POST that decides; `vista` returns what was decided."""

    @solo_personal
    @require_POST
    @wraps(vista)
    def envuelta(request: HttpRequest, imagen_id: int) -> HttpResponse:
        try:
            dicho = vista(request, imagen_id)
        except ErrorDeImagen as error:
            if quiere_json(request):
                return error_json(error.codigo, error.mensaje, error.estado)
            if error.estado == 404:
                raise Http404(error.mensaje) from None
            return _pagina(request, error)
        if quiere_json(request):
            return JsonResponse({"status": "ok"})
        messages.success(request, dicho)
        return redirect("imagenes:moderar")

    return envuelta


@decision
def aprobar(request: HttpRequest, imagen_id: int) -> str:
    servicios.aprobar(quien_id=leer_usuario(request), imagen_id=imagen_id)
    return _("Foto aprobada.")


@decision
def rechazar(request: HttpRequest, imagen_id: int) -> str:
    motivo = request.POST.get("motivo", "")
    servicios.rechazar(quien_id=leer_usuario(request), imagen_id=imagen_id, motivo=motivo)
    return _("Foto rechazada.")


def _pagina(request: HttpRequest, error: ErrorDeImagen | None = None) -> HttpResponse:
    # Without versions there is nothing to look at.
    por_revisar = ImagenUsuario.objects.filter(
        moderacion=Moderacion.PENDIENTE, procesamiento_completo=True, paso_miniaturas=Paso.HECHO
    )
    filas = por_revisar.select_related("usuario", "producto").order_by("creada", "pk")
    pagina = leer_pagina(request, filas, FOTOS_POR_PAGINA)
    contexto = {
        "pagina": pagina,
        "fichas": [Ficha(imagen) for imagen in pagina],
        "maximo_motivo": LARGO_DE_MOTIVO,
        "error": error,
    }
    parcial = request.headers.get("X-Parcial") == "1"
    plantilla = "imagenes/_cola.html" if parcial else "imagenes/moderar.html"
    return render(request, plantilla, contexto, status=error.estado if error else 200)
