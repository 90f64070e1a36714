"""The garbage collector of a web process looks past what was loaded with it."""

from __future__ import annotations

import gc

import pytest

from myproject.basura import NUEVOS_ANTES_DE_BUSCAR, asentar


@pytest.fixture(autouse=True)
def como_estaba():
    antes = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*antes)


def test_what_was_loaded_is_not_searched_again():
    gc.unfreeze()
    asentar()
    assert gc.get_freeze_count() > 10_000
    assert len(gc.get_objects()) < 1000
    assert gc.get_threshold()[0] == NUEVOS_ANTES_DE_BUSCAR
