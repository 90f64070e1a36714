"""Clients that are gone without a word, on servers that ask more often than they do by default."""

from __future__ import annotations

from .filas import FILAS
from .filas_clientes import PULSO_RAPIDO, medio_abiertos

BANCO = PULSO_RAPIDO


async def test_a_client_that_is_gone_without_a_word_is_let_go(banco):
    resultado = await medio_abiertos(banco, FILAS["medio_abiertos"].corta)
    assert resultado.balance.limpio
