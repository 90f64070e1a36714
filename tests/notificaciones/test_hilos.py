"""The connections of the few threads that read for sockets: SQLite's file stays open for a second, a failed one not at all."""

from __future__ import annotations

import pytest
from django.db import OperationalError, connection

from notificaciones import hilos

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'sqlite'", reason="servers have a pool"),
]


class Reloj:
    def __init__(self) -> None:
        self.ahora = 1000.0

    def monotonic(self) -> float:
        return self.ahora


@pytest.fixture
def reloj(monkeypatch):
    nuevo = Reloj()
    monkeypatch.setattr(hilos, "time", nuevo)
    connection.close()
    hilos._soltar()
    yield nuevo
    connection.close()


def leer() -> object:
    """Returns what one piece of work had open."""

    def trabajo() -> object:
        connection.ensure_connection()
        return connection.connection

    return hilos._con_conexion_sana(trabajo)


def test_a_storm_opens_the_file_once(reloj):
    primera = leer()
    assert leer() is primera
    assert connection.connection is primera


def test_after_a_second_it_is_opened_anew(reloj):
    primera = leer()
    reloj.ahora += hilos.EDAD_DE_SQLITE
    assert leer() is not primera


def test_one_that_failed_is_not_used_again(reloj):
    primera = leer()

    def fallar() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM no_existe")

    with pytest.raises(OperationalError):
        hilos._con_conexion_sana(fallar)
    assert connection.connection is not primera
    assert leer() is not primera
