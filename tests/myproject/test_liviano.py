"""What a socket no longer needs once it is open, and the queue that costs nothing while it is empty."""

from __future__ import annotations

import asyncio
import json
from contextlib import ExitStack, suppress
from types import SimpleNamespace

import pytest

from myproject.liviano import Cola, aligerar
from tests.procesos import Servicio, esperar
from tests.servicio.aparato import enchufar
from tests.servicio.persona import Persona

SOCKETS = 10


async def test_messages_come_in_their_order_and_who_waits_is_woken():
    cola = Cola()
    esperada = asyncio.create_task(cola.get())
    await asyncio.sleep(0)
    for numero in range(3):
        cola.put_nowait(numero)
    assert [await esperada, await cola.get(), cola.qsize(), await cola.get()] == [0, 1, 1, 2]
    assert cola.empty()


async def test_who_gives_up_takes_no_message_along():
    cola = Cola()
    with suppress(TimeoutError):
        await asyncio.wait_for(cola.get(), 0.01)
    esperada = asyncio.create_task(cola.get())
    await asyncio.sleep(0)
    cola.put_nowait("algo")
    esperada.cancel()
    await asyncio.gather(esperada, return_exceptions=True)
    assert await asyncio.wait_for(cola.get(), 1) == "algo"


def test_a_server_that_is_not_known_is_left_as_it_is():
    aligerar(None)
    desconocida = SimpleNamespace(headers=[1])
    aligerar(desconocida)
    assert desconocida.headers == [1]


@pytest.mark.parametrize(
    ("servidor", "de_mas"),
    [
        (
            "daphne",
            ["twisted.web.http.HTTPChannel", "daphne.http_protocol.WebRequest", "asyncio.queues.Queue"],
        ),
        ("uvicorn", ["websockets.http11.Response", "h11._connection.Connection", "asyncio.queues.Queue"]),
    ],
)
def test_open_sockets_keep_nothing_of_their_handshakes(servidor, de_mas):
    aplicacion = "tests.myproject.recuento:application"
    with Servicio(servidor=servidor, aplicacion=aplicacion, demo=True) as servicio, ExitStack() as pila:
        ana = Persona(servicio.url, "ana")
        for _ in range(SOCKETS):
            enchufe = pila.enter_context(enchufar(ana, servicio.ws_url))
            while json.loads(enchufe.recv(timeout=5))["type"] != "sincronizado":
                pass

        def sobran() -> dict[str, int]:
            quedan = json.loads(ana.pedir("/recuento/"))
            assert quedan["notificaciones.sesion.Sesion"] == SOCKETS
            return {clase: quedan[clase] for clase in de_mas if quedan.get(clase, 0) >= SOCKETS}

        # Daphne looks every second which requests are over.
        esperar(lambda: not sobran(), "the handshakes are forgotten", 5)
