"""The order in which things are measured that are to be compared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence


def por_turnos(nombres: Sequence[str], rondas: int) -> Iterator[str]:
    """Yields each name once a round, every other round backwards: what slows the machine down slows all of them."""
    for ronda in range(rondas):
        yield from nombres if ronda % 2 == 0 else reversed(nombres)
