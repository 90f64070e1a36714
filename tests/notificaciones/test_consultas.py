"""Reads of the inbox: what a device missed, pages, and what reconciliation compares."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any
from unittest.mock import patch

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notificaciones import consultas, servicios
from notificaciones.models import Bandeja, Notificacion
from notificaciones.protocolo import FILTROS

from .aparatos import avisar, crear_usuario

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana():
    return crear_usuario("ana")


def posiciones(usuario: Any, cursor: int = 0, limite: int = 100) -> list[tuple[int, str, bool]]:
    pagina = consultas.cambios_desde(usuario.pk, cursor, limite)
    return [(entrada.posicion, entrada.fila.titulo, entrada.es_nueva) for entrada in pagina.entradas]


def leer(fila: Notificacion) -> None:
    servicios.marcar_leida(usuario_id=fila.usuario_id, notificacion_id=fila.pk)


def test_one_that_was_read_since_stands_where_it_was_made_and_where_it_was_read(ana):
    primera = avisar(ana, "a")
    avisar(ana, "b")
    leer(primera)
    assert posiciones(ana) == [(1, "a", True), (2, "b", True), (3, "a", False)]


def test_after_a_cursor_only_what_came_later(ana):
    primera = avisar(ana, "a")
    avisar(ana, "b")
    leer(primera)
    assert posiciones(ana, cursor=1) == [(2, "b", True), (3, "a", False)]
    assert posiciones(ana, cursor=2) == [(3, "a", False)]
    assert posiciones(ana, cursor=3) == []


def test_an_old_state_leaves_no_trace(ana):
    fila = avisar(ana, "a")
    leer(fila)
    servicios.marcar_leida(usuario_id=ana.pk, notificacion_id=fila.pk, deshacer=True)
    assert posiciones(ana, cursor=1) == [(3, "a", False)]


def test_a_cursor_at_or_over_the_top_has_missed_nothing(ana):
    avisar(ana)
    for cursor in (1, 9999):
        pagina = consultas.cambios_desde(ana.pk, cursor, 10)
        assert (pagina.entradas, pagina.hasta) == ([], cursor)


def test_what_was_pruned_is_passed_over(ana):
    avisar(ana, "a")
    servicios.podar(usuario_id=ana.pk, candidatas=Notificacion.objects.all())
    pagina = consultas.cambios_desde(ana.pk, 0, 10)
    assert (pagina.entradas, pagina.hasta, pagina.estado.tope) == ([], 2, 2)


def juntos(usuario: Any, cursor: int, tramo: int = 3) -> list[consultas.Entrada]:
    """Returns what is read after the cursor a few places at a time, as it is for many users at once."""
    entradas: list[consultas.Entrada] = []
    with patch.object(consultas, "TRAMO", tramo):
        while True:
            pagina = consultas.primeros_cambios([(usuario.pk, cursor)])[usuario.pk, cursor]
            assert all(cursor < entrada.posicion <= pagina.hasta for entrada in pagina.entradas)
            entradas, cursor = entradas + pagina.entradas, pagina.hasta
            if cursor >= pagina.estado.tope:
                return entradas


def test_each_of_many_gets_what_it_missed_itself(ana):
    bruno, carla = crear_usuario("bruno"), crear_usuario("carla")
    for numero in range(25):
        avisar(ana, f"a{numero}")
    leer(avisar(bruno, "b"))
    pedidos = [(ana.pk, 0), (ana.pk, 23), (bruno.pk, 1), (bruno.pk, 9), (carla.pk, 0)]
    paginas = consultas.primeros_cambios(pedidos)
    assert paginas.keys() == set(pedidos)
    vistas = {
        pedido: ([(e.posicion, e.fila.titulo, e.es_nueva) for e in pagina.entradas], pagina.hasta)
        for pedido, pagina in paginas.items()
    }
    assert vistas == {
        (ana.pk, 0): ([(n + 1, f"a{n}", True) for n in range(consultas.TRAMO)], consultas.TRAMO),
        (ana.pk, 23): ([(24, "a23", True), (25, "a24", True)], 25),
        (bruno.pk, 1): ([(2, "b", False)], 2),
        (bruno.pk, 9): ([], 9),
        (carla.pk, 0): ([], 0),
    }
    assert all(pagina.estado == consultas.estado_de(quien) for (quien, _), pagina in paginas.items())


def test_many_are_read_in_two_queries(ana, django_assert_num_queries):
    gente = [ana, *(crear_usuario(f"u{numero}") for numero in range(10))]
    for usuario in gente:
        leer(avisar(usuario))
    with django_assert_num_queries(2):
        paginas = consultas.primeros_cambios([(usuario.pk, 0) for usuario in gente])
    assert [len(pagina.entradas) for pagina in paginas.values()] == [2] * 11


PASOS = st.lists(st.tuples(st.booleans(), st.integers(0, 9)), max_size=25)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pasos=PASOS, cursor=st.integers(0, 10), limite=st.integers(1, 6))
def test_pages_of_any_size_join_to_the_whole(django_user_model, pasos, cursor, limite):
    usuario = crear_usuario(f"u{django_user_model.objects.count()}")
    filas: list[Notificacion] = []
    for nueva, cual in pasos:
        if nueva or not filas:
            filas.append(avisar(usuario, str(len(filas))))
        else:
            leer(filas[cual % len(filas)])
    entero = consultas.cambios_desde(usuario.pk, cursor, 1000)
    assert juntos(usuario, cursor) == entero.entradas
    juntas, hasta = [], cursor
    while hasta < entero.estado.tope:
        pagina = consultas.cambios_desde(usuario.pk, hasta, limite)
        assert all(hasta < entrada.posicion <= pagina.hasta for entrada in pagina.entradas)
        assert len(pagina.entradas) <= 2 * limite
        assert pagina.hasta > hasta
        juntas += pagina.entradas
        hasta = pagina.hasta
    assert juntas == entero.entradas


def test_listing_pages_from_the_newest_to_the_oldest(ana):
    for numero in range(5):
        avisar(ana, str(numero))
    primera = consultas.listar(ana.pk, limite=2)
    segunda = consultas.listar(ana.pk, limite=2, cursor=primera.siguiente)
    tercera = consultas.listar(ana.pk, limite=2, cursor=segunda.siguiente)
    assert [[fila.titulo for fila in pagina.filas] for pagina in (primera, segunda, tercera)] == [
        ["4", "3"],
        ["2", "1"],
        ["0"],
    ]
    assert tercera.siguiente is None


def test_a_page_that_is_just_full_has_no_next_one(ana):
    avisar(ana)
    assert consultas.listar(ana.pk, limite=1).siguiente is None


def test_the_state_of_a_user_who_was_never_told_anything_is_the_beginning(ana):
    estado = consultas.estado_de(ana.pk)
    assert (estado.tope, estado.cuentas.no_leidas, estado.epoca) == (0, 0, consultas.estado_de(ana.pk).epoca)


@pytest.mark.django_db(transaction=True)
def test_nobody_has_no_state():
    with pytest.raises(IntegrityError):
        consultas.estado_de(987_654_321)


def test_two_epochs_are_never_alike():
    assert len({crear_bandeja(f"u{n}").epoca for n in range(50)}) == 50


def crear_bandeja(nombre: str) -> Bandeja:
    return Bandeja.objects.create(usuario=crear_usuario(nombre))


def test_one_query_tells_reconciliation_of_a_thousand_users(ana):
    avisar(ana)
    carla = crear_usuario("carla")
    carla.is_active = False
    carla.save()
    consultas.estado_de(carla.pk)
    with CaptureQueriesContext(connection) as capturadas:
        vigencias = dict(consultas.vigencias({ana.pk, carla.pk, *range(10_000, 10_900)}))
    assert len(capturadas) == 1
    assert (vigencias[ana.pk].tope, vigencias[ana.pk].activo) == (1, True)
    assert vigencias[carla.pk].activo is False
    assert vigencias.keys() == {ana.pk, carla.pk}


def planes_de(*pedidos: Callable[[], Any]) -> list[str]:
    """Returns how the database carries out each query that these make."""
    with CaptureQueriesContext(connection) as capturadas:
        for pedir in pedidos:
            pedir()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        planes = []
        for consulta in capturadas:
            cursor.execute(f"{connection.ops.explain_query_prefix()} {consulta['sql']}")
            planes.append(str(cursor.fetchall()))
    return planes


@pytest.fixture
def grande(ana):
    """Ana, with thousands of notifications: some unread, some archived, most of them read."""
    ahora = timezone.now()
    comunes = {"usuario": ana, "tipo": "aviso", "titulo": "x", "creada": ahora}
    Notificacion.objects.bulk_create(
        Notificacion(
            **comunes,
            numero=n,
            secuencia=n,
            leida_en=ahora if n % 100 else None,
            archivada_en=ahora if n % 100 == 1 else None,
        )
        for n in range(1, 3001)
    )
    return Bandeja.objects.create(usuario=ana, ultima_secuencia=3000).usuario


def test_no_read_of_a_big_inbox_scans_or_sorts_it(grande):
    planes = planes_de(
        *(partial(consultas.listar, grande.pk, filtro=filtro, cursor=2000) for filtro in FILTROS),
        partial(consultas.cambios_desde, grande.pk, 2990, 10),
        partial(consultas.primeros_cambios, [(grande.pk, 2990), (grande.pk, 5)]),
    )
    assert len(planes) == 8
    for plan in planes:
        assert not re.search(r"Seq Scan on notificaciones_notificacion|SCAN notif|Sort|TEMP B-TREE", plan)


@pytest.mark.parametrize("indice", ["notificacion_no_leida", "notificacion_archivada"])
def test_the_few_of_a_filter_are_found_by_their_own_index(grande, indice):
    filtro = {"notificacion_no_leida": "no_leidas", "notificacion_archivada": "archivadas"}[indice]
    (plan,) = planes_de(partial(consultas.listar, grande.pk, filtro=filtro))
    assert indice in plan
