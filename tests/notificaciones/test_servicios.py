"""The writers of the inbox, one caller at a time; test_simultaneos.py has several."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from notificaciones import servicios
from notificaciones.entrega import Envio
from notificaciones.models import Bandeja, Notificacion

from .aparatos import avisar, crear_usuario

pytestmark = pytest.mark.django_db
NADIE = 987_654_321


@pytest.fixture
def ana():
    return crear_usuario("ana")


@pytest.fixture
def enviados(monkeypatch):
    """What was handed to Redis, in order."""
    lista: list[Envio] = []
    monkeypatch.setattr("notificaciones.entrega.publicar", lista.extend)
    return lista


def crear_usuarios(cuantos: int) -> list[int]:
    modelo: Any = get_user_model()
    nuevos = [modelo(username=f"u{n}", password="!") for n in range(cuantos)]
    return [usuario.pk for usuario in modelo.objects.bulk_create(nuevos)]


def bandeja(usuario: Any) -> tuple[int, int, int]:
    fila = Bandeja.objects.get(pk=usuario.pk)
    return fila.ultima_secuencia, fila.no_leidas, fila.no_vistas


def test_it_takes_the_next_number_and_counts_it(ana):
    assert [avisar(ana).numero, avisar(ana).numero] == [1, 2]
    assert bandeja(ana) == (2, 2, 2)


def test_nothing_is_sent_before_the_commit(ana, enviados, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        avisar(ana)
        assert not enviados
    assert [(envio.anterior, envio.secuencia) for envio in enviados] == [(0, 1)]


@pytest.mark.django_db(transaction=True)
def test_a_rollback_sends_nothing_and_gives_the_number_back(ana, enviados):
    with transaction.atomic():
        avisar(ana)
        transaction.set_rollback(True)
    assert not enviados
    assert avisar(ana).numero == 1


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_savepoint_sends_only_what_stays(ana, enviados):
    with transaction.atomic():
        avisar(ana, "antes")
        with transaction.atomic():
            avisar(ana, "deshecha")
            transaction.set_rollback(True)
        avisar(ana, "después")
    assert [fila.titulo for fila in Notificacion.objects.order_by("numero")] == ["antes", "después"]
    assert [(envio.anterior, envio.secuencia) for envio in enviados] == [(0, 1), (1, 2)]


def test_a_key_seen_before_returns_the_first_and_sends_nothing(
    ana, enviados, django_capture_on_commit_callbacks
):
    primera = avisar(ana, "Hola", clave="venta-1")
    enviados.clear()
    with django_capture_on_commit_callbacks(execute=True):
        segunda = avisar(ana, "Otra vez", clave="venta-1")
    assert (segunda.pk, segunda.titulo, enviados) == (primera.pk, "Hola", [])
    assert bandeja(ana) == (1, 1, 1)


def test_the_same_key_is_free_for_another_user(ana):
    carla = crear_usuario("carla")
    assert avisar(ana, clave="k").pk != avisar(carla, clave="k").pk


def test_many_are_told_once_each_however_often_they_are_named(
    ana, enviados, django_capture_on_commit_callbacks
):
    carla, bruno = crear_usuario("carla"), crear_usuario("bruno")
    avisar(bruno, clave="oferta")
    with django_capture_on_commit_callbacks(execute=True):
        cuantos = servicios.notificar_muchos(
            usuario_ids=[carla.pk, ana.pk, carla.pk, bruno.pk], tipo="aviso", titulo="Oferta", clave="oferta"
        )
    assert cuantos == 2
    assert {envio.usuario_id for envio in enviados} == {ana.pk, carla.pk}
    assert [bandeja(usuario) for usuario in (ana, carla, bruno)] == [(1, 1, 1)] * 3


def test_an_empty_list_of_users_is_no_work(enviados):
    assert servicios.notificar_muchos(usuario_ids=[], tipo="aviso", titulo="x") == 0


def consultas_de(usuario_ids: list[int]) -> int:
    with CaptureQueriesContext(connection) as capturadas:
        servicios.notificar_muchos(usuario_ids=usuario_ids, tipo="aviso", titulo="x", clave="k")
    return len(capturadas)


def test_the_queries_grow_by_one_set_a_thousand_users_and_no_more(monkeypatch):
    # SQLite's share of parameters splits the one insert; without it both databases are counted alike.
    monkeypatch.setattr(connection.features, "max_query_params", 32_000)
    ids = crear_usuarios(2500)
    assert servicios.notificar_muchos(usuario_ids=ids, tipo="aviso", titulo="x") == 2500
    assert consultas_de(ids[:10]) == consultas_de(ids[10:1000]) == 5
    assert consultas_de(ids[1000:]) == 10


def test_an_unknown_user_is_named_and_nobody_is_told(ana):
    with pytest.raises(get_user_model().DoesNotExist, match=f"No user has the id {NADIE}"):
        servicios.notificar_muchos(usuario_ids=[ana.pk, NADIE], tipo="aviso", titulo="x")
    assert not Notificacion.objects.exists()


@pytest.mark.parametrize(
    "pedido",
    [
        lambda: servicios.notificar(usuario_id=NADIE, tipo="aviso", titulo="x"),
        lambda: servicios.notificar_muchos(usuario_ids=[NADIE], tipo="aviso", titulo="x"),
        lambda: servicios.marcar_leida(usuario_id=NADIE, notificacion_id=1),
        lambda: servicios.archivar(usuario_id=NADIE, notificacion_id=1),
        lambda: servicios.reenviar(notificacion_id=NADIE),
    ],
)
def test_a_refusal_leaves_the_callers_transaction_usable(pedido):
    with transaction.atomic():
        with pytest.raises((get_user_model().DoesNotExist, Notificacion.DoesNotExist)):
            pedido()
        assert avisar(crear_usuario("bruno")).numero == 1


def test_what_is_of_another_is_of_nobody(ana):
    ajena = avisar(crear_usuario("carla"))
    for servicio in (servicios.marcar_leida, servicios.archivar):
        with pytest.raises(Notificacion.DoesNotExist):
            servicio(usuario_id=ana.pk, notificacion_id=ajena.pk)
    assert bandeja(ajena.usuario) == (1, 1, 1)


def test_a_user_without_an_inbox_has_nothing_to_mark(ana):
    assert servicios.marcar_todas_leidas(usuario_id=ana.pk) == 0
    assert servicios.marcar_vistas(usuario_id=ana.pk) == 0


def test_reading_twice_changes_nothing_the_second_time(ana):
    fila = avisar(ana)
    assert servicios.marcar_leida(usuario_id=ana.pk, notificacion_id=fila.pk) is True
    assert servicios.marcar_leida(usuario_id=ana.pk, notificacion_id=fila.pk) is False
    assert bandeja(ana) == (2, 0, 0)


def test_marking_all_leaves_what_came_after_the_page_was_shown(ana):
    vista = avisar(ana)
    avisar(ana, "nueva")
    assert servicios.marcar_todas_leidas(usuario_id=ana.pk, hasta_secuencia=vista.numero) == 1
    assert bandeja(ana) == (3, 1, 1)


def test_what_is_archived_does_not_count_and_comes_back_as_unread_as_before(ana):
    fila = avisar(ana)
    servicios.archivar(usuario_id=ana.pk, notificacion_id=fila.pk)
    assert bandeja(ana) == (2, 0, 0)
    assert servicios.marcar_todas_leidas(usuario_id=ana.pk) == 0
    servicios.archivar(usuario_id=ana.pk, notificacion_id=fila.pk, deshacer=True)
    assert bandeja(ana) == (3, 1, 1)


def test_each_changed_row_takes_a_number_and_the_frames_join_without_a_gap(
    ana, enviados, django_capture_on_commit_callbacks, monkeypatch
):
    monkeypatch.setattr(servicios, "LOTE_DE_CAMBIOS", 2)
    filas = [avisar(ana) for _ in range(5)]
    servicios.marcar_leida(usuario_id=ana.pk, notificacion_id=filas[2].pk, deshacer=True)
    enviados.clear()
    with django_capture_on_commit_callbacks(execute=True):
        servicios.marcar_todas_leidas(usuario_id=ana.pk)
    assert [(envio.anterior, envio.secuencia) for envio in enviados] == [(6, 8), (8, 10), (10, 11)]
    assert sorted(Notificacion.objects.values_list("secuencia", flat=True)) == [7, 8, 9, 10, 11]


def test_sent_again_it_is_unread_and_back_in_the_inbox(ana, enviados, django_capture_on_commit_callbacks):
    fila = avisar(ana)
    servicios.marcar_leida(usuario_id=ana.pk, notificacion_id=fila.pk)
    servicios.archivar(usuario_id=ana.pk, notificacion_id=fila.pk)
    with django_capture_on_commit_callbacks(execute=True):
        servicios.reenviar(notificacion_id=fila.pk)
    assert bandeja(ana) == (4, 1, 1)
    assert '"reenviada":true' in enviados[-1].trama
