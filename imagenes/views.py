"""The pages of one's own photos: upload, gallery, one photo and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from . import servicios
from .errores import ErrorDeImagen, ImagenDesconocida, ProductoDesconocido
from .fichas import Ficha
from .models import LARGO_DE_DESCRIPCION, ImagenUsuario
from .peticion import error_json, leer_ids, leer_pagina, leer_usuario, quiere_json

FOTOS_POR_PAGINA = 24
PRODUCTOS_OFRECIDOS = 500


@login_required
@never_cache
@vary_on_headers("X-Parcial")
@require_safe
def galeria(request: HttpRequest) -> HttpResponse:
    """The user's own photos, the newest first; with the header `X-Parcial: 1` only what changes on the page."""
    pagina = leer_pagina(
        request, ImagenUsuario.objects.filter(usuario_id=leer_usuario(request)), FOTOS_POR_PAGINA
    )
    contexto = {"pagina": pagina, "fichas": [Ficha(imagen) for imagen in pagina]}
    return render(request, _parte(request, "imagenes/_galeria.html", "imagenes/galeria.html"), contexto)


@never_cache
@require_GET
def estado(request: HttpRequest) -> JsonResponse:
    """How these of the user's own photos are: `?id=1&id=2`. Others are left out."""
    if not request.user.is_authenticated:
        return error_json("sin_sesion", _("Entra en tu cuenta."), 401)
    suyas = ImagenUsuario.objects.filter(usuario_id=leer_usuario(request), pk__in=leer_ids(request))
    return JsonResponse({"imagenes": [Ficha(imagen).en_json() for imagen in suyas]})


@login_required
@never_cache
@vary_on_headers("X-Parcial")
@require_safe
def detalle(request: HttpRequest, imagen_id: int) -> HttpResponse:
    """One photo; with the header `X-Parcial: 1` only what changes on the page."""
    return _pagina(request, imagen_id)


def cambio(vista: Callable[[HttpRequest, int], str]) -> Callable[..., HttpResponse]:
    """A POST that changes one's own photo; `vista` returns what was done. A refusal shows the photo and why."""

    @never_cache
    @require_POST
    @wraps(vista)
    def envuelta(request: HttpRequest, imagen_id: int) -> HttpResponse:
        programa = quiere_json(request)
        if not request.user.is_authenticated:
            # Not back to this address: after signing in the browser comes with GET.
            entrar = redirect_to_login(reverse("imagenes:galeria"))
            return error_json("sin_sesion", _("Entra en tu cuenta."), 401) if programa else entrar
        try:
            dicho = vista(request, imagen_id)
        except ErrorDeImagen as error:
            if programa:
                return error_json(error.codigo, error.mensaje, error.estado)
            return _pagina(request, imagen_id, error)
        if programa:
            return JsonResponse({"status": "ok"})
        messages.success(request, dicho)
        return redirect("imagenes:detalle", imagen_id=imagen_id)

    return envuelta


@cambio
def describir(request: HttpRequest, imagen_id: int) -> str:
    descripcion = request.POST.get("descripcion", "")
    servicios.describir(usuario_id=leer_usuario(request), imagen_id=imagen_id, descripcion=descripcion)
    return _("Descripción guardada.")


@cambio
def dar(request: HttpRequest, imagen_id: int) -> str:
    """Gives the photo to a product, or takes it away from it."""
    texto = request.POST.get("producto", "")
    if texto and not (texto.isascii() and texto.isdigit() and len(texto) <= 18):
        raise ProductoDesconocido
    producto_id = int(texto) if texto else None
    servicios.dar_a_producto(usuario_id=leer_usuario(request), imagen_id=imagen_id, producto_id=producto_id)
    return _("La foto ya es de ese producto.") if producto_id else _("La foto ya no es de ningún producto.")


@cambio
def borrar_ubicacion(request: HttpRequest, imagen_id: int) -> str:
    servicios.borrar_ubicacion(usuario_id=leer_usuario(request), imagen_id=imagen_id)
    return _("Ubicación borrada.")


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def borrar(request: HttpRequest, imagen_id: int) -> HttpResponse:
    """Asks, and on POST deletes the photo with all its files."""
    if request.method != "POST":
        return render(request, "imagenes/borrar.html", {"ficha": _propia(request, imagen_id)})
    try:
        servicios.borrar(usuario_id=leer_usuario(request), imagen_id=imagen_id)
    except ImagenDesconocida as error:
        raise Http404(error.mensaje) from None
    messages.success(request, _("Foto borrada."))
    return redirect("imagenes:galeria")


def _propia(request: HttpRequest, imagen_id: int) -> Ficha:
    """Returns the photo, or 404: another's photo and no photo look the same."""
    return Ficha(get_object_or_404(ImagenUsuario, pk=imagen_id, usuario_id=leer_usuario(request)))


def _pagina(request: HttpRequest, imagen_id: int, error: ErrorDeImagen | None = None) -> HttpResponse:
    ficha = _propia(request, imagen_id)
    # Imports between the two apps are not allowed; the user has the products.
    productos: Any = request.user.productos  # type: ignore[union-attr]
    contexto = {
        "ficha": ficha,
        "error": error,
        "descripcion": request.POST.get("descripcion", ficha.imagen.descripcion),
        "productos": productos.order_by("nombre", "pk").only("pk", "nombre")[:PRODUCTOS_OFRECIDOS],
        "maximo_descripcion": LARGO_DE_DESCRIPCION,
    }
    plantilla = _parte(request, "imagenes/_detalle.html", "imagenes/detalle.html")
    return render(request, plantilla, contexto, status=error.estado if error else 200)


def _parte(request: HttpRequest, parte: str, pagina: str) -> str:
    return parte if request.headers.get("X-Parcial") == "1" else pagina
