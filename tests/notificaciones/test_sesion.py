"""The stream of one device by itself, with no transport and no Redis: test_sesion_al_azar.py does the same at random."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from django.db import OperationalError

from notificaciones import entrega, servicios
from notificaciones.capa import Evento
from notificaciones.consultas import TRAMO
from notificaciones.hilos import en_hilo
from notificaciones.sesion import SesionTerminada

from .aparatos import Central, avisar, crear_usuario

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
async def ana():
    return await en_hilo(crear_usuario, "ana")


@pytest.fixture
def central(monkeypatch):
    """Hands what is published to the sessions of this test, unless `central.perder` is set."""
    nueva = Central()
    monkeypatch.setattr("notificaciones.entrega.publicar", nueva.publicar)
    return nueva


async def siguiente(tramas: Any) -> dict[str, Any]:
    async with asyncio.timeout(3):
        trama: dict[str, Any] = json.loads(await anext(tramas))
    return trama


async def al_dia(tramas: Any) -> list[dict[str, Any]]:
    """Returns the frames up to `sincronizado`."""
    lista = [await siguiente(tramas)]
    while lista[-1]["type"] != "sincronizado":
        lista.append(await siguiente(tramas))
    return lista


async def test_what_is_published_while_it_reads_the_table_is_sent_once(ana, central):
    sesion = central.sesion(ana, desde=0)
    tramas = sesion.tramas()
    await siguiente(tramas)
    await en_hilo(lambda: [avisar(ana, f"n{i}") for i in range(3)])
    assert (await siguiente(tramas))["type"] == "sincronizado"
    assert [(await siguiente(tramas))["secuencia"] for _ in range(3)] == [1, 2, 3]
    await tramas.aclose()
    assert central.sesiones == []


async def test_it_reads_the_table_only_when_it_is_subscribed(ana, central, monkeypatch):
    """What is published before the subscription stands is in the table by then: nothing falls between the two."""

    async def se_suscribe(usuario_id: int, espera: float) -> None:
        central.perder = True
        await en_hilo(avisar, ana, "entre las dos")
        central.perder = False

    monkeypatch.setattr(central, "confirmar", se_suscribe)
    lista = await al_dia(central.sesion(ana, desde=0).tramas())
    assert [trama["titulo"] for trama in lista if "titulo" in trama] == ["entre las dos"]


async def test_a_later_number_is_a_gap_and_the_gap_is_read_from_the_table(ana, central):
    tramas = central.sesion(ana).tramas()
    await al_dia(tramas)
    central.perder = True
    await en_hilo(avisar, ana, "perdida")
    central.perder = False
    await en_hilo(avisar, ana, "llegada")
    assert [(await siguiente(tramas))["titulo"] for _ in range(2)] == ["perdida", "llegada"]


async def test_what_arrives_in_the_wrong_order_or_twice_is_shown_in_order_and_once(ana, central):
    sesion = central.sesion(ana)
    tramas = sesion.tramas()
    await al_dia(tramas)
    central.perder = True
    await en_hilo(lambda: [avisar(ana, f"n{i}") for i in range(3)])
    for envio in [*reversed(central.perdidos), *central.perdidos]:
        sesion.recibir(Evento(envio.evento()))
    sesion.latir()
    vistas = [await siguiente(tramas) for _ in range(4)]
    assert [trama["secuencia"] for trama in vistas] == [1, 2, 3, 3]
    assert vistas[-1]["type"] == "latido"


async def test_a_full_mailbox_is_emptied_and_the_table_is_read(ana, central, settings):
    settings.NOTIFICACIONES = {"BUZON_MAXIMO": 10, "PAGINA_DE_CAMBIOS": 10}
    sesion = central.sesion(ana)
    tramas = sesion.tramas()
    await al_dia(tramas)
    await en_hilo(lambda: [avisar(ana, f"n{i}") for i in range(35)])
    assert len(sesion._buzon) <= 10
    assert [(await siguiente(tramas))["titulo"] for _ in range(35)] == [f"n{i}" for i in range(35)]


async def test_what_overflows_by_something_ephemeral_is_read_from_the_table_too(ana, central, settings):
    settings.NOTIFICACIONES = {"BUZON_MAXIMO": 3}
    sesion = central.sesion(ana)
    tramas = sesion.tramas()
    await al_dia(tramas)
    await en_hilo(lambda: [avisar(ana, f"n{i}") for i in range(3)])
    sesion.recibir(Evento({"type": "imagen_progreso"}))
    assert [(await siguiente(tramas))["titulo"] for _ in range(3)] == ["n0", "n1", "n2"]


@pytest.mark.parametrize(
    "evento",
    [
        {"type": ["notificacion_trama"]},
        {"type": {}},
        {"type": None},
        {"type": "notificacion_trama", "anterior": 0, "secuencia": "1", "trama": "{}"},
        {"type": "notificacion_trama", "anterior": 0, "secuencia": 9, "trama": None},
        {"type": "notificacion_trama", "anterior": 0, "secuencia": -5, "trama": "{}"},
        {"type": "notificacion_trama", "anterior": 0, "secuencia": 1.5, "trama": "{}"},
        {"type": "sesion_terminada"},
        {"type": "sesion_terminada", "sesion": 7},
        {"type": "sondeo"},
    ],
    ids=repr,
)
async def test_an_event_of_any_shape_is_dropped_and_the_stream_goes_on(ana, central, evento):
    sesion = central.sesion(ana)
    tramas = sesion.tramas()
    await al_dia(tramas)
    sesion.recibir(Evento(evento))
    await en_hilo(avisar, ana)
    assert (await siguiente(tramas))["secuencia"] == sesion.cursor == 1


async def test_a_frame_in_bytes_or_as_text_is_told_as_text_unless_it_can_be_written_at_once(ana, central):
    sesion = central.sesion(ana)
    tramas = sesion.tramas()
    await al_dia(tramas)
    formas = ['{"n":"ñ1"}', '{"n":"ñ2"}'.encode(), '{"n":"ñ3"}'.encode()]
    eventos = [
        Evento({"type": entrega.TRAMA, "anterior": numero, "secuencia": numero + 1, "trama": forma})
        for numero, forma in enumerate(formas)
    ]
    sesion.recibir(eventos[0])
    sesion.recibir(eventos[1])
    assert [await anext(tramas), await anext(tramas)] == ['{"n":"ñ1"}', '{"n":"ñ2"}']
    espera = asyncio.ensure_future(anext(tramas))
    await asyncio.sleep(0)
    escritas: list[str | bytes] = []
    sesion.escribir = lambda trama: escritas.append(trama) or False
    sesion.recibir(eventos[2])
    assert (escritas, await espera) == ([formas[2]], '{"n":"ñ3"}')


async def test_signing_out_is_not_lost_in_a_full_mailbox(ana, central, settings):
    settings.NOTIFICACIONES = {"BUZON_MAXIMO": 10}
    sesion = central.sesion(ana, sesion_django="clave")
    tramas = sesion.tramas()
    await al_dia(tramas)
    sesion.recibir(Evento({"type": entrega.CIERRE, "sesion": entrega.huella("clave")}))
    for _ in range(11):
        sesion.recibir(Evento({"type": "cualquiera"}))
    with pytest.raises(SesionTerminada, match="4401"):
        await siguiente(tramas)


async def test_signing_out_of_another_browser_changes_nothing(ana, central):
    sesion = central.sesion(ana, sesion_django="clave")
    sesion.recibir(Evento({"type": entrega.CIERRE, "sesion": entrega.huella("otra")}))
    assert not sesion.terminada


async def test_it_stops_in_the_middle_of_a_replay_when_the_user_may_not_listen(ana, central):
    await en_hilo(lambda: [avisar(ana) for _ in range(5)])
    sesion = central.sesion(ana, desde=0)
    tramas = sesion.tramas()
    for _ in range(3):
        await siguiente(tramas)
    sesion.terminar(4401)
    with pytest.raises(SesionTerminada, match="4401"):
        await siguiente(tramas)


async def test_a_user_that_was_deleted_meanwhile_is_not_signed_in_any_more(ana, central):
    sesion = central.sesion(ana)
    await en_hilo(ana.delete)
    with pytest.raises(SesionTerminada, match="4401"):
        await siguiente(sesion.tramas())


async def test_a_user_that_was_deleted_while_it_reads_is_not_signed_in_any_more(ana, central):
    await en_hilo(avisar, ana)
    tramas = central.sesion(ana, desde=0).tramas()
    await siguiente(tramas)
    await en_hilo(ana.delete)
    with pytest.raises(SesionTerminada, match="4401"):
        await siguiente(tramas)


async def test_it_waits_for_the_database_as_long_as_it_is_away(ana, central, monkeypatch):
    fallos = [OperationalError("gone"), OperationalError("gone")]

    async def a_ratos(consulta: Any, *args: Any) -> Any:
        if fallos:
            raise fallos.pop()
        return await en_hilo(consulta, *args)

    monkeypatch.setattr("notificaciones.sesion.en_hilo", a_ratos)
    assert (await siguiente(central.sesion(ana).tramas()))["type"] == "connection_established"


async def test_a_heartbeat_is_sent_once_and_only_where_nothing_else_was(ana, central):
    sesion = central.sesion(ana)
    tramas = sesion.tramas()
    await al_dia(tramas)
    sesion.latir()
    await en_hilo(avisar, ana)
    assert (await siguiente(tramas))["type"] == "aviso"
    for _ in range(3):
        sesion.latir()
    assert await siguiente(tramas) == {"type": "latido", "secuencia": 1}
    await en_hilo(avisar, ana)
    assert (await siguiente(tramas))["type"] == "aviso"


@pytest.mark.parametrize("leidas", [11, TRAMO + 1, TRAMO + 11])
async def test_each_comes_once_although_it_was_read_elsewhere_between_two_pages(
    ana, central, settings, leidas
):
    settings.NOTIFICACIONES = {"PAGINA_DE_CAMBIOS": 10}
    filas = await en_hilo(lambda: [avisar(ana, f"n{i}") for i in range(35)])
    tramas = central.sesion(ana, desde=0).tramas()
    primeras = [await siguiente(tramas) for _ in range(leidas)]
    await en_hilo(servicios.marcar_leida, usuario_id=ana.pk, notificacion_id=filas[0].pk)
    resto = await al_dia(tramas)
    todas = primeras + resto
    assert [trama["titulo"] for trama in todas if "titulo" in trama] == [f"n{i}" for i in range(35)]
    assert [trama["ids"] for trama in todas if "ids" in trama] == [[filas[0].pk]]
