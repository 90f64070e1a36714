"""The door of real web processes: passes, limits, a database that is away, descriptors that run out, a key that changes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from websockets import Subprotocol
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tests.procesos import Servicio, esperar
from tests.servicio.aparato import enchufar
from tests.servicio.persona import Persona
from tests.servicio.tienda import Tienda, tienda_abierta

LIMITES = {"SOCKETS_POR_DIRECCION": "3", "SOCKETS_POR_PROCESO": "8", "PROXIES_DE_CONFIANZA": "1"}
SALUDO = "connection_established"


@pytest.fixture(scope="module", params=["daphne", "uvicorn"])
def tienda(request: pytest.FixtureRequest) -> Iterator[Tienda]:
    with tienda_abierta(servidor=request.param, entorno=LIMITES) as abierta:
        yield abierta


def llegar(pila: ExitStack, servicio: Servicio, persona: Persona | None = None, **mas: Any) -> Any:
    """Knocks; returns the socket's first frame's type, its close code, or the HTTP status that refused it."""
    cabeceras = {"Cookie": persona.galletas()} if persona else {}
    opciones = {"origin": servicio.url, "proxy": None, "open_timeout": 5, **mas}
    plazo = opciones.pop("plazo", 5)
    cabeceras |= opciones.pop("cabeceras", {})
    try:
        enchufe = pila.enter_context(connect(servicio.ws_url, additional_headers=cabeceras, **opciones))
        return json.loads(enchufe.recv(timeout=plazo))["type"]
    except TimeoutError:
        return "nothing yet"
    except InvalidStatus as rechazo:
        return rechazo.response.status_code
    except ConnectionClosed as cierre:
        return cierre.rcvd.code if cierre.rcvd else 1006


def tocar(servicio: Servicio, persona: Persona) -> Any:
    """Knocks and goes; returns what was answered."""
    with ExitStack() as pila:
        return llegar(pila, servicio, persona, plazo=1)


def entrar(pila: ExitStack, servicio: Servicio, persona: Persona, **mas: Any) -> None:
    """Knocks until there is room: a socket that has just left gives its place back a moment later."""
    esperar(lambda: llegar(pila, servicio, persona, **mas) == SALUDO, f"{persona.nombre} is let in")


def responde(enchufe: ClientConnection) -> bool:
    enchufe.send('{"action": "ping", "ref": "x"}')
    while (dicha := json.loads(enchufe.recv(timeout=5))).get("ref") != "x":
        pass
    return bool(dicha["ok"])


def test_a_pass_opens_a_socket_and_no_log_tells_of_it(tienda):
    token = json.loads(tienda.ana.pedir("/notificaciones/token/", {}))["token"]
    con_pase = {
        "origin": None,
        "subprotocols": [Subprotocol("notificaciones.v1"), Subprotocol(f"token.{token}")],
    }
    with connect(tienda.servicio.ws_url, proxy=None, open_timeout=5, **con_pase) as enchufe:
        assert enchufe.subprotocol == "notificaciones.v1"
        assert json.loads(enchufe.recv(timeout=5))["type"] == SALUDO
    with ExitStack() as pila:
        falso = [Subprotocol("notificaciones.v1"), Subprotocol(f"token.{token[:-4]}aaaa")]
        assert llegar(pila, tienda.servicio, tienda.ana, subprotocols=falso) == 403
    assert token[:20] not in tienda.servicio.registro("web")


def test_the_fourth_socket_of_an_address_is_refused_whatever_it_says_of_itself(tienda):
    def desde(cadena: str) -> dict[str, str]:
        return {"X-Forwarded-For": cadena}

    with ExitStack() as pila:
        for n in range(3):
            entrar(pila, tienda.servicio, tienda.ana, cabeceras=desde(f"9.9.9.{n}, 203.0.113.7"))
        assert llegar(pila, tienda.servicio, tienda.ana, cabeceras=desde("9.9.9.9, 203.0.113.7")) == 429
        entrar(pila, tienda.servicio, tienda.bruno, cabeceras=desde("203.0.113.7, 203.0.113.8"))


def test_a_full_process_says_1013_and_takes_the_next_when_one_has_left(tienda):
    with ExitStack() as pila:
        for n in range(8):
            entrar(pila, tienda.servicio, tienda.ana, cabeceras={"X-Forwarded-For": f"203.0.113.{n}"})
        assert llegar(pila, tienda.servicio, tienda.bruno) == 1013
    esperar(lambda: tocar(tienda.servicio, tienda.bruno) == SALUDO, "there is room again")


def test_while_the_database_is_away_handshakes_get_503_and_open_sockets_stay(tienda):
    base = Path(tienda.servicio.database_url.removeprefix("sqlite:///"))
    aparte = base.with_suffix(".aparte")
    with enchufar(tienda.ana, tienda.servicio.ws_url) as antes:
        json.loads(antes.recv(timeout=5))
        base.rename(aparte)
        base.mkdir()
        try:
            # Connections to SQLite live for a second.
            esperar(lambda: tocar(tienda.servicio, tienda.bruno) == 503, "the handshake gets 503")
        finally:
            base.rmdir()
            aparte.rename(base)
        esperar(lambda: tocar(tienda.servicio, tienda.bruno) == SALUDO, "bruno is let in")
        assert responde(antes)


@pytest.mark.parametrize("servidor", ["daphne", "uvicorn"])
def test_with_a_hundred_descriptors_it_refuses_politely_and_old_sockets_live(servidor):
    servicio = Servicio(demo=True, servidor=servidor, entorno={"SOCKETS_POR_USUARIO": "1000"})
    servicio.partes["web"] = f"prlimit --nofile=100 {servicio.partes['web']}"
    with servicio, ExitStack() as pila:
        ana = Persona(servicio.url, "ana")
        primera = pila.enter_context(enchufar(ana, servicio.ws_url))
        dichas = [llegar(pila, servicio, ana) for _ in range(80)]
        assert set(dichas) == {SALUDO, 1013}
        assert dichas.count(SALUDO) == 35
        assert responde(primera)
        assert ana.pedir("/livez")
        registro = servicio.registro("web")
        assert "takes no more" in registro
        assert "Traceback" not in registro


def test_a_new_key_keeps_ana_and_her_socket_while_the_old_one_is_remembered_and_no_longer():
    vieja, nueva = "la-de-ayer-" * 6, "la-de-hoy-" * 6
    servicio = Servicio(demo=True, entorno={"SECRET_KEY": vieja})

    def reiniciar(**claves: str) -> None:
        servicio.matar("web")
        servicio.entorno.update(claves)
        servicio.lanzar("web")
        esperar(servicio.vive, "the web process is back", 30)

    with servicio:
        tienda = Tienda(servicio)
        with tienda.aparato() as laptop:
            reiniciar(SECRET_KEY=nueva, SECRET_KEY_FALLBACKS=vieja)
            laptop.esperar_trama("sincronizado", cuantas=2)
            tienda.vender()
            tienda.entera(laptop)
        reiniciar(SECRET_KEY_FALLBACKS="")
        assert tocar(servicio, tienda.ana) == 403
