"""Server-Sent Events from the same session, in the same process."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import Any

import pytest
from django.test import AsyncClient

from notificaciones.aforo import AFORO
from notificaciones.hilos import en_hilo

from .aparatos import avisar, crear_usuario

pytestmark = pytest.mark.django_db(transaction=True)


@asynccontextmanager
async def escuchando(usuario: Any, **cabeceras: str) -> AsyncIterator[Any]:
    cliente = AsyncClient()
    await en_hilo(cliente.force_login, usuario)
    respuesta: Any = await cliente.get("/notificaciones/flujo/", headers=cabeceras)
    assert respuesta["Content-Type"] == "text/event-stream"
    partes = aiter(respuesta)

    async def siguiente() -> tuple[str, dict[str, Any]]:
        async with asyncio.timeout(3):
            lineas = (await anext(partes)).decode().splitlines()
        return lineas[0].removeprefix("id: "), json.loads(lineas[1].removeprefix("data: "))

    try:
        yield siguiente
    finally:
        await partes.aclose()


async def test_it_streams_what_happens_with_the_cursor_as_id():
    ana = await en_hilo(crear_usuario)
    async with escuchando(ana) as siguiente:
        _, saludo = await siguiente()
        assert (await siguiente())[1]["type"] == "sincronizado"
        await en_hilo(avisar, ana, "Hola")
        cursor, trama = await siguiente()
        assert (cursor, trama["titulo"]) == (f"{saludo['epoca']}:1", "Hola")


async def test_last_event_id_resumes():
    ana = await en_hilo(crear_usuario)
    async with escuchando(ana) as siguiente:
        cursor, _ = await siguiente()
    await en_hilo(lambda: [avisar(ana, f"n{i}") for i in range(3)])
    async with escuchando(ana, last_event_id=cursor) as siguiente:
        assert (await siguiente())[1]["reinicio"] is False
        assert [(await siguiente())[1]["titulo"] for _ in range(3)] == ["n0", "n1", "n2"]


async def test_a_last_event_id_of_another_epoch_starts_anew():
    ana = await en_hilo(crear_usuario)
    async with escuchando(ana, last_event_id="otra:0") as siguiente:
        assert (await siguiente())[1]["reinicio"] is True


async def test_its_place_is_free_as_soon_as_nobody_reads_it():
    ana = await en_hilo(crear_usuario)
    cliente = AsyncClient()
    await en_hilo(cliente.force_login, ana)
    respuesta: Any = await cliente.get("/notificaciones/flujo/")
    antes = AFORO.dentro
    # As Django's handler reads it, to a client that goes while something is being sent to it.
    async with aclosing(aiter(respuesta)) as partes:
        await anext(partes)
        assert AFORO.dentro == antes + 1
    assert AFORO.dentro == antes


async def test_nobody_gets_401():
    respuesta = await AsyncClient().get("/notificaciones/flujo/")
    assert respuesta.status_code == 401
