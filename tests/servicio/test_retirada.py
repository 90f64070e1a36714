"""A web process that is told to end: nobody loses anything, nobody waits long, on Daphne and on uvicorn."""

from __future__ import annotations

import contextlib
import http.client
import json
import signal
import socket
import threading
import time

import pytest
from websockets.exceptions import ConnectionClosed

from tests.procesos import Servicio, esperar

from .aparato import enchufar
from .persona import Persona
from .tienda import tienda_abierta

SALIDA_S = 20


@pytest.fixture(params=["daphne", "uvicorn"])
def tienda(request):
    with tienda_abierta(servidor=request.param) as abierta:
        yield abierta


def despedir(servicio):
    """Sends SIGTERM to the web process and returns it."""
    web = servicio.procesos["web"]
    web.send_signal(signal.SIGTERM)
    return web


def readyz(servicio):
    conexion = http.client.HTTPConnection("127.0.0.1", servicio.puerto, timeout=5)
    try:
        conexion.request("GET", "/readyz")
        respuesta = conexion.getresponse()
        return respuesta.status, json.loads(respuesta.read())
    finally:
        conexion.close()


def hasta_el_cierre(enchufe):
    tramas = []
    with contextlib.suppress(ConnectionClosed):
        while True:
            tramas.append(json.loads(enchufe.recv(timeout=SALIDA_S)))
    return tramas


def plazo_de(tramas):
    return next(trama["en_ms"] for trama in tramas if trama["type"] == "reconectar")


def test_its_sockets_are_told_to_go_and_closed_with_1012_one_after_the_other(tienda):
    with contextlib.ExitStack() as abiertos:
        enchufes = [abiertos.enter_context(enchufar(tienda.ana, tienda.servicio.ws_url)) for _ in range(12)]
        antes = time.monotonic()
        web = despedir(tienda.servicio)
        plazos = [plazo_de(hasta_el_cierre(enchufe)) for enchufe in enchufes]
        assert [enchufe.close_code for enchufe in enchufes] == [1012] * 12
    assert len(set(plazos)) > 3, "They were all sent away at the same moment."
    assert web.wait(SALIDA_S) is not None
    assert time.monotonic() - antes < SALIDA_S


@pytest.mark.parametrize("servidor", ["daphne", "uvicorn"])
def test_it_says_that_it_is_not_ready_and_serves_until_it_is_gone(servidor):
    with (
        tienda_abierta(servidor=servidor, aplicacion="tests.servicio.aplazada:application") as tienda,
        tienda.aparato(),
    ):
        web = despedir(tienda.servicio)
        esperar(lambda: readyz(tienda.servicio)[0] == 503, "readyz says 503", 1.5)
        assert web.wait(SALIDA_S) is not None


def test_a_purchase_that_is_under_way_is_answered(tienda):
    bruno = Persona(tienda.servicio.url, "bruno")
    cuerpo = json.dumps({"producto_id": tienda.taza, "cantidad": 1}).encode()
    cabeceras = [
        "POST /ventas/procesar/ HTTP/1.1",
        f"Host: 127.0.0.1:{tienda.servicio.puerto}",
        f"Cookie: {bruno.galletas()}",
        f"X-CSRFToken: {bruno._galleta('csrftoken')}",
        "Content-Type: application/json",
        f"Content-Length: {len(cuerpo)}",
        "Connection: close",
    ]
    with socket.create_connection(("127.0.0.1", tienda.servicio.puerto), timeout=10) as enchufe:
        enchufe.sendall("\r\n".join([*cabeceras, "", ""]).encode() + cuerpo)
        web = despedir(tienda.servicio)
        respuesta = enchufe.makefile("rb").read()
    assert respuesta.startswith(b"HTTP/1.1 201"), respuesta[:200]
    assert web.wait(SALIDA_S) is not None


def test_with_nobody_there_it_ends_at_once(tienda):
    antes = time.monotonic()
    assert despedir(tienda.servicio).wait(SALIDA_S) is not None
    assert time.monotonic() - antes < 5


def test_a_client_that_does_not_read_does_not_hold_it(tienda):
    with socket.create_connection(("127.0.0.1", tienda.servicio.puerto), timeout=10) as enchufe:
        enchufe.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        lineas = [
            "GET /notificaciones/flujo/ HTTP/1.1",
            f"Host: 127.0.0.1:{tienda.servicio.puerto}",
            f"Cookie: {tienda.ana.galletas()}",
        ]
        enchufe.sendall("\r\n".join([*lineas, "", ""]).encode())
        assert enchufe.recv(100)
        web = despedir(tienda.servicio)
        assert web.wait(SALIDA_S) is not None


def test_a_deploy_of_two_processes_one_after_the_other_loses_nothing(tienda):
    servicio = tienda.servicio
    comun = {"redis_url": servicio.redis_url, "database_url": servicio.database_url}
    with Servicio(**comun, servidor="uvicorn") as otro:
        ws_urls = [servicio.ws_url, otro.ws_url]
        vendiendo = threading.Event()

        def vender():
            bruno = Persona(otro.url, "bruno")
            while not vendiendo.is_set():
                bruno.comprar(tienda.taza)

        with tienda.aparato(ws_urls=ws_urls) as laptop, tienda.aparato(ws_urls=ws_urls[::-1]) as telefono:
            hilo = threading.Thread(target=vender)
            hilo.start()
            try:
                despedir(servicio).wait(SALIDA_S)
                servicio.lanzar("web")
                esperar(servicio.vive, "the first web process is back", 30)
            finally:
                vendiendo.set()
                hilo.join()
            for aparato in (laptop, telefono):
                tienda.entera(aparato)
                assert set(aparato.cierres) <= {1012}
