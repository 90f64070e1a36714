"""A socket that goes away while the server has something to say to it."""

from __future__ import annotations

import asyncio

import pytest

from notificaciones.consumers import NotificacionesConsumer
from notificaciones.hilos import en_hilo

from .aparatos import avisar, crear_usuario

pytestmark = pytest.mark.django_db(transaction=True)


CERRADO = RuntimeError("Attempt to send on a closed protocol")
IDOS = [
    # What Daphne raises between a client's goodbye and the end of its connection, and uvicorn until the goodbye is read.
    CERRADO,
    RuntimeError("Unexpected ASGI message 'websocket.send', after sending 'websocket.close'."),
    # What uvicorn raises for a broken connection, as ASGI asks of a server.
    OSError("disconnected"),
]


async def conversar(usuario, *mensajes, falla, error=CERRADO, calla=False):
    """Runs one socket whose client says these messages; what its server is given to send fails where `falla` says so.

    With `calla` the server notices the end only when the connection is cut.
    """
    enviados = []
    hay_mas = asyncio.Event()

    async def recibir():
        if not por_decir:
            await asyncio.wait_for(hay_mas.wait(), 5)
            return {"type": "websocket.disconnect", "code": 1006}
        return por_decir.pop(0)

    async def enviar(mensaje):
        enviados.append(mensaje)
        if falla(mensaje):
            if not calla:
                hay_mas.set()
            raise error

    por_decir = [{"type": "websocket.connect"}, *mensajes]
    scope = {
        "type": "websocket",
        "user": usuario,
        "headers": [],
        "query_string": b"desde=0",
        "cortar": hay_mas.set,
    }
    await NotificacionesConsumer()(scope, recibir, enviar)
    return enviados


async def test_an_answer_to_somebody_who_has_gone_is_dropped():
    ana = await en_hilo(crear_usuario, "ana")
    ping = {"type": "websocket.receive", "text": '{"action": "ping"}'}
    enviados = await conversar(ana, ping, falla=lambda mensaje: '"respuesta"' in mensaje.get("text", ""))
    assert any('"respuesta"' in mensaje.get("text", "") for mensaje in enviados)


async def test_a_stream_that_cannot_be_sent_ends_its_socket_so_that_the_client_comes_back():
    ana = await en_hilo(crear_usuario, "ana")
    await en_hilo(avisar, ana)
    enviados = await conversar(ana, falla=lambda mensaje: '"aviso"' in mensaje.get("text", ""))
    assert enviados[-1] == {"type": "websocket.close", "code": 1012}


@pytest.mark.parametrize("error", IDOS, ids=lambda error: str(error)[:20])
async def test_a_client_that_has_gone_is_no_trouble(caplog, error):
    ana = await en_hilo(crear_usuario, "ana")
    enviados = await conversar(
        ana, falla=lambda mensaje: '"sincronizado"' in mensaje.get("text", ""), error=error
    )
    assert enviados[-1] == {"type": "websocket.close", "code": 1012}
    assert not caplog.records


async def test_a_client_that_reads_neither_frames_nor_goodbyes_is_cut(monkeypatch):
    """uvicorn closes what does not answer its pings and waits for what is still to be sent: to this one, for ever."""
    monkeypatch.setattr("notificaciones.consumers.ESPERA_DEL_CORTE", 0.2)
    ana = await en_hilo(crear_usuario, "ana")
    async with asyncio.timeout(4):
        await conversar(ana, falla=lambda mensaje: '"sincronizado"' in mensaje.get("text", ""), calla=True)
