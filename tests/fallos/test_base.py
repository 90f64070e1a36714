"""The database, broken for a moment: nothing is lost or half-written. The long run is `make faults`."""

from __future__ import annotations

import pytest

from . import filas_base
from .filas import FILAS, POSTGRES

BANCO: dict[str, object] = {"postgres": True}
AQUI = [f for f in FILAS.values() if f.correr.__module__ == filas_base.__name__ and f.banco == POSTGRES]
pytestmark = pytest.mark.postgres_propio


@pytest.mark.parametrize("fila", AQUI, ids=lambda fila: fila.nombre)
async def test_nothing_is_lost_when(banco, fila):
    resultado = await fila.correr(banco, fila.corta)
    assert resultado.balance.fallos
    assert resultado.balance.limpio
