"""Bad frames and bad handshakes on real servers: each gets its answer, and nobody else is disturbed."""

from __future__ import annotations

import json
import socket
import time
from contextlib import suppress

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from tests.procesos import esperar

from .aparato import enchufar
from .tienda import tienda_abierta


@pytest.fixture(scope="module", params=["daphne", "uvicorn"])
def tienda(request):
    with tienda_abierta(servidor=request.param) as abierta:
        yield abierta


def cierre_de(enchufe):
    """Reads to the end of the socket; returns its close code, 1006 for none, and the frames before it."""
    tramas = []
    with suppress(ConnectionClosed):
        while True:
            tramas.append(json.loads(enchufe.recv(timeout=5)))
    return enchufe.close_code, tramas


def respuesta_a(enchufe, texto):
    enchufe.send(texto)
    while (trama := json.loads(enchufe.recv(timeout=5)))["type"] not in {"error", "respuesta"}:
        pass
    return trama


def rechazo(tienda, *, ruta="/ws/notificaciones/", origen=None, galletas=""):
    """Returns the HTTP status that refuses a handshake."""
    url = tienda.servicio.ws_url.replace("/ws/notificaciones/", ruta)
    cabeceras = {"Cookie": galletas} if galletas else {}
    with (
        pytest.raises(InvalidStatus) as caso,
        connect(url, origin=origen, additional_headers=cabeceras, proxy=None, open_timeout=5),
    ):
        pass
    return caso.value.response.status_code


@pytest.mark.parametrize(
    ("datos", "codigo"), [(b"\x00\x01", 1003), ("x" * 20_000, 1009), ("x" * 1_000_000, 1009), ("ñ" * 9_000, 1009)],
    ids=["binary", "20 KB", "1 MB", "18 KB in 9,000 letters"],
)  # fmt: skip
def test_a_frame_that_no_client_sends_closes_with_its_code(tienda, datos, codigo):
    with tienda.aparato() as otra, enchufar(tienda.ana, tienda.servicio.ws_url) as enchufe:
        enchufe.send(datos)
        assert cierre_de(enchufe)[0] == codigo
        tienda.vender()
        otra.esperar_trama("nueva_venta")
        assert otra.cierres == []


@pytest.mark.parametrize(
    ("texto", "codigo"),
    [
        ("", "json_invalido"),
        ("[1]", "json_invalido"),
        ("[" * 10_000, "json_invalido"),
        (json.dumps({"action": "ping", "ref": "\ud800"}), "texto_invalido"),
        (json.dumps({"action": "websocket.disconnect"}), "accion_desconocida"),
        (json.dumps({"action": "marcar_leida", "notificacion_id": 2**70}), "campo_invalido"),
        (json.dumps({"action": "marcar_leida", "notificacion_id": 999_999}), "no_encontrada"),
    ],
    ids=["empty", "a list", "nested", "half a pair", "disconnect", "2**70", "nobody's"],
)
def test_what_the_protocol_does_not_allow_gets_an_error_and_the_socket_lives_on(tienda, texto, codigo):
    with enchufar(tienda.ana, tienda.servicio.ws_url) as enchufe:
        trama = respuesta_a(enchufe, texto)
        assert (trama["type"], trama["codigo"]) == ("error", codigo)
        assert trama["mensaje"]
        assert respuesta_a(enchufe, '{"action": "ping"}')["ok"] is True


def test_200_frames_a_second_are_warned_then_closed_with_4008(tienda):
    with enchufar(tienda.ana, tienda.servicio.ws_url) as enchufe:
        with suppress(ConnectionClosed):
            for _ in range(200):
                enchufe.send('{"action": "ping"}')
                time.sleep(0.001)
        codigo, tramas = cierre_de(enchufe)
        assert codigo == 4008
        assert "demasiadas" in {trama.get("codigo") for trama in tramas}


def test_an_anonymous_handshake_is_refused(tienda):
    assert rechazo(tienda, origen=tienda.servicio.url) == 403


@pytest.mark.parametrize("origen", ["http://evil.example", "null", None, "https://evil.127.0.0.1"])
def test_a_handshake_from_another_site_is_refused(tienda, origen):
    assert rechazo(tienda, origen=origen, galletas=tienda.ana.galletas()) == 403


@pytest.mark.parametrize("ruta", ["/ws/otra/", "/ws/notificaciones/mas/", "/%ff%00", "/"])
def test_an_unknown_path_is_refused_without_a_traceback(tienda, ruta):
    assert rechazo(tienda, ruta=ruta, origen=tienda.servicio.url, galletas=tienda.ana.galletas()) in {
        403,
        404,
    }


def test_a_socket_that_vanishes_leaves_nothing_behind(tienda):
    with enchufar(tienda.ana, tienda.servicio.ws_url) as enchufe:
        enchufe.recv(timeout=5)
        enchufe.socket.shutdown(socket.SHUT_RDWR)
        tienda.vender()

    def sin_sockets():
        return "0 open" in tienda.servicio.manage("explicar_notificacion", str(tienda.creadas()[-1]))

    esperar(sin_sockets, "the vanished socket is gone", 10)


def test_a_client_that_asks_and_vanishes_leaves_no_traceback(tienda):
    for _ in range(5):
        with enchufar(tienda.ana, tienda.servicio.ws_url) as enchufe:
            for _ in range(20):
                enchufe.send('{"action": "listar", "limite": 100}')
            enchufe.socket.shutdown(socket.SHUT_RDWR)
    tienda.vender()


def test_a_client_that_asks_and_says_goodbye_leaves_no_traceback(tienda):
    tienda.vender(5)
    for _ in range(20):
        with enchufar(tienda.ana, tienda.servicio.ws_url) as enchufe:
            for _ in range(20):
                enchufe.send('{"action": "listar", "limite": 100}')
    tienda.vender()
