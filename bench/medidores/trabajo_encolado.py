"""Times what a transaction pays for the work that it enqueues. For processes that have Django."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median

from django.db import transaction
from django.db.models import F

from bench.cifras import redondear
from bench.turnos import por_turnos
from colas.encolado import encolar
from ventas.models import Producto
from ventas.tasks import procesar_venta_completa

# Of no sale: a worker that found one would have nothing to do.
NADIE = 0
CALENTAMIENTO = 5


def _escribir() -> None:
    """What a purchase does anyway: one transaction that writes."""
    Producto.objects.filter(pk=Producto.objects.earliest("pk").pk).update(stock=F("stock"))


def _sin_encolar() -> None:
    with transaction.atomic():
        _escribir()


def _encolando() -> None:
    with transaction.atomic():
        _escribir()
        encolar(procesar_venta_completa, NADIE)


def _delay() -> None:
    procesar_venta_completa.delay(NADIE)


FORMAS: dict[str, Callable[[], None]] = {"sin": _sin_encolar, "con": _encolando, "delay": _delay}


def medir_encolado(veces: int) -> dict[str, float]:
    """Returns in microseconds what `encolar` adds to a transaction, its row and the commit's hook included, and a `.delay()`."""
    segundos: dict[str, list[float]] = {forma: [] for forma in FORMAS}
    for turno, forma in enumerate(por_turnos(list(FORMAS), CALENTAMIENTO + veces)):
        inicio = time.perf_counter()
        FORMAS[forma]()
        if turno >= CALENTAMIENTO * len(FORMAS):
            segundos[forma].append(time.perf_counter() - inicio)
    en_us = {forma: median(duraciones) * 1e6 for forma, duraciones in segundos.items()}
    return {
        "veces": veces,
        "transaccion_us": redondear(en_us["sin"]),
        "encolar_us": redondear(en_us["con"] - en_us["sin"]),
        "delay_us": redondear(en_us["delay"]),
    }
