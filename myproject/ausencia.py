"""What is missing for a moment, the database or file descriptors, told without a traceback each.

A request is answered 503 and when to ask again.
"""

from __future__ import annotations

import logging
import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.defaults import server_error

from notificaciones.registro import problema

from .peticion import pide_json

ESPERA = 5


class SinTropel(logging.Filter):
    """Tells once a second that connections cannot be taken: asyncio says so thousands of times in one turn of the loop."""

    def filter(self, record: logging.LogRecord) -> bool:
        if not record.getMessage().startswith("socket.accept() out of system resource"):
            return True
        problema("sin_descriptores", "No connection can be taken: this process has no file descriptor left")
        return False


def error_del_servidor(request: HttpRequest) -> HttpResponse:
    """Answers in place of a request that failed: 503 where the database did, 500 for all else."""
    error = sys.exc_info()[1]
    if not isinstance(error, OperationalError | InterfaceError):
        return server_error(request)
    problema("base_de_datos", "A request could not be served: %s", error)
    respuesta: HttpResponse
    if pide_json(request):
        mensaje = _("La tienda no puede responder ahora. Vuelve a intentarlo en un momento.")
        respuesta = JsonResponse(
            {"status": "error", "codigo": "no_disponible", "mensaje": mensaje}, status=503
        )
    else:
        # Without the request: what pages are given with it is read from the database.
        respuesta = HttpResponse(render_to_string("500.html"), status=503)
    respuesta["Retry-After"], respuesta["Cache-Control"] = str(ESPERA), "no-store"
    # Django would log each with its traceback; an outage is told once a second.
    respuesta._has_been_logged = True  # type: ignore[attr-defined]
    return respuesta
