"""Passes for clients of the WebSocket that send no cookies: a telephone's application, a page of another origin."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from . import pase


@never_cache
@require_POST
def token(request: HttpRequest) -> HttpResponse:
    """Gives whoever is signed in a pass for one minute; 401 for nobody."""
    clave = request.session.session_key
    if clave is None or not request.user.is_authenticated:
        return HttpResponse(status=401)
    return JsonResponse({"token": pase.emitir(clave), "expira_en": pase.VIGENCIA})
