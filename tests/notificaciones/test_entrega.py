"""The one door out, against the Redis of the test run and against none."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from django.test import override_settings

from notificaciones import entrega
from notificaciones.entrega import Envio
from notificaciones.hilos import en_hilo
from notificaciones.remesa import Remesa
from tests.procesos import Redis

from .aparatos import avisar, conectado, crear_usuario


def capa_en(url: str) -> dict[str, Any]:
    return {"default": {"BACKEND": "notificaciones.capa.CapaRedis", "CONFIG": {"hosts": [{"address": url}]}}}


@pytest.fixture
def sin_redis():
    with override_settings(CHANNEL_LAYERS=capa_en("redis://127.0.0.1:1/0")):
        yield


def envio(**cambios: Any) -> Envio:
    return Envio(**{"usuario_id": 7, "anterior": 0, "secuencia": 1, "trama": "{}", **cambios})


def test_the_group_of_a_user_is_the_contracted_one():
    assert entrega.grupo(7) == "notificaciones_usuario_7"


def test_it_remembers_for_a_while_when_it_handed_a_notification_to_redis():
    assert entrega.publicada_en(4_000_000) is None
    assert entrega.publicar([envio(notificacion_id=4_000_000)]) is True
    cuando = entrega.publicada_en(4_000_000)
    assert cuando is not None
    assert abs(time.time() - cuando.timestamp()) < 5
    segundos = entrega.capa().clientes()[0].ttl(entrega.clave_de_rastro(int(cuando.timestamp()) // 3600))
    assert 86_000 + 3600 < segundos <= 86_400 + 3600


def test_it_remembers_the_last_time_and_those_of_hours_ago(monkeypatch):
    ahora = time.time()
    for hace in (23, 5):
        monkeypatch.setattr(time, "time", lambda hace=hace: ahora - hace * 3600)
        entrega.publicar([envio(notificacion_id=4_000_002), envio(notificacion_id=4_000_003 + hace)])
    monkeypatch.undo()
    for cual, hace in ((4_000_002, 5), (4_000_008, 5), (4_000_026, 23)):
        cuando = entrega.publicada_en(cual)
        assert cuando is not None
        assert cuando.timestamp() == pytest.approx(ahora - hace * 3600, abs=1)


def test_no_trace_is_kept_where_none_is_wanted(settings, caplog):
    settings.NOTIFICACIONES = {"SEGUNDOS_DE_RASTRO": 0}
    entrega.publicar([envio(notificacion_id=4_000_001)])
    assert entrega.publicada_en(4_000_001) is None
    assert not caplog.records


@pytest.mark.django_db(transaction=True)
async def test_a_thousand_frames_leave_in_one_round_trip_and_each_finds_its_user(monkeypatch):
    usuarios = await en_hilo(lambda: [crear_usuario(nombre) for nombre in ("ana", "carla")])
    async with conectado(usuarios[0]) as de_ana, conectado(usuarios[1]) as de_carla:
        viajes = []
        original = Remesa._ida_y_vuelta
        monkeypatch.setattr(Remesa, "_ida_y_vuelta", lambda *a: viajes.append(1) or original(*a))
        lote = [
            envio(
                usuario_id=usuario.pk,
                anterior=n,
                secuencia=n + 1,
                trama=f'{{"type":"x","secuencia":{n + 1}}}',
            )
            for n in range(500)
            for usuario in usuarios
        ]
        assert await asyncio.to_thread(entrega.publicar, lote)
        for aparato in (de_ana, de_carla):
            await aparato.hasta_que(lambda aparato=aparato: aparato.cursor == 500)
        assert len(viajes) == 1


def test_without_redis_it_says_false_within_a_second_and_raises_nothing(sin_redis, caplog):
    antes = time.monotonic()
    assert entrega.publicar([envio()]) is False
    assert entrega.terminar_sesion(7, "clave") is False
    assert entrega.sockets_abiertos(7) is None
    assert entrega.publicada_en(1) is None
    assert time.monotonic() - antes < 1
    assert caplog.text.count("Redis did not take") == 1


@pytest.mark.django_db(transaction=True)
def test_a_frozen_redis_holds_up_one_purchase_a_little_and_the_next_ones_not():
    with Redis() as redis, override_settings(CHANNEL_LAYERS=capa_en(redis.url)):
        ana = crear_usuario("ana")
        avisar(ana)
        redis.congelar()
        antes = time.monotonic()
        assert [avisar(ana).numero for _ in range(20)] == list(range(2, 22))
        # Twenty waits of half a second would be ten.
        assert time.monotonic() - antes < 4


def test_a_session_key_is_never_published_as_it_is(monkeypatch):
    publicados: list[Any] = []
    monkeypatch.setattr(
        type(entrega.capa()), "publicar", lambda capa, eventos, ordenes: publicados.extend(eventos)
    )
    entrega.terminar_sesion(7, "clave-secreta")
    assert "clave-secreta" not in str(publicados)
    assert publicados[0][1] == {"type": "sesion_terminada", "sesion": entrega.huella("clave-secreta")}


@pytest.mark.django_db(transaction=True)
async def test_open_sockets_answer_for_themselves():
    ana = await en_hilo(crear_usuario, "ana")
    async with conectado(ana):
        await en_hilo(avisar, ana)
        (ficha,) = await asyncio.to_thread(entrega.sockets_abiertos, ana.pk, 0.5) or []
    assert ficha["cursor"] == 1
    assert ficha.keys() == {"proceso", "abierta", "cursor", "cliente"}
    assert await asyncio.to_thread(entrega.sockets_abiertos, ana.pk, 0.2) == []
