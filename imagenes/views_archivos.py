"""The files of photos: the original for its owner alone, the public versions for everybody once they may be seen."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.files.base import File
from django.core.files.storage import storages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from .archivos import EXTENSIONES
from .models import TAMANOS, ImagenUsuario
from .peticion import leer_usuario

TIPOS = {"jpg": "image/jpeg", "webp": "image/webp"}
UN_ANO = 365 * 24 * 3600


@login_required
@require_safe
def original(request: HttpRequest, imagen_id: int) -> HttpResponseBase:
    """What was uploaded, as it came, to whoever uploaded it."""
    imagen = get_object_or_404(ImagenUsuario, pk=imagen_id, usuario_id=leer_usuario(request))
    try:
        archivo = _abrir("privadas", imagen.archivo_original.name)
    except OSError:
        return _sin_almacen()
    respuesta = FileResponse(
        archivo,
        content_type=f"image/{imagen.formato.lower()}",
        # To be kept, never to be opened as a page of this site.
        as_attachment=True,
        filename=f"foto_{imagen.pk}.{EXTENSIONES[imagen.formato]}",
    )
    patch_cache_control(respuesta, private=True, no_cache=True)
    return respuesta


@require_safe
def publica(request: HttpRequest, nombre: str, tamano: str, formato: str) -> HttpResponseBase:
    """One version of a photo. Whoever may not see it is told that there is none."""
    if tamano not in TAMANOS or formato not in TIPOS:
        raise Http404("No such version.")
    imagen = get_object_or_404(ImagenUsuario, nombre_publico=nombre)
    # The session is looked at only where it matters: an answer that depends on it is no shared cache's.
    if not imagen.es_publica and not _puede_verla(request, imagen):
        raise Http404("Not to be seen yet.")
    try:
        archivo = _abrir("publicas", imagen.archivo_de(tamano, formato))
    except OSError:
        return _sin_almacen()
    respuesta = FileResponse(archivo, content_type=TIPOS[formato])
    if imagen.es_publica:
        patch_cache_control(respuesta, public=True, max_age=UN_ANO, immutable=True)
    else:
        patch_cache_control(respuesta, private=True, no_store=True)
    return respuesta


def _puede_verla(request: HttpRequest, imagen: ImagenUsuario) -> bool:
    return request.user.is_authenticated and (request.user.is_staff or request.user.pk == imagen.usuario_id)


def _abrir(almacen: str, nombre: str | None) -> File[bytes]:
    if not nombre:
        raise Http404("There is no such file yet.")
    try:
        return storages[almacen].open(nombre, "rb")
    except FileNotFoundError:
        raise Http404(f"The file {nombre} is gone.") from None


def _sin_almacen() -> HttpResponse:
    return HttpResponse(status=503, headers={"Retry-After": "30", "Cache-Control": "no-store"})
