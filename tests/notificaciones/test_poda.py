"""Old notifications go, the counts stay right, and open devices are told."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from notificaciones import poda, servicios, tasks
from notificaciones.models import Bandeja, Notificacion

from .aparatos import avisar, crear_usuario

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana():
    return crear_usuario("ana")


def de_hace(dias: int, usuario: Any, *, leida: bool = False) -> Notificacion:
    fila: Notificacion = avisar(usuario, f"de hace {dias}")
    if leida:
        servicios.marcar_leida(usuario_id=usuario.pk, notificacion_id=fila.pk)
    Notificacion.objects.filter(pk=fila.pk).update(creada=timezone.now() - timedelta(days=dias))
    return fila


def test_read_ones_go_after_180_days_and_unread_ones_after_365(ana):
    se_van = [de_hace(181, ana, leida=True), de_hace(366, ana)]
    quedan = [de_hace(179, ana, leida=True), de_hace(364, ana)]
    assert poda.podar_todas() == len(se_van)
    assert list(Notificacion.objects.order_by("numero")) == quedan


def test_the_times_are_settings(ana, settings):
    settings.NOTIFICACIONES = {"DIAS_CONSERVAR_LEIDAS": 1, "DIAS_CONSERVAR_NO_LEIDAS": 10}
    de_hace(2, ana, leida=True)
    queda = de_hace(9, ana)
    poda.podar_todas()
    assert Notificacion.objects.get() == queda


def test_the_counts_are_of_what_is_left(ana):
    for dias in (400, 400, 1):
        de_hace(dias, ana)
    poda.podar_todas()
    bandeja = Bandeja.objects.get(pk=ana.pk)
    assert (bandeja.ultima_secuencia, bandeja.no_leidas, bandeja.no_vistas) == (4, 1, 1)


def test_an_open_device_is_told_which_are_gone(ana, monkeypatch, django_capture_on_commit_callbacks):
    enviados: list[Any] = []
    monkeypatch.setattr("notificaciones.entrega.publicar", enviados.extend)
    vieja = de_hace(400, ana)
    with django_capture_on_commit_callbacks(execute=True):
        poda.podar_todas()
    trama = json.loads(enviados[-1].trama)
    assert (trama["ids"], trama["cambios"], trama["no_leidas"]) == ([vieja.pk], {"eliminada": True}, 0)
    assert (enviados[-1].anterior, enviados[-1].secuencia) == (1, 2)


def test_many_go_in_batches_each_in_a_transaction_of_its_own(ana, monkeypatch):
    monkeypatch.setattr("notificaciones.bandejas.LOTE", 2)
    for _ in range(5):
        de_hace(400, ana)
    assert poda.podar_todas() == 5
    assert Bandeja.objects.get(pk=ana.pk).ultima_secuencia == 5 + 3


def test_of_each_user_only_the_old_ones_go(ana):
    queda = avisar(crear_usuario("carla"))
    de_hace(400, ana)
    poda.podar_todas()
    assert Notificacion.objects.get() == queda


def test_nothing_old_is_nothing_to_do(ana):
    avisar(ana)
    assert (poda.podar_todas(), Bandeja.objects.get().ultima_secuencia) == (0, 1)


def test_the_scheduler_has_it_in_its_table(ana, settings):
    de_hace(400, ana)
    nombres = {entrada["task"] for entrada in settings.CELERY_BEAT_SCHEDULE.values()}
    assert tasks.podar_notificaciones.name in nombres
    tasks.podar_notificaciones()
    assert not Notificacion.objects.exists()
