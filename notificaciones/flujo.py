"""Server-Sent Events for what WebSockets cannot reach: the same session, read with EventSource or curl.

The id of each event is the cursor, so a browser's `Last-Event-ID` resumes by itself.
See https://html.spec.whatwg.org/multipage/server-sent-events.html.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from typing import Any

from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.http import require_GET

from .aforo import AFORO, SinLugar, direccion_contada
from .consumers import leer_cursor, titular
from .hilos import en_hilo
from .protocolo import Cierre
from .reconciliacion import Reconciliador
from .sesion import Sesion, SesionTerminada
from .titular import Titular


class Corriente(StreamingHttpResponse):
    """Closes what it streams as soon as nobody reads it any more: Django leaves that to the collector of garbage."""

    def __init__(self, eventos: AsyncGenerator[str, None], **opciones: Any) -> None:
        super().__init__(eventos, **opciones)
        self._eventos = eventos

    async def __aiter__(self) -> AsyncIterator[Any]:
        async with aclosing(self._eventos):
            async for parte in super().__aiter__():
                yield parte


@require_GET
async def flujo(request: HttpRequest) -> HttpResponseBase:
    """The stream of the signed-in user; 401 for nobody. `?desde=` and `?epoca=` as on the WebSocket."""
    quien = await en_hilo(_titular, request)
    if quien is None:
        return HttpResponse(status=401)
    epoca, _, desde = request.headers.get("Last-Event-ID", "").rpartition(":")
    cursor = leer_cursor(desde or request.GET.get("desde"), epoca or request.GET.get("epoca"))
    cabeceras = {"Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    cortar = request.scope.get("cortar") if isinstance(request, ASGIRequest) else None
    return Corriente(_eventos(quien, cursor, _direccion(request), cortar), headers=cabeceras)


def _titular(request: HttpRequest) -> Titular | None:
    """Read in a thread that gives its connection back: `request.auser()` would keep one as long as the stream lasts."""
    if not request.user.is_authenticated:
        return None
    cliente = f"{request.META.get('REMOTE_ADDR', '?')} {request.headers.get('User-Agent', '')[:120]}"
    return titular(request.user, request.session.session_key, cliente)


def _direccion(request: HttpRequest) -> str | None:
    return direccion_contada(
        request.META.get("REMOTE_ADDR") or "", request.headers.get("X-Forwarded-For", "")
    )


def _fin(codigo: int) -> str:
    return f"event: fin\ndata: {codigo}\n\n"


async def _eventos(
    quien: Titular, cursor: dict[str, Any], direccion: str | None, cortar: Callable[[], None] | None
) -> AsyncGenerator[str, None]:
    try:
        AFORO.entrar(quien.usuario_id, direccion)
    except SinLugar as lleno:
        yield _fin(lleno.codigo or Cierre.SATURADO)
        return
    sesion = Sesion(quien, Reconciliador.de_este_bucle(), **cursor)
    sesion.cortar, reloj = cortar, asyncio.get_running_loop().time
    try:
        async with aclosing(sesion.tramas()) as tramas:
            async for trama in tramas:
                sesion.en_camino_desde = reloj()
                yield f"id: {sesion.epoca}:{sesion.cursor}\ndata: {trama}\n\n"
                sesion.en_camino_desde = None
    except SesionTerminada as fin:
        yield _fin(fin.codigo)
    finally:
        AFORO.salir(quien.usuario_id, direccion)
