"""What heals by itself every few seconds, on a real Redis with publishing cut off."""

from __future__ import annotations

import asyncio
import json
import random
from contextlib import aclosing
from threading import Event
from typing import Any

import pytest
from django.contrib.sessions.models import Session

from notificaciones import entrega, reconciliacion, servicios
from notificaciones.consultas import vigencias
from notificaciones.hilos import en_hilo
from notificaciones.models import Bandeja
from notificaciones.reconciliacion import Reconciliador
from notificaciones.sesion import Sesion
from notificaciones.titular import Titular

from .aparatos import avisar, conectado, crear_usuario

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _rapida(settings):
    settings.NOTIFICACIONES = {"INTERVALO_RECONCILIACION": 0.1}


@pytest.fixture
async def ana():
    return await en_hilo(crear_usuario, "ana")


@pytest.fixture
def sin_publicar(monkeypatch):
    monkeypatch.setattr("notificaciones.entrega.publicar", lambda envios: False)


async def test_what_nobody_published_reaches_every_device_once(ana, sin_publicar):
    async with conectado(ana) as telefono, conectado(ana) as laptop:
        await en_hilo(lambda: [avisar(ana, f"n{i}") for i in range(3)])
        for aparato in (telefono, laptop):
            await aparato.hasta_que(lambda aparato=aparato: len(aparato.titulos()) == 3)
            assert aparato.titulos() == ["n0", "n1", "n2"]


async def test_one_query_serves_all_users_of_the_process(ana, monkeypatch):
    carla = await en_hilo(crear_usuario, "carla")
    preguntados: list[list[int]] = []

    def espiar(usuario_ids: Any) -> Any:
        preguntados.append(sorted(usuario_ids))
        return vigencias(usuario_ids)

    monkeypatch.setattr(reconciliacion, "vigencias", espiar)
    async with conectado(ana), conectado(ana), conectado(carla):
        antes = len(preguntados)
        async with asyncio.timeout(10):
            while len(preguntados) < antes + 4:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        # The first of them may have begun before the last one connected.
        assert preguntados[antes + 1 :] == [[ana.pk, carla.pk]] * 3


@pytest.mark.parametrize("cambio", ["contrasena", "baja", "borrada"])
async def test_a_changed_account_is_looked_at_at_once(ana, settings, cambio):
    settings.NOTIFICACIONES = {"INTERVALO_RECONCILIACION": 60}

    def cambiar() -> None:
        ana.is_active = cambio != "baja"
        if cambio == "contrasena":
            ana.set_password("otra-muy-distinta")
        if cambio == "borrada":
            ana.delete()
        else:
            ana.save()

    async with conectado(ana) as aparato:
        await en_hilo(cambiar)
        assert (await aparato.enchufe.receive_output(3))["code"] == 4401


async def test_a_deleted_user_is_closed(ana, sin_publicar):
    async with conectado(ana) as aparato:
        await en_hilo(ana.delete)
        assert (await aparato.enchufe.receive_output(3))["code"] == 4401


async def test_an_inbox_that_began_anew_sends_its_devices_to_begin_anew(ana):
    async with conectado(ana) as aparato:
        await en_hilo(Bandeja.objects.filter(pk=ana.pk).update, epoca="otra")
        assert (await aparato.enchufe.receive_output(3))["code"] == 1012


async def test_an_inbox_that_lost_its_last_changes_sends_its_devices_to_begin_anew(ana):
    """As after a failover to a replica that was behind: what comes next has numbers that the device has seen."""
    async with conectado(ana) as aparato:
        await en_hilo(lambda: [avisar(ana, f"n{i}") for i in range(3)])
        await aparato.hasta_que(lambda: len(aparato.titulos()) == 3)
        await en_hilo(Bandeja.objects.filter(pk=ana.pk).update, ultima_secuencia=1)
        assert (await aparato.enchufe.receive_output(3))["code"] == 1012


async def test_who_comes_in_while_signing_out_is_closed_soon_though_nobody_says_so(ana):
    """The end of a session is told before its row is gone: a socket that joins in between hears nothing of it."""
    async with conectado(ana) as aparato:
        await en_hilo(Session.objects.all().delete)
        assert (await aparato.enchufe.receive_output(3))["code"] == 4401


async def test_it_outlives_whatever_it_meets(ana, sin_publicar, monkeypatch):
    errores = [ValueError("unexpected")]

    def a_ratos(usuario_ids: Any) -> Any:
        if errores:
            raise errores.pop()
        return vigencias(usuario_ids)

    async with conectado(ana) as aparato:
        monkeypatch.setattr(reconciliacion, "vigencias", a_ratos)
        await en_hilo(avisar, ana, "perdida")
        assert (await aparato.recibir())["titulo"] == "perdida"
    assert not errores


async def test_a_database_that_does_not_answer_leaves_the_heart_beating(ana, settings, monkeypatch):
    settings.NOTIFICACIONES = {"INTERVALO_RECONCILIACION": 0.1, "INTERVALO_LATIDO": 0.1}
    responde = Event()
    monkeypatch.setattr(reconciliacion, "PLAZO", 0.2)
    async with conectado(ana) as aparato:
        monkeypatch.setattr(reconciliacion, "vigencias", lambda ids: responde.wait(10) and [])
        try:
            for _ in range(2):
                assert json.loads(await aparato.enchufe.receive_from(timeout=3))["type"] == "latido"
        finally:
            responde.set()


async def test_it_stops_with_its_last_session_and_starts_with_the_next(ana, sin_publicar):
    central = Reconciliador.de_este_bucle()
    async with conectado(ana):
        assert central._tarea is not None
    assert (central._tarea, central._sesiones) == (None, {})
    async with conectado(ana) as aparato:
        await en_hilo(avisar, ana)
        assert (await aparato.recibir())["type"] == "aviso"


async def test_a_storm_of_visits_cut_at_any_moment_leaves_nothing_behind(ana):
    central = Reconciliador.de_este_bucle()
    titular = Titular(ana.pk, contrasena=entrega.huella(ana.password))

    async def visitar() -> None:
        async with aclosing(Sesion(titular, central, desde=0).tramas()) as tramas:
            async for _ in tramas:
                await asyncio.sleep(0)

    for _ in range(5):
        visitas = [asyncio.create_task(visitar()) for _ in range(30)]
        for visita in visitas:
            await asyncio.sleep(random.random() * 0.01)
            visita.cancel()
        await asyncio.gather(*visitas, return_exceptions=True)
    fragmento = entrega.capa().de_este_bucle()._shards[0]
    assert (central._sesiones, central._tarea) == ({}, None)
    assert (entrega.capa().de_este_bucle()._abonados, fragmento._deseados, fragmento._esperas) == (
        {},
        set(),
        {},
    )


async def test_a_change_that_nobody_published_is_told_too(ana, sin_publicar):
    fila = await en_hilo(avisar, ana)
    async with conectado(ana) as aparato:
        await en_hilo(servicios.marcar_leida, usuario_id=ana.pk, notificacion_id=fila.pk)
        assert (await aparato.recibir())["cambios"]["leida"] is True
