"""What a client asks for, carried out while the database is slow or away."""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import wait
from threading import Event
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from notificaciones import acciones, consultas
from notificaciones.hilos import ACCIONES as ACCIONES_EN_HILOS
from notificaciones.hilos import en_hilo
from notificaciones.models import Bandeja
from notificaciones.protocolo import ACCIONES, Accion, ErrorDeProtocolo

from .aparatos import Central, avisar, conectado, crear_usuario

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
async def ana():
    return await en_hilo(crear_usuario, "ana")


def test_every_action_of_the_protocol_is_carried_out_by_somebody():
    assert acciones.ACCIONES.keys() == ACCIONES.keys()


async def test_a_listing_says_how_far_the_inbox_was_so_that_later_changes_fit_on_it(ana):
    await en_hilo(lambda: [avisar(ana, f"n{i}") for i in range(3)])
    respuesta = json.loads(str(await acciones.ejecutar(ana.pk, Accion("listar", {"limite": 2}))))
    assert [fila["titulo"] for fila in respuesta["notificaciones"]] == ["n2", "n1"]
    assert (respuesta["secuencia"], respuesta["siguiente"], respuesta["no_leidas"]) == (3, 2, 3)


async def test_an_outage_of_ours_is_told_as_temporary_and_never_closes_the_socket(ana, monkeypatch):
    def caida(*_: Any) -> Any:
        raise OperationalError("gone")

    async with conectado(ana) as aparato:
        monkeypatch.setitem(acciones.ACCIONES, "marcar_vistas", caida)
        for numero in range(15):
            await aparato.pedir(action="marcar_vistas", hasta_secuencia=1, ref=numero)
            error = await aparato.recibir()
            assert (error["codigo"], error["temporal"], error["ref"]) == ("no_disponible", True, numero)


async def test_a_ping_is_answered_while_every_action_waits_for_the_database(ana):
    suelta = Event()
    esperan = [ACCIONES_EN_HILOS.submit(suelta.wait, 10) for _ in range(ACCIONES_EN_HILOS._max_workers)]
    try:
        async with conectado(ana) as aparato:
            await aparato.pedir(action="ping", ref=1)
            assert (await aparato.recibir())["ref"] == 1
    finally:
        suelta.set()
        wait(esperan)


async def test_actions_that_wait_for_a_lock_keep_nobody_else_from_reading(ana):
    carla = await en_hilo(crear_usuario, "carla")
    fila = await en_hilo(avisar, ana)
    await en_hilo(consultas.estado_de, carla.pk)
    bloqueada, suelta = Event(), Event()

    def bloquear() -> None:
        with transaction.atomic():
            Bandeja.objects.select_for_update().get(pk=ana.pk)
            bloqueada.set()
            suelta.wait(10)
        connection.close()

    candado = asyncio.create_task(asyncio.to_thread(bloquear))
    await asyncio.to_thread(bloqueada.wait, 5)
    pedido = Accion("marcar_leida", {"notificacion_id": fila.pk}, ref=1)
    esperan = [asyncio.create_task(acciones.ejecutar(ana.pk, pedido)) for _ in range(8)]
    try:
        await asyncio.sleep(0.2)
        tramas = Central().sesion(carla).tramas()
        async with asyncio.timeout(2):
            assert "connection_established" in await anext(tramas)
        await tramas.aclose()
        assert not any(tarea.done() for tarea in esperan)
    finally:
        suelta.set()
        await candado
    assert all('"ok":true' in str(respuesta) for respuesta in await asyncio.gather(*esperan))


async def test_what_is_of_nobody_is_an_error_with_the_ref(ana):
    with pytest.raises(ErrorDeProtocolo) as error:
        await acciones.ejecutar(ana.pk, Accion("archivar", {"notificacion_id": 1}, ref="r"))
    assert (error.value.codigo, error.value.ref) == ("no_encontrada", "r")
