"""A service whose Redis was never there."""

from __future__ import annotations

from .filas import FILAS
from .filas_redis import redis_ausente

BANCO = {"con_redis": False}


async def test_what_is_sent_without_redis_comes_with_the_next_comparison(banco):
    resultado = await redis_ausente(banco, FILAS["redis_ausente"].corta)
    assert resultado.balance.limpio
