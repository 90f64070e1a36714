"""Sales at a given moment, for the tests of statistics."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.contrib.auth.models import User

from analytics.models import EstadisticaDiaria
from tests.ventas.constructores import crear_venta
from ventas.models import Producto, Venta

MEXICO = ZoneInfo("America/Mexico_City")


def en_mexico(dia: int, hora: int = 12, minuto: int = 0) -> dt.datetime:
    """A moment of November 2026 by the shop's clock."""
    return dt.datetime(2026, 11, dia, hora, minuto, tzinfo=MEXICO)


def vender_el(
    comprador: User, producto: Producto, momento: dt.datetime, cantidad: int = 1, **cambios
) -> Venta:
    """Sells it as the shop does, and moves the sale to that moment."""
    venta = crear_venta(comprador, producto, cantidad)
    Venta.objects.filter(pk=venta.pk).update(fecha_creacion=momento, **cambios)
    venta.refresh_from_db()
    return venta


def estadisticas() -> list[tuple[str, dt.date, str, int, int, Decimal]]:
    """What the table says, in order: seller, day, product, sales, units, amount."""
    filas = EstadisticaDiaria.objects.order_by("vendedor__username", "dia", "producto__nombre")
    return list(
        filas.values_list("vendedor__username", "dia", "producto__nombre", "ventas", "unidades", "monto")
    )
