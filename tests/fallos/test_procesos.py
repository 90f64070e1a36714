"""Web processes, publishers and disks, broken for a moment each: nothing is lost. The long run is `make faults`."""

from __future__ import annotations

import pytest

from . import filas_base, filas_procesos, filas_publicar
from .filas import COMUN, FILAS

BANCO: dict[str, object] = {}
MODULOS = {modulo.__name__ for modulo in (filas_base, filas_procesos, filas_publicar)}
AQUI = [f for f in FILAS.values() if f.correr.__module__ in MODULOS and f.banco == COMUN]


@pytest.mark.parametrize("fila", AQUI, ids=lambda fila: fila.nombre)
async def test_nothing_is_lost_when(banco, fila):
    resultado = await fila.correr(banco, fila.corta)
    assert resultado.balance.fallos
    assert resultado.balance.limpio
