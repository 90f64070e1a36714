"""How many forms one person may send in a minute.

Counted in this process alone, so a request waits for nobody and Redis may be gone; two web processes allow twice as many.
"""

from __future__ import annotations

import math
import time
from collections.abc import Awaitable, Callable
from threading import Lock

from asgiref.sync import iscoroutinefunction, markcoroutinefunction, sync_to_async
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from .peticion import direccion, negar, usuario_id

VENTANA = 60.0
# Somebody with more addresses than this gets rid of counts, of the oldest first; memory stays bounded.
CLAVES_MAXIMAS = 20_000
DE_FOTOS = "/imagenes/"


class Recuento:
    """Counts by key, each in windows of a minute that begin with its first."""

    def __init__(self) -> None:
        self._ventanas: dict[str, tuple[float, int]] = {}
        self._candado = Lock()

    def espera(self, clave: str, maximo: int, ahora: float) -> int:
        """Counts one more; returns 0 where that is within `maximo`, else the seconds until the window ends."""
        with self._candado:
            comienzo, cuantos = self._ventanas.pop(clave, (ahora, 0))
            if ahora - comienzo >= VENTANA:
                comienzo, cuantos = ahora, 0
            if len(self._ventanas) >= CLAVES_MAXIMAS:
                del self._ventanas[next(iter(self._ventanas))]
            self._ventanas[clave] = (comienzo, cuantos + 1)
        return 0 if cuantos < maximo else max(1, math.ceil(comienzo + VENTANA - ahora))


RECUENTO = Recuento()


class LimiteDeEnvios:
    """Middleware: 429 for a POST too many of one user, or of one address where nobody is signed in."""

    sync_capable = async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse | Awaitable[HttpResponse]]) -> None:
        self.get_response = get_response
        self._asincrono = iscoroutinefunction(get_response)
        if self._asincrono:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponse | Awaitable[HttpResponse]:
        if self._asincrono:
            return self._esperar(request)
        return _negar(request) or self.get_response(request)

    async def _esperar(self, request: HttpRequest) -> HttpResponse:
        # In a thread, as the session may be read; only for what is counted at all.
        negada = await sync_to_async(_negar)(request) if request.method == "POST" else None
        return negada or await self.get_response(request)  # type: ignore[misc]


def _negar(request: HttpRequest) -> HttpResponse | None:
    if request.method != "POST":
        return None
    # A person chooses a hundred photos at once, and each is a request.
    de_fotos = request.path_info.startswith(DE_FOTOS)
    maximo = settings.SUBIDAS_POR_MINUTO if de_fotos else settings.ENVIOS_POR_MINUTO
    quien = usuario_id(request)
    de_quien = f"usuario {quien}" if quien else f"direccion {direccion(request)}"
    espera = RECUENTO.espera(f"{DE_FOTOS if de_fotos else ''} {de_quien}", maximo, time.monotonic())
    if not espera:
        return None
    mensaje = _("Demasiados envíos en poco tiempo. Espera un minuto y vuelve a intentarlo.")
    return negar(request, "429.html", codigo="demasiadas", mensaje=mensaje, estado=429, espera=espera)
