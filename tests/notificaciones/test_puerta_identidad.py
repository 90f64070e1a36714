"""Who knocks: sessions are read as Django reads them, with its old keys, and nothing that happens at the door changes one."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from channels.testing import WebsocketCommunicator
from django.contrib.sessions.models import Session
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from myproject.asgi import application
from notificaciones import identidad
from notificaciones.hilos import en_hilo

from .aparatos import ORIGEN, crear_usuario, galleta, soltar_conexiones

pytestmark = pytest.mark.django_db(transaction=True)
EN_EXTENSION = {"websocket.http.response": {}}


def sesiones() -> list[tuple[str, str, Any]]:
    return list(Session.objects.values_list("session_key", "session_data", "expire_date"))


async def entra(cookie: str) -> bool:
    cabeceras = [ORIGEN, (b"host", b"localhost"), (b"cookie", cookie.encode("latin-1"))]
    enchufe = WebsocketCommunicator(application, "/ws/notificaciones/", headers=cabeceras)
    aceptado, _ = await enchufe.connect(timeout=3)
    await enchufe.disconnect(timeout=3)
    await soltar_conexiones()
    return bool(aceptado)


async def estado_http(cookie: str) -> int:
    """Returns the status of a refused handshake, as a server that can send one shows it."""
    cabeceras = [ORIGEN, (b"cookie", cookie.encode())]
    enchufe = WebsocketCommunicator(application, "/ws/notificaciones/", headers=cabeceras)
    enchufe.scope["extensions"] = EN_EXTENSION
    await enchufe.send_input({"type": "websocket.connect"})
    comienzo = await enchufe.receive_output(3)
    await enchufe.receive_output(3)
    await soltar_conexiones()
    assert (b"retry-after", b"5") in comienzo["headers"]
    return int(comienzo["status"])


@pytest.fixture
async def ana():
    return await en_hilo(crear_usuario, "ana")


async def test_a_rotated_key_keeps_anas_socket_and_her_session(ana, settings):
    vieja = settings.SECRET_KEY
    cookie = await en_hilo(galleta, ana)
    antes = await en_hilo(sesiones)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "otra-clave-larga-y-nueva", [vieja]
    assert await entra(cookie)
    assert await en_hilo(sesiones) == antes


async def test_a_session_that_takes_the_new_key_sends_its_socket_for_the_new_cookie(ana, settings):
    """Django renews it under another name at the next request; to the socket that looks like a session that has ended."""
    settings.NOTIFICACIONES = {"INTERVALO_RECONCILIACION": 0.2, "INTERVALO_SESIONES": 1}
    cliente, vieja = Client(), settings.SECRET_KEY
    await en_hilo(cliente.force_login, ana)
    antes = cliente.cookies["sessionid"].value
    cabeceras = [ORIGEN, (b"cookie", f"sessionid={antes}".encode())]
    enchufe = WebsocketCommunicator(application, "/ws/notificaciones/", headers=cabeceras)
    await enchufe.connect(timeout=3)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "otra-clave-larga-y-nueva", [vieja]
    assert (await en_hilo(cliente.get, "/notificaciones/")).status_code == 200
    nueva = cliente.cookies["sessionid"].value
    assert nueva != antes
    while (salida := await enchufe.receive_output(5))["type"] != "websocket.close":
        pass
    assert salida["code"] == 1012
    await enchufe.disconnect(timeout=3)
    assert await entra(f"sessionid={nueva}")
    assert not await entra(f"sessionid={antes}")


async def test_a_key_that_nobody_remembers_keeps_her_out_and_deletes_nothing(ana, settings):
    cookie = await en_hilo(galleta, ana)
    antes = await en_hilo(sesiones)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "otra-clave-larga-y-nueva", []
    assert not await entra(cookie)
    assert await en_hilo(sesiones) == antes


async def test_a_password_changed_elsewhere_keeps_her_out_and_deletes_nothing(ana):
    cookie = await en_hilo(galleta, ana)
    ana.set_password("otra-clave")
    await en_hilo(ana.save)
    antes = await en_hilo(sesiones)
    assert not await entra(cookie)
    assert await en_hilo(sesiones) == antes


async def test_who_was_deactivated_is_nobody(ana):
    cookie = await en_hilo(galleta, ana)
    ana.is_active = False
    await en_hilo(ana.save)
    assert not await entra(cookie)


async def test_a_session_that_has_expired_is_nobodys(ana):
    cookie = await en_hilo(galleta, ana)
    await en_hilo(Session.objects.update, expire_date=timezone.now() - timedelta(seconds=1))
    assert not await entra(cookie)


@pytest.mark.parametrize(
    "cookie",
    [
        "",
        "sessionid=",
        "sessionid=x",
        "sessionid=" + "a" * 32,
        "otra=1",
        'sessionid="aaaaaaaa\\000"',
        "sessionid=ñandú-ñandú",
    ],
)
async def test_a_cookie_of_no_session_is_nobody_and_no_trouble_of_the_database(cookie, caplog):
    assert not await entra(cookie)
    assert "could not be read" not in caplog.text


@pytest.mark.parametrize("almacen", ["cached_db", "cache", "file", "signed_cookies"])
async def test_sessions_may_be_kept_elsewhere(ana, settings, almacen, tmp_path):
    settings.SESSION_ENGINE, settings.SESSION_FILE_PATH = (
        f"django.contrib.sessions.backends.{almacen}",
        tmp_path,
    )
    cliente = Client()
    await en_hilo(cliente.force_login, ana)
    valor = cliente.cookies["sessionid"].value
    assert await entra(f"sessionid={valor}")
    assert not await entra(f"sessionid={valor[:-4]}aaaa")


def test_handshakes_of_one_moment_read_all_sessions_and_all_users_and_write_nothing(
    django_assert_num_queries,
):
    claves = {
        nombre: galleta(crear_usuario(nombre)).removeprefix("sessionid=") for nombre in ("ana", "carla")
    }
    with django_assert_num_queries(2) as consultas:
        halladas = identidad.usuarios_de([*claves.values(), "de-nadie"])
    assert {clave: usuario.get_username() for clave, usuario in halladas.items()} == {
        claves["ana"]: "ana",
        claves["carla"]: "carla",
    }
    assert all(consulta["sql"].startswith("SELECT") for consulta in consultas.captured_queries)


async def test_nobody_costs_no_query(monkeypatch):
    monkeypatch.setattr(identidad, "en_hilo", None)
    assert not await entra("otra=1")


async def test_while_the_database_is_away_it_says_503_and_to_come_back(ana, monkeypatch, caplog):
    cookie = await en_hilo(galleta, ana)

    def fallar(claves: list[str]) -> None:
        raise OperationalError("gone")

    with monkeypatch.context() as sin_base:
        sin_base.setattr(identidad, "usuarios_de", fallar)
        assert await estado_http(cookie) == 503
    assert "could not be read" in caplog.text
    assert await entra(cookie)


async def test_a_database_that_does_not_answer_holds_no_handshake(ana, monkeypatch):
    cookie = await en_hilo(galleta, ana)
    basta = threading.Event()
    monkeypatch.setattr(identidad, "PLAZO", 0.1)
    monkeypatch.setattr(identidad, "usuarios_de", lambda claves: basta.wait(10) and {})
    try:
        assert await estado_http(cookie) == 503
    finally:
        basta.set()
