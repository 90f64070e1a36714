"""What ana's browser would never send, on real servers: each row has its answer, and carla's socket never notices."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from notificaciones.conf import Ajustes
from notificaciones.protocolo import ACCIONES, MAXIMO_BYTES
from tests.procesos import esperar
from tests.servicio.aparato import Aparato, enchufar
from tests.servicio.persona import Persona
from tests.servicio.tienda import Tienda, tienda_abierta

from .enchufe_crudo import BINARIO, CONTINUACION, FIN, TEXTO, Crudo, crudo, trama

RUTA = b"/ws/notificaciones/"


@pytest.fixture(scope="module", params=["daphne", "uvicorn"])
def tienda(request: pytest.FixtureRequest) -> Iterator[Tienda]:
    with tienda_abierta(servidor=request.param) as abierta:
        yield abierta
        registro = abierta.servicio.registro("web")
        # Neither a server that takes a refusal for forgetfulness, nor a stream that ends otherwise than its socket.
        assert "without completing handshake" not in registro
        assert "The stream of user" not in registro


@pytest.fixture(scope="module")
def carla(tienda: Tienda) -> Iterator[Aparato]:
    """Her device listens all the while, and still can be talked to at the end."""
    with tienda.aparato(de=Persona(tienda.servicio.url, "carla")) as aparato:
        yield aparato
        aparato.pedir(action="ping", ref="al final")
        aparato.esperar_trama("respuesta")


@pytest.fixture(autouse=True)
def _carla_ni_se_entera(carla: Aparato) -> Iterator[None]:
    yield
    assert carla.cierres == []
    assert carla.fallos == []


def respuesta_a(enchufe: ClientConnection, texto: str) -> dict[str, Any]:
    enchufe.send(texto)
    while True:
        dicha: dict[str, Any] = json.loads(enchufe.recv(timeout=5))
        if dicha["type"] in {"error", "respuesta"}:
            return dicha


def cierre_de(enchufe: ClientConnection) -> tuple[int | None, list[dict[str, Any]]]:
    """Reads to the end of the socket; returns its close code and the frames before it."""
    tramas = []
    with suppress(ConnectionClosed):
        while True:
            tramas.append(json.loads(enchufe.recv(timeout=5)))
    return enchufe.close_code, tramas


def galleta(tienda: Tienda) -> dict[str, str]:
    return {"Cookie": tienda.ana.galletas()}


def saludo(enchufe: Crudo, tienda: Tienda, **cabeceras: str) -> int:
    propias = {"Origin": tienda.servicio.url, **galleta(tienda), **cabeceras}
    return enchufe.saludar(RUTA, propias)


def marcar(identidad: str) -> str:
    return f'{{"action": "marcar_leida", "notificacion_id": {identidad}}}'


NO_SON_JSON = {
    "cut off": '{"id":',
    "empty": "",
    "a list": "[1]",
    "a text": '"x"',
    "null": "null",
    # As deep as a frame can be; deeper ones are too long, and what reads them is tried apart.
    "nested": "[" * MAXIMO_BYTES,
    "5,000 digits": f'{{"action": {"9" * 5000}}}',
    "NaN": '{"action": "ping", "ref": NaN}',
    "infinite": '{"action": "ping", "ref": -Infinity}',
}
TEXTOS_MALOS = {
    "half a pair": '{"action": "ping", "ref": "\\ud800"}',
    "half a pair in a name": '{"action": "ping", "\\udfff": 1}',
    "NUL": '{"action": "ping", "ref": "a\\u0000b"}',
}
NADIE_LAS_CONOCE = ("borrar", "websocket.disconnect", "notificacion_nueva", "_x", "dispatch", "close", "")
CAMPOS_MALOS = {
    "missing": '{"action": "marcar_leida"}',
    "extra": '{"action": "ping", "usuario_id": 1}',
    **{
        f"id {valor}": marcar(valor) for valor in ("1.0", "true", '"1"', "-1", "0", "null", "[1]", str(2**63))
    },
    "limite 101": '{"action": "listar", "limite": 101}',
    "filtro": '{"action": "listar", "filtro": "__class__"}',
    "ref too long": json.dumps({"action": "ping", "ref": "x" * 65}),
}
FILAS = [
    *((nombre, texto, "json_invalido") for nombre, texto in NO_SON_JSON.items()),
    *((nombre, texto, "texto_invalido") for nombre, texto in TEXTOS_MALOS.items()),
    *((f"action {n!r}", json.dumps({"action": n}), "accion_desconocida") for n in NADIE_LAS_CONOCE),
    ("no action", "{}", "accion_desconocida"),
    ("action is a list", '{"action": ["ping"]}', "accion_desconocida"),
    *((nombre, texto, "campo_invalido") for nombre, texto in CAMPOS_MALOS.items()),
    ("nobody's", marcar("999999"), "no_encontrada"),
]


@pytest.mark.parametrize(("texto", "codigo"), [fila[1:] for fila in FILAS], ids=[fila[0] for fila in FILAS])
def test_it_answers_what_it_does_not_allow_and_the_socket_lives_on(tienda, texto, codigo):
    with enchufar(tienda.ana, tienda.servicio.ws_url) as enchufe:
        error = respuesta_a(enchufe, texto)
        assert (error["type"], error["codigo"], error["temporal"]) == ("error", codigo, False)
        assert error["mensaje"]
        assert respuesta_a(enchufe, '{"action": "ping"}')["ok"] is True


def test_anas_notification_is_for_bruno_as_unknown_as_nobodys(tienda):
    tienda.vender()
    de_ana = tienda.creadas()[-1]
    with enchufar(tienda.bruno, tienda.servicio.ws_url) as enchufe:
        ajena, de_nadie = (respuesta_a(enchufe, marcar(str(numero))) for numero in (de_ana, 999_999))
        assert ajena == de_nadie
        assert ajena["codigo"] == "no_encontrada"
    assert tienda.leer("SELECT leida_en FROM notificaciones_notificacion WHERE id = ?", de_ana) == [(None,)]


def fragmentos(cuantos: int, cada_uno: bytes, *, acaba: bool = True) -> bytes:
    medio = trama(cada_uno, CONTINUACION) * (cuantos - 2)
    return trama(cada_uno, TEXTO) + medio + trama(cada_uno, (FIN if acaba else 0) | CONTINUACION)


CORTADAS = {
    "binary": (trama(b"\x00\x01", FIN | BINARIO), 1003),
    "17 KB": (trama(b"x" * (MAXIMO_BYTES + 1)), 1009),
    "17 KB in 9,000 letters": (trama("ñ".encode() * 9_000), 1009),
    "1 GB declared": (trama(b"x" * 100, declara=2**30), 1009),
    "2 MB declared": (trama(b"x" * 100, declara=2**21), 1009),
    "2**62 declared": (trama(b"x" * 100, declara=2**62), 1009),
    "10,000 fragments": (fragmentos(10_000, b"x"), 1009),
    "10,000 empty fragments": (fragmentos(10_000, b""), 1009),
    "10,000 fragments without end": (fragmentos(10_000, b"x", acaba=False), 1009),
    "no UTF-8": (trama(b"\xed\xa0\x80"), 1007),
    "an opcode of nothing": (trama(b"x", FIN | 3), 1002),
    "a continuation of nothing": (trama(b"x", FIN | CONTINUACION), 1002),
}


@pytest.mark.parametrize(("datos", "codigo"), CORTADAS.values(), ids=CORTADAS)
def test_it_closes_with_the_code_that_says_why(tienda, datos, codigo):
    with crudo(tienda.servicio.url) as enchufe:
        assert saludo(enchufe, tienda) == 101
        enchufe.enviar(datos)
        assert enchufe.cierre() == codigo


def test_a_message_in_a_few_pieces_is_whole(tienda):
    with enchufar(tienda.ana, tienda.servicio.ws_url) as enchufe:
        enchufe.send(['{"action"', ': "pi', 'ng", ', '"ref": 7}'])
        while (dicha := json.loads(enchufe.recv(timeout=5)))["type"] != "respuesta":
            pass
        assert dicha["ref"] == 7


def test_a_frame_of_exactly_16_kib_is_read(tienda):
    relleno = MAXIMO_BYTES - len('{"action": "ping"}')
    with enchufar(tienda.ana, tienda.servicio.ws_url) as enchufe:
        assert respuesta_a(enchufe, '{"action": "ping"}' + " " * relleno)["ok"] is True
        enchufe.send('{"action": "ping"}' + " " * (relleno + 1))
        assert cierre_de(enchufe)[0] == 1009


def test_200_frames_a_second_are_warned_and_then_closed(tienda):
    with enchufar(tienda.ana, tienda.servicio.ws_url) as enchufe:
        with suppress(ConnectionClosed):
            for _ in range(200):
                enchufe.send('{"action": "ping"}')
                time.sleep(0.001)
        codigo, tramas = cierre_de(enchufe)
        assert codigo == 4008
        assert "demasiadas" in {dicha.get("codigo") for dicha in tramas}


def test_the_eleventh_error_of_a_minute_closes(tienda):
    with enchufar(tienda.ana, tienda.servicio.ws_url) as enchufe:
        for _ in range(Ajustes().ERRORES_POR_MINUTO):
            assert respuesta_a(enchufe, "[1]")["codigo"] == "json_invalido"
        enchufe.send("[1]")
        assert cierre_de(enchufe)[0] == 4008


def test_the_twenty_first_socket_of_bruno_is_told_4409_and_the_others_live_on(tienda):
    with ExitStack() as pila:
        abiertos = [pila.enter_context(enchufar(tienda.bruno, tienda.servicio.ws_url)) for _ in range(20)]
        with enchufar(tienda.bruno, tienda.servicio.ws_url) as uno_mas:
            assert cierre_de(uno_mas) == (4409, [])
        assert respuesta_a(abiertos[0], '{"action": "ping"}')["ok"] is True
        abiertos.pop().close()

        def cabe() -> bool:
            with enchufar(tienda.bruno, tienda.servicio.ws_url) as nuevo, suppress(ConnectionClosed):
                return bool(json.loads(nuevo.recv(timeout=5))["type"] == "connection_established")
            return False

        esperar(cabe, "there is room where one has left")


# 127.0.0.1 is this site's name, localhost another of the same machine: allowed as a host, and not this page's origin.
AJENOS = [
    "null",
    "http://evil.example",
    "https://evil.127.0.0.1:{puerto}",
    "https://127.0.0.1:{puerto}",
    "http://127.0.0.1",
    "http://127.0.0.1:1",
    "http://localhost:{puerto}",
    "http://127.0.0.1:{puerto}.evil.example",
    "http://127.0.0.1:{puerto}/",
    "http://ana@127.0.0.1:{puerto}",
    "file://",
]


@pytest.mark.parametrize("origen", AJENOS)
def test_a_page_of_another_origin_is_refused_with_anas_own_cookie(tienda, origen):
    with crudo(tienda.servicio.url) as enchufe:
        estado = saludo(enchufe, tienda, Origin=origen.format(puerto=tienda.servicio.puerto))
        # Autobahn answers for itself where an origin cannot be one.
        assert estado in ({400, 403} if "evil.example" in origen and "{" in origen else {403})


def test_no_origin_at_all_is_refused(tienda):
    with crudo(tienda.servicio.url) as enchufe:
        assert enchufe.saludar(RUTA, galleta(tienda)) == 403


def test_a_name_that_is_not_this_sites_is_refused_even_if_both_agree(tienda):
    with crudo(tienda.servicio.url) as enchufe:
        assert saludo(enchufe, tienda, Host="evil.example", Origin="http://evil.example") == 403


def test_nobody_is_refused(tienda):
    with crudo(tienda.servicio.url) as enchufe:
        assert enchufe.saludar(RUTA, {"Origin": tienda.servicio.url}) == 403


@pytest.mark.parametrize("ruta", [b"/", b"/ws/otra/", b"/ws/notificaciones/mas/", b"/%ff%00", b"/ws/%0d%0aX"])
def test_an_unknown_path_is_404_and_its_odd_bytes_make_no_line_of_their_own(tienda, ruta):
    with crudo(tienda.servicio.url) as enchufe:
        assert enchufe.saludar(ruta, {"Origin": tienda.servicio.url, **galleta(tienda)}) == 404
    lineas = tienda.servicio.registro("web").splitlines()
    assert any("unknown path '/" in linea for linea in lineas)
    assert "X" not in lineas


def test_a_byte_that_no_path_may_have_is_400(tienda):
    with crudo(tienda.servicio.url) as enchufe:
        assert enchufe.saludar(b"/ws/\xff\xfe/", galleta(tienda)) == 400


@pytest.mark.parametrize(
    "cabeceras",
    [
        {"Sec-WebSocket-Protocol": "notificaciones.v1, ñandú"},
        {"Cookie": 'sessionid="aaaaaaaaaaaa\\000"'},
        {"Cookie": "sessionid=" + "x" * 4000},
        {"Cookie": "ñ=;;=;sessionid"},
        {"X-Forwarded-For": "ñ, 1.2.3"},
        {"User-Agent": "ñ\x7f" * 500},
    ],
    ids=lambda cabeceras: next(iter(cabeceras)),
)
def test_a_header_that_nobody_sends_stumbles_over_nothing(tienda, cabeceras):
    with crudo(tienda.servicio.url) as enchufe:
        assert saludo(enchufe, tienda, **cabeceras) in {101, 400, 403, 431}


PARECIDAS = st.dictionaries(
    st.sampled_from(["action", "ref", "notificacion_id", "hasta_secuencia", "cursor", "limite", "filtro"])
    | st.text(max_size=5),
    st.sampled_from([*ACCIONES]) | st.integers() | st.text(max_size=20) | st.none() | st.floats(),
    max_size=4,
).map(json.dumps)


class Charla:
    """Ana's sockets, one after the other: each lives until it is closed."""

    def __init__(self, tienda: Tienda, pila: ExitStack) -> None:
        self._tienda, self._pila, self._dichas = tienda, pila, count()
        self.enchufe: ClientConnection | None = None

    def decir(self, texto: str) -> Iterator[dict[str, Any]]:
        """Sends the text, then a ping; yields what is answered up to the ping's own answer, or to `demasiadas`."""
        if self.enchufe is None:
            self.enchufe = self._pila.enter_context(enchufar(self._tienda.ana, self._tienda.servicio.ws_url))
        enchufe, numero = self.enchufe, next(self._dichas)
        try:
            enchufe.send(texto)
            enchufe.send(json.dumps({"action": "ping", "ref": numero}))
            while (dicha := json.loads(enchufe.recv(timeout=5))).get("ref") != numero:
                yield dicha
                if dicha.get("codigo") == "demasiadas":
                    return
        except ConnectionClosed:
            self.enchufe = None
            yield {"type": "cierre", "codigo": enchufe.close_code}


def test_any_text_gets_an_answer_or_a_close_of_the_table(tienda):
    de_siempre = {
        "connection_established",
        "sincronizado",
        "respuesta",
        "notificacion_actualizada",
        "nueva_venta",
    }
    with ExitStack() as pila:
        charla = Charla(tienda, pila)

        @settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow])
        @given(st.text() | PARECIDAS)
        def probar(texto: str) -> None:
            for dicha in charla.decir(texto):
                if dicha["type"] == "cierre":
                    assert dicha["codigo"] == 4008
                elif dicha["type"] == "error":
                    assert dicha["codigo"] != "no_disponible"
                else:
                    assert dicha["type"] in de_siempre

        probar()
