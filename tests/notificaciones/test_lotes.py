"""What many ask for at the same moment is read once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from notificaciones.lotes import LOTE, PorLotes


class Lectora:
    """Reads numbers as their doubles, and notes what it was asked for each time; a thread is not needed for that."""

    def __init__(self) -> None:
        self.lotes: list[list[int]] = []
        self.paso = asyncio.Event()
        self.paso.set()

    def leer(self, claves: list[int]) -> dict[int, int]:
        self.lotes.append(claves)
        if 13 in claves:
            raise ValueError("thirteen")
        return {clave: 2 * clave for clave in claves if clave}

    async def en_hilo(self, leer: Callable[[list[int]], Any], claves: list[int]) -> Any:
        await self.paso.wait()
        return leer(claves)


async def test_those_who_come_together_are_read_together_and_late_ones_with_the_next():
    lectora = Lectora()
    lectora.paso.clear()
    lotes = PorLotes(lectora.leer, lectora.en_hilo)
    primera = asyncio.create_task(lotes.pedir(1))
    await asyncio.sleep(0.01)
    otras = [asyncio.create_task(lotes.pedir(clave)) for clave in (2, 3, 2, 0)]
    await asyncio.sleep(0.01)
    lectora.paso.set()
    assert await asyncio.gather(primera, *otras) == [2, 4, 6, 4, None]
    assert lectora.lotes == [[1], [2, 3, 0]]


async def test_what_was_asked_for_while_it_was_read_is_read_again():
    lectora = Lectora()
    lectora.paso.clear()
    lotes = PorLotes(lectora.leer, lectora.en_hilo)
    primera = asyncio.create_task(lotes.pedir(1))
    await asyncio.sleep(0.01)
    segunda = asyncio.create_task(lotes.pedir(1))
    await asyncio.sleep(0)
    lectora.paso.set()
    await asyncio.gather(primera, segunda)
    assert lectora.lotes == [[1], [1]]


async def test_a_storm_is_read_in_pieces():
    lectora = Lectora()
    lotes = PorLotes(lectora.leer, lectora.en_hilo)
    await asyncio.gather(*(lotes.pedir(100 + clave) for clave in range(2 * LOTE + 1)))
    assert [len(lote) for lote in lectora.lotes] == [LOTE, LOTE, 1]


async def test_who_gives_up_takes_nothing_from_another_who_asks_for_the_same():
    lectora = Lectora()
    lotes = PorLotes(lectora.leer, lectora.en_hilo)
    una, otra = (asyncio.create_task(lotes.pedir(5)) for _ in range(2))
    await asyncio.sleep(0)
    una.cancel()
    assert await otra == 10
    assert una.cancelled()


async def test_a_failure_reaches_all_who_asked_and_nobody_after_them():
    lectora = Lectora()
    lotes = PorLotes(lectora.leer, lectora.en_hilo)
    primeras = await asyncio.gather(lotes.pedir(13), lotes.pedir(1), return_exceptions=True)
    assert [type(una) for una in primeras] == [ValueError, ValueError]
    with pytest.raises(ValueError, match="thirteen"):
        await lotes.pedir(13)
    assert await lotes.pedir(1) == 2
