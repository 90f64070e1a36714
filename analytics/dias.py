"""The shop's days and hours, whatever the zone of who asks."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

HORA = dt.timedelta(hours=1)


def dia_de(momento: dt.datetime) -> dt.date:
    """Returns the shop's day in which this happened."""
    return timezone.localtime(momento, timezone.get_default_timezone()).date()


def comienzo(dia: dt.date) -> dt.datetime:
    """Returns the first moment of the shop's day."""
    return dt.datetime.combine(dia, dt.time(), timezone.get_default_timezone())


def ultimos(dias: int, hoy: dt.date) -> list[dt.date]:
    """Returns so many days that end with today, in order."""
    return [hoy - dt.timedelta(days=atras) for atras in reversed(range(dias))]


def horas(dia: dt.date) -> list[dt.datetime]:
    """Returns where each hour of the day begins: 24 of them, 23 or 25 when the clock is changed."""
    zona = timezone.get_default_timezone()
    # In UTC, because between two times of one zone Python does not see a changed clock.
    actual, fin = (comienzo(d).astimezone(dt.UTC) for d in (dia, dia + dt.timedelta(days=1)))
    salida = []
    while actual < fin:
        salida.append(actual.astimezone(zona))
        actual += HORA
    return salida
