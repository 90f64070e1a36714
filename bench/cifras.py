"""What is said of many measurements: percentiles and ratios. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from statistics import median


def percentil(valores: Sequence[float], parte: float) -> float:
    """Returns the smallest of the values that `parte` of them (0 to 1) do not exceed. Raises ValueError for none."""
    if not valores or not 0 <= parte <= 1:
        raise ValueError(
            f"No percentile {parte!r} of {len(valores)} values; at least one and 0 to 1 are needed."
        )
    return sorted(valores)[max(0, ceil(parte * len(valores)) - 1)]


def resumen(segundos: Sequence[float]) -> dict[str, float]:
    """Returns the percentiles of durations in seconds, in milliseconds."""
    partes = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0}
    return {nombre: redondear(percentil(segundos, parte) * 1000) for nombre, parte in partes.items()}


def mediana_ms(segundos: Sequence[float]) -> float:
    """Returns the median of durations in seconds, in milliseconds."""
    return redondear(median(segundos) * 1000)


def razon(grande: Sequence[float], chica: Sequence[float]) -> float:
    """Returns how many times the median of `grande` is that of `chica`."""
    return redondear(median(grande) / median(chica))


def redondear(valor: float) -> float:
    """Returns the value with three decimals: more would only pretend to be known."""
    return round(valor, 3)
