"""Adds new sales to the statistics of their day, each exactly once.

A sale says itself whether it was counted. A cursor over ids would skip one: of two purchases at once the lower id
may commit later.
"""

from __future__ import annotations

import datetime as dt
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection, transaction

from ventas.models import Venta

from .dias import dia_de
from .models import EstadisticaDiaria

SEGUNDOS = 20.0
FILAS_POR_ORDEN = 500
COLUMNAS = ("vendedor", "dia", "producto", "ventas", "unidades", "monto")
# The ORM's own upsert can replace what is there, not add to it. Rounded, because SQLite adds money as floats.
SUMAR = """
    INSERT INTO analytics_estadisticadiaria AS fila (vendedor_id, dia, producto_id, ventas, unidades, monto)
    VALUES {filas}
    ON CONFLICT (vendedor_id, dia, producto_id) DO UPDATE SET
        ventas = fila.ventas + excluded.ventas,
        unidades = fila.unidades + excluded.unidades,
        monto = ROUND(fila.monto + excluded.monto, 2)
"""

Clave = tuple[int, dt.date, int]


@dataclass(slots=True)
class Suma:
    """What is added to one row."""

    ventas: int = 0
    unidades: int = 0
    monto: Decimal = Decimal(0)


def contar(limite: int = 5000) -> int:
    """Counts what is not counted yet, so many sales a transaction, and returns how many.

    Ends after 20 s even when some are left, so that a task stays within its limit: the next run goes on from there.
    """
    hasta = time.monotonic() + SEGUNDOS
    total = 0
    while True:
        contadas = _contar_lote(limite)
        total += contadas
        if contadas < limite or time.monotonic() > hasta:
            return total


@transaction.atomic
def _contar_lote(limite: int) -> int:
    # In the order of the index of what is not counted: for that of ids a database would read the whole table, or
    # sort all of a long backlog for each step of it.
    # no_key: what points to a sale need not wait for us.
    nuevas = list(
        Venta.objects.select_for_update(skip_locked=True, no_key=True)
        .filter(contabilizada=False)
        .order_by("vendedor_id")
        .values_list("pk", "vendedor_id", "producto_id", "fecha_creacion", "cantidad", "monto")[:limite]
    )
    if not nuevas:
        return 0
    sumas: defaultdict[Clave, Suma] = defaultdict(Suma)
    for _, vendedor_id, producto_id, fecha, cantidad, monto in nuevas:
        suma = sumas[vendedor_id, dia_de(fecha), producto_id]
        suma.ventas += 1
        suma.unidades += cantidad
        suma.monto += monto
    Venta.objects.filter(pk__in=sorted(venta[0] for venta in nuevas)).update(contabilizada=True)
    _sumar(sumas)
    return len(nuevas)


def _sumar(sumas: Mapping[Clave, Suma]) -> None:
    """Adds to rows, and makes those that are missing."""
    # Always in one order: two that add to the same rows wait for each other, never both at once.
    filas = [(*clave, suma.ventas, suma.unidades, suma.monto) for clave, suma in sorted(sumas.items())]
    for desde in range(0, len(filas), FILAS_POR_ORDEN):
        _sumar_filas(filas[desde : desde + FILAS_POR_ORDEN])


def _sumar_filas(filas: Sequence[tuple[object, ...]]) -> None:
    campos = {campo.name: campo for campo in EstadisticaDiaria._meta.concrete_fields}
    valores = [
        campos[nombre].get_db_prep_save(valor, connection)
        for fila in filas
        for nombre, valor in zip(COLUMNAS, fila, strict=True)
    ]
    huecos = ", ".join(["(%s, %s, %s, %s, %s, %s)"] * len(filas))
    with connection.cursor() as cursor:
        cursor.execute(SUMAR.format(filas=huecos), valores)
