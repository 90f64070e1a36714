"""The log `seguridad`: one line an event, that says who and from where, and nothing that anybody typed."""

from __future__ import annotations

import logging
import time
from threading import Lock

from django.http import HttpRequest
from django.urls import Resolver404, resolve

from .peticion import direccion, usuario_id

logger = logging.getLogger("seguridad")

_candado = Lock()
_ultimas: dict[str, tuple[float, int]] = {}


def suceso(causa: str, detalle: str) -> None:
    """Logs an event of the given cause: at most a line a second of each cause, with how many it stands for."""
    ahora = time.monotonic()
    with _candado:
        ultima, callados = _ultimas.get(causa, (ahora - 1.0, 0))
        if ahora - ultima < 1.0:
            _ultimas[causa] = (ultima, callados + 1)
            return
        _ultimas[causa] = (ahora, 0)
    mas = f" (and {callados} more)" if callados else ""
    logger.warning("%s: %s%s", causa, detalle, mas)


def quien(request: HttpRequest | None) -> str:
    """Returns who asks, from where, and for what, in words of ours."""
    if request is None:
        return "without a request"
    session = getattr(request, "session", None)
    # A log reads no database: who did not matter for the answer is not looked up for the line.
    usuario = usuario_id(request) if session is not None and session.accessed else ""
    return f"{f'user {usuario}' if usuario else 'nobody'} at {direccion(request) or '-'}, {_vista(request)}"


def _vista(request: HttpRequest) -> str:
    # The name of the view and not the path: that is typed by whoever comes.
    try:
        hallada = request.resolver_match or resolve(request.path_info)
    except Resolver404:
        return "no page"
    return f"page {hallada.view_name or '-'}"


class Resumen(logging.Handler):
    """Takes the place of Django's own lines, which quote hosts, paths and reasons, one for each request."""

    def emit(self, record: logging.LogRecord) -> None:
        causa = record.name.rsplit(".", maxsplit=1)[-1]
        suceso(f"refused_{causa}", quien(getattr(record, "request", None)))


class SinNegadas(logging.Filter):
    """Makes events of the requests that were refused; what else was the client's mistake is a line without a traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        estado = getattr(record, "status_code", 500)
        if estado < 500:
            record.exc_info = record.exc_text = None
        if estado not in {403, 429}:
            return True
        suceso(f"refused_{estado}", quien(getattr(record, "request", None)))
        return False
