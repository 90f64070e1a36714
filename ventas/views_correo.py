"""No more reminders, by a signed link: nobody has to sign in to be left in peace."""

from __future__ import annotations

from django.contrib.auth import get_user_model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from . import bajas


# Exempt: a mail program posts here by itself (RFC 8058), and the signed token says whose wish it is.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def baja_de_correo(request: HttpRequest, ficha: str) -> HttpResponse:
    """A page with a button; its POST, or a mail program's, ends the reminders. Programs that open links change nothing."""
    usuario_id = bajas.leer(ficha)
    if usuario_id is None or not get_user_model()._default_manager.filter(pk=usuario_id).exists():
        raise Http404("No such token.")
    if request.method == "POST":
        bajas.cambiar(usuario_id=usuario_id, recibir=request.POST.get("recibir") == "1")
    return render(request, "ventas/baja.html", {"de_baja": bajas.hay(usuario_id)})
