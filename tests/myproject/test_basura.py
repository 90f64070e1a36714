"""The garbage collector of a web process looks past what was loaded with it."""

from __future__ import annotations

import gc

import pytest

from myproject.basura import NUEVOS_ANTES_DE_BUSCAR, asentar


@pytest.fixture(autouse=True)
def como_estaba():
    antes = gc.get_threshold()
    gc.set_threshold(700, 10, 10)
    yield
    gc.unfreeze()
    gc.set_threshold(*antes)


def hasta_la_mas_vieja(umbrales: tuple[int, int, int]) -> int:
    """Returns how many new objects may stay before all objects are looked at."""
    return umbrales[0] * (umbrales[1] + 1) * (umbrales[2] + 1)


def test_what_was_loaded_is_not_searched_again():
    gc.unfreeze()
    asentar()
    assert gc.get_freeze_count() > 10_000
    assert len(gc.get_objects()) < 1000
    assert gc.get_threshold()[0] == NUEVOS_ANTES_DE_BUSCAR


def test_what_sockets_leave_waits_no_longer_than_by_pythons_own_settings():
    de_python = gc.get_threshold()
    asentar()
    assert hasta_la_mas_vieja(gc.get_threshold()) < 1.1 * hasta_la_mas_vieja(de_python)
