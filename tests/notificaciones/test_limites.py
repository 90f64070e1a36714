"""How much one socket may ask for, on a clock that the test moves."""

from __future__ import annotations

import pytest

from notificaciones import limites
from notificaciones.limites import Cadencia, Cubo
from notificaciones.protocolo import ErrorDeProtocolo


class Reloj:
    def __init__(self) -> None:
        self.ahora = 1000.0

    def monotonic(self) -> float:
        return self.ahora


@pytest.fixture
def reloj(monkeypatch):
    nuevo = Reloj()
    monkeypatch.setattr(limites, "time", nuevo)
    return nuevo


def tomar(cubo: Cubo, veces: int) -> int:
    return sum(cubo.tomar() for _ in range(veces))


def test_a_bucket_gives_what_it_holds_at_once_and_no_more(reloj):
    assert tomar(Cubo(10, 60), 15) == 10


def test_it_fills_as_time_goes_by_and_never_over_its_brim(reloj):
    cubo = Cubo(10, 60)
    tomar(cubo, 10)
    reloj.ahora += 12
    assert tomar(cubo, 5) == 2
    reloj.ahora += 3600
    assert tomar(cubo, 15) == 10


def test_the_thirty_first_frame_of_a_second_is_too_much_and_the_next_second_is_free(reloj):
    cadencia = Cadencia()
    for _ in range(30):
        cadencia.contar_trama()
    with pytest.raises(ErrorDeProtocolo, match="30 tramas por segundo") as error:
        cadencia.contar_trama()
    assert (error.value.codigo, error.value.temporal) == ("demasiadas", True)
    reloj.ahora += 1
    cadencia.contar_trama()


def test_the_eleventh_error_of_a_minute_ends_the_socket(reloj):
    cadencia = Cadencia()
    assert [cadencia.contar_error() for _ in range(11)] == [False] * 10 + [True]
    reloj.ahora += 60
    assert cadencia.contar_error() is False


def test_the_limits_are_settings(reloj, settings):
    settings.NOTIFICACIONES = {"TRAMAS_POR_SEGUNDO": 1, "ERRORES_POR_MINUTO": 1}
    cadencia = Cadencia()
    cadencia.contar_trama()
    with pytest.raises(ErrorDeProtocolo):
        cadencia.contar_trama()
    assert [cadencia.contar_error(), cadencia.contar_error()] == [False, True]
