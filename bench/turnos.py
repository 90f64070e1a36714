"""The order in which things are measured that are to be compared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

Cosa = TypeVar("Cosa")


def por_turnos(cosas: Sequence[Cosa], rondas: int) -> Iterator[Cosa]:
    """Yields each thing once a round, every other round backwards: what slows the machine down slows all of them."""
    for ronda in range(rondas):
        yield from cosas if ronda % 2 == 0 else reversed(cosas)
