"""Several writers of one inbox at the same moment, each on a database connection of its own."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Event
from typing import Any

import pytest
from django.db import connection, transaction

from notificaciones import consultas, servicios
from notificaciones.models import Bandeja, Notificacion

from .aparatos import a_la_vez, avisar, crear_usuario

pytestmark = pytest.mark.django_db(transaction=True)
SEGUNDOS = 10


@pytest.fixture
def ana():
    return crear_usuario("ana")


def numeros(usuario: Any) -> list[int]:
    return list(Notificacion.objects.de(usuario.pk).order_by("numero").values_list("numero", flat=True))


def test_a_lower_number_that_commits_later_is_never_skipped(ana):
    """The second writer waits for the first, so no reader ever sees 2 without 1."""
    consultas.estado_de(ana.pk)
    con_el_uno, leida, confirmada = Event(), Event(), Event()
    visto: list[list[int]] = []

    def lenta() -> int:
        with transaction.atomic():
            numero = avisar(ana, "lenta").numero
            con_el_uno.set()
            leida.wait(SEGUNDOS)
            confirmada.set()
        return int(numero)

    def rapida() -> tuple[int, bool]:
        con_el_uno.wait(SEGUNDOS)
        numero = avisar(ana, "rápida").numero
        return numero, confirmada.is_set()

    def lectora() -> None:
        con_el_uno.wait(SEGUNDOS)
        limite = time.monotonic() + SEGUNDOS
        while time.monotonic() < limite and (not visto or len(visto[-1]) < 2):
            pagina = consultas.cambios_desde(ana.pk, 0, 500)
            visto.append([entrada.posicion for entrada in pagina.entradas])
            leida.set()

    assert a_la_vez(lenta, rapida, lectora) == [1, (2, True), None]
    assert visto[0] == []
    assert all(lista in ([], [1], [1, 2]) for lista in visto)


def test_many_writers_leave_no_gap_and_no_number_twice(ana):
    resultados = a_la_vez(*[lambda: [avisar(ana).numero for _ in range(10)] for _ in range(5)])
    assert sorted(numero for lote in resultados for numero in lote) == list(range(1, 51))
    assert numeros(ana) == list(range(1, 51))
    assert Bandeja.objects.get(pk=ana.pk).no_leidas == 50


def test_a_task_run_several_times_at_once_notifies_once(ana, monkeypatch):
    enviados: list[Any] = []
    monkeypatch.setattr("notificaciones.entrega.publicar", enviados.extend)
    resultados = a_la_vez(*[lambda: avisar(ana, clave="venta-1").pk] * 6)
    assert len(set(resultados)) == 1
    assert (numeros(ana), len(enviados)) == ([1], 1)


def test_everyones_first_notification_makes_one_inbox(ana):
    resultados = a_la_vez(*[lambda: avisar(ana).numero] * 3, *[lambda: consultas.estado_de(ana.pk).epoca] * 3)
    assert sorted(resultados[:3]) == [1, 2, 3]
    assert set(resultados[3:]) == {Bandeja.objects.get(pk=ana.pk).epoca}


def test_two_senders_in_opposite_order_do_not_wait_for_each_other(monkeypatch):
    monkeypatch.setattr("notificaciones.bandejas.LOTE", 10)
    ids = [crear_usuario(f"u{n}").pk for n in range(45)]

    def a_todos(orden: list[int]) -> Callable[[], Any]:
        return lambda: [
            servicios.notificar_muchos(usuario_ids=orden, tipo="aviso", titulo="x") for _ in range(5)
        ]

    # The batches of the third begin elsewhere than those of the others.
    resultado = a_la_vez(a_todos(ids), a_todos(ids[::-1]), a_todos(ids[5:]))
    assert resultado == [[45] * 5, [45] * 5, [40] * 5]
    assert set(Bandeja.objects.values_list("ultima_secuencia", flat=True)) == {10, 15}


@pytest.mark.postgres
def test_inboxes_that_are_made_meanwhile_do_not_turn_the_order_of_the_locks(ana):
    """Bruno has an inbox, and ana's is made by another while a sender is about to make it."""
    bruno = crear_usuario("bruno")
    avisar(bruno)
    a_punto, hecha = Event(), Event()

    def detener(ejecutar: Any, sql: str, *resto: Any) -> Any:
        if sql.startswith('INSERT INTO "notificaciones_bandeja"'):
            a_punto.set()
            hecha.wait(SEGUNDOS)
            time.sleep(0.5)
        return ejecutar(sql, *resto)

    def detenido() -> int:
        with connection.execute_wrapper(detener):
            return a_ambos()

    def a_ambos() -> int:
        return servicios.notificar_muchos(usuario_ids=[ana.pk, bruno.pk], tipo="aviso", titulo="x")

    def otro() -> int:
        a_punto.wait(SEGUNDOS)
        consultas.estado_de(ana.pk)
        hecha.set()
        return a_ambos()

    assert a_la_vez(detenido, otro) == [2, 2]


def test_marking_while_notifications_arrive_keeps_the_counts_right(ana):
    def marcar() -> None:
        for _ in range(10):
            servicios.marcar_todas_leidas(usuario_id=ana.pk)

    assert a_la_vez(marcar, lambda: [avisar(ana) for _ in range(20)] and None) == [None, None]
    bandeja = Bandeja.objects.get(pk=ana.pk)
    assert bandeja.no_leidas == Notificacion.objects.de(ana.pk).no_leidas().count()
    assert bandeja.ultima_secuencia == Notificacion.objects.order_by("-secuencia")[0].secuencia
