"""Ana's telephone has no cookies: it asks for a pass, and opens the WebSocket with it, for a minute and for nothing else."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from channels.testing import WebsocketCommunicator
from django.contrib.sessions.models import Session
from django.test import Client

from myproject.asgi import application
from myproject.puerta import PIEZAS_POR_MENSAJE
from notificaciones import pase
from notificaciones.hilos import en_hilo
from tests.procesos import RAIZ

from .aparatos import ORIGEN, crear_usuario, soltar_conexiones

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
async def ana() -> Client:
    """Ana's application, signed in by HTTP."""
    cliente = Client()
    await en_hilo(cliente.force_login, await en_hilo(crear_usuario, "ana"))
    return cliente


def clave_de(cliente: Client) -> str:
    return str(cliente.cookies["sessionid"].value)


def pedir(cliente: Client) -> str:
    respuesta = cliente.post("/notificaciones/token/")
    assert respuesta.status_code == 200
    return str(respuesta.json()["token"])


def enchufe_con(
    *subprotocolos: str, cabeceras: tuple[tuple[bytes, bytes], ...] = ()
) -> WebsocketCommunicator:
    return WebsocketCommunicator(
        application, "/ws/notificaciones/", headers=list(cabeceras), subprotocols=list(subprotocolos)
    )


async def conectar(token: str, *cabeceras: tuple[bytes, bytes]) -> tuple[bool, Any]:
    enchufe = enchufe_con("notificaciones.v1", f"token.{token}", cabeceras=cabeceras)
    aceptado, subprotocolo = await enchufe.connect(timeout=3)
    await enchufe.disconnect(timeout=3)
    await soltar_conexiones()
    return bool(aceptado), subprotocolo


async def test_a_pass_opens_the_socket_without_cookie_or_origin_and_is_not_said_back(ana):
    token = await en_hilo(pedir, ana)
    assert await conectar(token) == (True, "notificaciones.v1")


async def test_it_is_given_to_who_is_signed_in_by_a_form_of_this_site_alone(ana):
    def estados() -> list[int]:
        estricto = Client(enforce_csrf_checks=True)
        estricto.cookies = ana.cookies
        return [
            Client().post("/notificaciones/token/").status_code,
            ana.get("/notificaciones/token/").status_code,
            estricto.post("/notificaciones/token/").status_code,
        ]

    assert await en_hilo(estados) == [401, 405, 403]


async def test_it_says_how_long_it_is_good_for_and_nobody_may_keep_it(ana):
    respuesta = await en_hilo(ana.post, "/notificaciones/token/")
    assert respuesta.json().keys() == {"token", "expira_en"}
    assert respuesta.json()["expira_en"] == 60
    assert "no-store" in respuesta["Cache-Control"]


async def test_it_does_not_show_the_session_that_it_stands_for(ana):
    token = await en_hilo(pedir, ana)
    clave = await en_hilo(clave_de, ana)
    abierto = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    assert clave not in token
    assert clave.encode() not in abierto
    assert clave.encode().hex() not in abierto.hex()


async def test_it_is_made_of_letters_that_a_subprotocol_may_have(ana):
    token = await en_hilo(pedir, ana)
    assert set(token) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")


async def test_after_a_minute_it_opens_nothing(ana):
    clave, ahora = await en_hilo(clave_de, ana), int(time.time())
    for edad, abre in ((59, True), (61, False)):
        token = pase._cifrado().encrypt_at_time(clave.encode(), ahora - edad).decode().rstrip("=")
        assert (await conectar(token))[0] is abre


def _de_otro_fin(clave: str, monkeypatch: pytest.MonkeyPatch) -> str:
    with monkeypatch.context() as otro:
        otro.setattr(pase, "SAL", "notificaciones.otra_cosa")
        return pase.emitir(clave)


@pytest.mark.parametrize(
    "forjar",
    [
        lambda clave, _: "",
        lambda clave, _: clave,
        lambda clave, _: "x" * 140,
        lambda clave, _: "ñ",
        lambda clave, _: pase.emitir(clave)[:-1] + "_",
        lambda clave, _: pase.emitir(clave)[:40],
        lambda clave, _: pase.emitir("nadie" * 6),
        _de_otro_fin,
    ],
    ids=[
        "empty",
        "the session key",
        "noise",
        "no letter",
        "changed",
        "cut",
        "of no session",
        "of another purpose",
    ],
)
async def test_what_is_no_pass_of_ours_is_refused_cookie_or_not(ana, forjar: Callable[..., str], monkeypatch):
    clave = await en_hilo(clave_de, ana)
    cookie = (b"cookie", f"sessionid={clave}".encode())
    assert not (await conectar(forjar(clave, monkeypatch), ORIGEN, cookie))[0]


async def test_a_pass_is_no_cookie(ana):
    token = await en_hilo(pedir, ana)
    enchufe = enchufe_con(cabeceras=(ORIGEN, (b"cookie", f"sessionid={token}".encode())))
    assert not (await enchufe.connect(timeout=3))[0]


async def test_a_page_of_another_origin_may_bring_one(ana):
    """It cannot have asked for it from the browser of somebody else: no other site reads what this one answers."""
    token = await en_hilo(pedir, ana)
    assert (await conectar(token, (b"origin", b"https://app.example")))[0]


async def test_the_keys_before_todays_still_open(ana, settings):
    token, vieja = await en_hilo(pedir, ana), settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "otra-clave-larga-y-nueva", [vieja]
    assert (await conectar(token))[0]
    settings.SECRET_KEY_FALLBACKS = []
    assert not (await conectar(token))[0]


async def test_signing_out_voids_the_pass_and_closes_what_it_opened(ana):
    usado, guardado = await en_hilo(pedir, ana), await en_hilo(pedir, ana)
    enchufe = enchufe_con("notificaciones.v1", f"token.{usado}")
    assert (await enchufe.connect(timeout=3))[0]
    while json.loads(await enchufe.receive_from(3))["type"] != "sincronizado":
        pass
    await en_hilo(ana.post, "/cuentas/logout/")
    assert (await enchufe.receive_output(3)) == {"type": "websocket.close", "code": 4401}
    await enchufe.disconnect(timeout=3)
    assert not (await conectar(guardado))[0]


async def test_a_session_that_ends_unsaid_closes_what_its_pass_opened(ana, settings):
    settings.NOTIFICACIONES = {"INTERVALO_RECONCILIACION": 0.2, "INTERVALO_SESIONES": 1}
    enchufe = enchufe_con("notificaciones.v1", f"token.{await en_hilo(pedir, ana)}")
    assert (await enchufe.connect(timeout=3))[0]
    while json.loads(await enchufe.receive_from(3))["type"] != "sincronizado":
        pass
    await en_hilo(Session.objects.all().delete)
    while (salida := await enchufe.receive_output(5))["type"] != "websocket.close":
        pass
    assert salida["code"] == 4401
    await enchufe.disconnect(timeout=3)
    await soltar_conexiones()


async def test_a_page_may_offer_the_protocol_with_its_cookie_too(ana):
    cookie = (b"cookie", f"sessionid={await en_hilo(clave_de, ana)}".encode())
    for ofrecidos, elegido in (
        (["notificaciones.v1"], "notificaciones.v1"),
        (["graphql-ws"], None),
        ([], None),
    ):
        enchufe = enchufe_con(*ofrecidos, cabeceras=(ORIGEN, cookie))
        assert await enchufe.connect(timeout=3) == (True, elegido)
        await enchufe.disconnect(timeout=3)
    await soltar_conexiones()


def test_the_names_and_numbers_that_are_documented_are_in_force():
    documento = (RAIZ / "docs" / "protocolo.md").read_text()
    assert f'["{pase.SUBPROTOCOLO}", "{pase.PREFIJO}" + token]' in documento
    assert f'"expira_en": {pase.VIGENCIA}}}' in documento
    assert f"more than {PIEZAS_POR_MENSAJE} pieces" in documento
