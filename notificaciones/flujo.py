"""Server-Sent Events for what WebSockets cannot reach: the same session, read with EventSource or curl.

The id of each event is the cursor, so a browser's `Last-Event-ID` resumes by itself.
See https://html.spec.whatwg.org/multipage/server-sent-events.html.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.http import require_GET

from .consumers import leer_cursor, titular
from .reconciliacion import Reconciliador
from .sesion import Sesion, SesionTerminada, Titular


@require_GET
async def flujo(request: HttpRequest) -> HttpResponseBase:
    """The stream of the signed-in user; 401 for nobody. `?desde=` and `?epoca=` as on the WebSocket."""
    usuario = await request.auser()
    if not usuario.is_authenticated:
        return HttpResponse(status=401)
    epoca, _, desde = request.headers.get("Last-Event-ID", "").rpartition(":")
    cursor = leer_cursor(desde or request.GET.get("desde"), epoca or request.GET.get("epoca"))
    cliente = f"{request.META.get('REMOTE_ADDR', '?')} {request.headers.get('User-Agent', '')[:120]}"
    quien = titular(usuario, request.session.session_key, cliente)
    cabeceras = {"Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingHttpResponse(_eventos(quien, cursor), headers=cabeceras)


async def _eventos(quien: Titular, cursor: dict[str, Any]) -> AsyncGenerator[str, None]:
    sesion = Sesion(quien, Reconciliador.de_este_bucle(), **cursor)
    try:
        async with aclosing(sesion.tramas()) as tramas:
            async for trama in tramas:
                yield f"id: {sesion.epoca}:{sesion.cursor}\ndata: {trama}\n\n"
    except SesionTerminada as fin:
        yield f"event: fin\ndata: {fin.codigo}\n\n"
