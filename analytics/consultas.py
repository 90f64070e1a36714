"""What the charts show: a seller's day by hours, and the last days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Case, Count, F, IntegerField, Sum, Value, When
from django.db.models.functions import TruncDate
from django.utils import timezone

from ventas.models import Venta

from .dias import comienzo, dia_de, horas, ultimos
from .models import EstadisticaDiaria

DIAS_DEL_MES = 30


@dataclass(slots=True)
class Tramo:
    """One hour or one day: when it begins, and what was sold in it."""

    desde: dt.datetime
    ventas: int = 0
    monto: Decimal = Decimal(0)

    def sumar(self, ventas: int, monto: Decimal) -> None:
        self.ventas += ventas
        self.monto += monto


def por_hora(vendedor_id: int, ahora: dt.datetime) -> list[Tramo]:
    """Returns the hours of the shop's day that it is now, those to come too, with what the seller sold in each."""
    hoy = dia_de(ahora)
    tramos = [Tramo(desde=hora) for hora in horas(hoy)]
    fin = comienzo(hoy + dt.timedelta(days=1))
    filas = (
        Venta.objects.filter(
            vendedor_id=vendedor_id, fecha_creacion__gte=tramos[0].desde, fecha_creacion__lt=fin
        )
        .annotate(lugar=_lugar([tramo.desde for tramo in tramos[1:]]))
        .order_by("lugar")
        .values_list("lugar")
        .annotate(Count("pk"), Sum("monto"))
    )
    for lugar, ventas, monto in filas:
        tramos[lugar].sumar(ventas, monto)
    return tramos


def _lugar(limites: Sequence[dt.datetime]) -> Case:
    """Returns in which hour a sale falls. By moments: the hour that a changed clock repeats has one name for two."""
    casos = [When(fecha_creacion__lt=limite, then=Value(lugar)) for lugar, limite in enumerate(limites)]
    return Case(*casos, default=Value(len(limites)), output_field=IntegerField())


def por_dia(vendedor_id: int, ahora: dt.datetime) -> list[Tramo]:
    """Returns the last 30 of the shop's days, today being the last, with what the seller sold on each.

    What is counted and what is not yet is read by one statement: while somebody counts, no sale shows twice or not at all.
    """
    dias = ultimos(DIAS_DEL_MES, dia_de(ahora))
    tramos = {dia: Tramo(desde=comienzo(dia)) for dia in dias}
    contadas = (
        EstadisticaDiaria.objects.filter(vendedor_id=vendedor_id, dia__range=(dias[0], dias[-1]))
        .order_by()
        .values_list("dia")
        .annotate(Sum("ventas"), Sum("monto"))
    )
    # Of any day: a condition on the date too would lead databases to the index of all the seller's sales.
    nuevas = (
        Venta.objects.filter(vendedor_id=vendedor_id, contabilizada=False)
        .annotate(dia=TruncDate(F("fecha_creacion"), tzinfo=timezone.get_default_timezone()))
        .order_by()
        .values_list("dia")
        .annotate(Count("pk"), Sum("monto"))
    )
    for dia, ventas, monto in contadas.union(nuevas, all=True):
        if dia in tramos:
            tramos[dia].sumar(ventas, monto)
    return list(tramos.values())
