"""How many sockets there is room for: of one user, from one address, in this process and under its descriptors."""

from __future__ import annotations

import asyncio
import gc
import json
import resource
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest
from channels.testing import WebsocketCommunicator
from django.test import AsyncClient

from myproject.asgi import application
from notificaciones import aforo
from notificaciones.aforo import AFORO, Aforo, SinLugar, capacidad, direccion_contada
from notificaciones.hilos import en_hilo

from .aparatos import ORIGEN, crear_usuario, galleta, soltar_conexiones


def codigo_de(sala: Aforo, usuario_id: int, direccion: str | None = None) -> int | None:
    with pytest.raises(SinLugar) as lleno:
        sala.entrar(usuario_id, direccion)
    return lleno.value.codigo


def test_who_leaves_gives_the_place_back_and_leaves_nothing_behind(settings):
    settings.NOTIFICACIONES = {"SOCKETS_POR_USUARIO": 1, "SOCKETS_POR_DIRECCION": 1}
    sala = Aforo()
    for _ in range(3):
        sala.entrar(7, "203.0.113.7")
        sala.salir(7, "203.0.113.7")
    assert (sala.dentro, sala._por_usuario, sala._por_direccion) == (0, {}, {})


def test_ana_is_full_and_bruno_is_not(settings):
    settings.NOTIFICACIONES = {"SOCKETS_POR_USUARIO": 2}
    sala = Aforo()
    sala.entrar(1, None)
    sala.entrar(1, None)
    assert codigo_de(sala, 1) == 4409
    sala.entrar(2, None)


def test_an_address_is_full_whoever_comes_from_it(settings):
    settings.NOTIFICACIONES = {"SOCKETS_POR_DIRECCION": 2}
    sala = Aforo()
    sala.entrar(1, "203.0.113.7")
    sala.entrar(2, "203.0.113.7")
    assert codigo_de(sala, 3, "203.0.113.7") is None
    sala.entrar(3, "203.0.113.8")
    sala.entrar(3, None)


def test_a_full_process_sends_everybody_elsewhere(settings):
    settings.NOTIFICACIONES = {"SOCKETS_POR_PROCESO": 1}
    sala = Aforo()
    sala.entrar(1, None)
    assert codigo_de(sala, 2) == 1013


def test_a_refusal_takes_no_place(settings):
    settings.NOTIFICACIONES = {"SOCKETS_POR_USUARIO": 1}
    sala = Aforo()
    sala.entrar(1, "203.0.113.7")
    codigo_de(sala, 1, "203.0.113.7")
    assert (sala.dentro, sala._por_direccion["203.0.113.7"]) == (1, 1)


@pytest.mark.parametrize(
    ("descriptores", "caben"),
    [(100, 36), (1024, 960), (65, 1), (10, 1), (10**6, 10_000), (resource.RLIM_INFINITY, 10_000)],
)
def test_there_are_never_more_sockets_than_descriptors_for_them(monkeypatch, descriptores, caben):
    monkeypatch.setattr(aforo.resource, "getrlimit", lambda cual: (descriptores, 10**6))
    assert capacidad() == caben


@pytest.mark.parametrize(
    ("remota", "reenviada", "proxies", "contada"),
    [
        ("203.0.113.7", "", 1, "203.0.113.7"),
        ("8.8.8.8", "", 0, "8.8.8.8"),
        ("8.8.8.8", "1.1.1.1", 0, "8.8.8.8"),
        ("10.0.0.5", "1.1.1.1", 0, None),
        ("127.0.0.1", "", 0, None),
        ("::1", "", 0, None),
        ("", "", 0, None),
        ("10.0.0.5", "9.9.9.9, 1.1.1.1", 1, "1.1.1.1"),
        ("10.0.0.5", "192.168.1.9", 1, "192.168.1.9"),
    ],
)
def test_a_private_peer_is_everybody_behind_a_proxy_until_proxies_are_told_of(
    settings, remota, reenviada, proxies, contada
):
    settings.NOTIFICACIONES = {"PROXIES_DE_CONFIANZA": proxies}
    assert direccion_contada(remota, reenviada) == contada


@asynccontextmanager
async def abierto(cookie: str, direccion: str = "127.0.0.1", reenviada: str = "") -> AsyncIterator[Any]:
    """Gives the first message of the server to a handshake; the socket is closed when the block ends."""
    cabeceras = [ORIGEN, (b"cookie", cookie.encode()), (b"x-forwarded-for", reenviada.encode())]
    enchufe = WebsocketCommunicator(application, "/ws/notificaciones/", headers=cabeceras)
    enchufe.scope |= {"client": [direccion, 4711], "extensions": {"websocket.http.response": {}}}
    await enchufe.send_input({"type": "websocket.connect"})
    yield [await enchufe.receive_output(3), await enchufe.receive_output(3)]
    await enchufe.disconnect(timeout=3)


def dice(mensajes: list[Any]) -> Any:
    if mensajes[0]["type"] == "websocket.http.response.start":
        return mensajes[0]["status"]
    return mensajes[1].get("code") or json.loads(mensajes[1]["text"])["type"]


SALUDO = "connection_established"


@pytest.mark.django_db(transaction=True)
async def test_each_limit_has_its_own_answer_and_ends_with_the_sockets_that_made_it(settings):
    settings.NOTIFICACIONES = {
        "SOCKETS_POR_USUARIO": 2,
        "SOCKETS_POR_DIRECCION": 3,
        "SOCKETS_POR_PROCESO": 4,
        "PROXIES_DE_CONFIANZA": 1,
    }
    ana, bruno, carla = [
        await en_hilo(galleta, await en_hilo(crear_usuario, nombre)) for nombre in ("ana", "bruno", "carla")
    ]
    oficina, casa = {"reenviada": "9.9.9.9, 203.0.113.7"}, {"reenviada": "203.0.113.7, 203.0.113.8"}
    async with AsyncExitStack() as pila:

        async def llega(cookie: str, **desde: str) -> Any:
            return dice(await pila.enter_async_context(abierto(cookie, **desde)))

        assert [await llega(ana, **oficina), await llega(ana, **oficina)] == [SALUDO, SALUDO]
        assert await llega(ana, **casa) == 4409
        assert await llega(bruno, **oficina) == SALUDO
        assert await llega(carla, **oficina) == 429
        assert await llega(carla, **casa) == SALUDO
        assert await llega(bruno, **casa) == 1013
    async with abierto(ana, **oficina) as mensajes:
        assert dice(mensajes) == SALUDO
    assert AFORO.dentro == 0
    await soltar_conexiones()


@pytest.mark.django_db(transaction=True)
async def test_an_event_stream_takes_a_place_like_a_socket(settings):
    settings.NOTIFICACIONES = {"SOCKETS_POR_USUARIO": 1}
    ana = await en_hilo(crear_usuario, "ana")
    cookie = await en_hilo(galleta, ana)
    cliente = AsyncClient()
    await en_hilo(cliente.force_login, ana)
    async with abierto(cookie):
        partes: Any = (await cliente.get("/notificaciones/flujo/")).streaming_content
        async with asyncio.timeout(3):
            assert [parte async for parte in partes] == [b"event: fin\ndata: 4409\n\n"]
    partes = (await cliente.get("/notificaciones/flujo/")).streaming_content
    assert b"connection_established" in await anext(partes)
    async with abierto(cookie) as mensajes:
        assert dice(mensajes) == 4409
    # What Django's response holds ends with the response.
    del partes
    async with asyncio.timeout(3):
        while AFORO.dentro:
            gc.collect()
            await asyncio.sleep(0.01)
    await soltar_conexiones()
