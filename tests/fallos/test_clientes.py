"""Web processes that end, clients that do not read or are gone: nothing is lost. The long run is `make faults`."""

from __future__ import annotations

import pytest

from . import filas_clientes
from .filas import COMUN, FILAS

BANCO: dict[str, object] = {}
AQUI = [f for f in FILAS.values() if f.correr.__module__ == filas_clientes.__name__ and f.banco == COMUN]


@pytest.mark.parametrize("fila", AQUI, ids=lambda fila: fila.nombre)
async def test_nothing_is_lost_when(banco, fila):
    resultado = await fila.correr(banco, fila.corta)
    assert resultado.balance.fallos
    assert resultado.balance.limpio
