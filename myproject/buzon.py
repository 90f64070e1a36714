"""The mailbox of development, for staff: what the shop would have sent, from the files that Django writes instead."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from csp.constants import SELF
from csp.decorators import csp_update
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from ventas.entrada import leer_pagina

from .correo_en_archivos import Correo, archivos, leer

EN_ARCHIVOS = "django.core.mail.backends.filebased.EmailBackend"
POR_PAGINA = 20
# A mail is somebody else's page: no script, nothing from the network, no form, and links open elsewhere.
CSP_DE_UN_CORREO = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)


def del_personal(vista: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """To all others there is no such page."""

    @never_cache
    @require_safe
    @wraps(vista)
    def envuelta(request: HttpRequest, **kwargs: str | int) -> HttpResponse:
        if not request.user.is_staff:
            raise Http404("For staff alone.")
        return vista(request, **kwargs)

    return envuelta


@del_personal
def lista(request: HttpRequest) -> HttpResponse:
    """The newest first, a page at a time; or why there is nothing to see."""
    if settings.EMAIL_BACKEND != EN_ARCHIVOS:
        return render(request, "buzon/lista.html", {"en_archivos": False})
    pagina = leer_pagina(request, archivos(), POR_PAGINA)
    correos = [correo for archivo in pagina for correo in reversed(leer(archivo.name))]
    contexto = {
        "en_archivos": True,
        "pagina": pagina,
        "correos": correos,
        "carpeta": settings.EMAIL_FILE_PATH,
    }
    return render(request, "buzon/lista.html", contexto)


@csp_update({"frame-src": [SELF]})
@del_personal
def correo(request: HttpRequest, archivo: str, numero: int) -> HttpResponse:
    return render(request, "buzon/correo.html", {"correo": _buscar(archivo, numero)})


@xframe_options_sameorigin
@del_personal
def pagina_del_correo(request: HttpRequest, archivo: str, numero: int) -> HttpResponse:
    """The mail's own HTML, for the frame of its page."""
    html = _buscar(archivo, numero).html
    if html is None:
        raise Http404("This mail has no HTML.")
    return HttpResponse(html, headers={"Content-Security-Policy": CSP_DE_UN_CORREO})


@del_personal
def adjunto(request: HttpRequest, archivo: str, numero: int, cual: int) -> HttpResponse:
    """One attachment, always as a download and never as what it says it is."""
    adjuntos = _buscar(archivo, numero).adjuntos
    if cual >= len(adjuntos):
        raise Http404("No such attachment.")
    disposicion = (
        content_disposition_header(as_attachment=True, filename=adjuntos[cual].nombre) or "attachment"
    )
    return HttpResponse(
        adjuntos[cual].contenido,
        content_type="application/octet-stream",
        headers={"Content-Disposition": disposicion},
    )


def _buscar(archivo: str, numero: int) -> Correo:
    correos = leer(archivo) if settings.EMAIL_BACKEND == EN_ARCHIVOS else []
    if numero >= len(correos):
        raise Http404("No such mail.")
    return correos[numero]


urlpatterns = [
    path("", lista, name="buzon"),
    path("<str:archivo>/<int:numero>/", correo, name="buzon_correo"),
    path("<str:archivo>/<int:numero>/html/", pagina_del_correo, name="buzon_html"),
    path("<str:archivo>/<int:numero>/adjunto/<int:cual>/", adjunto, name="buzon_adjunto"),
]
