"""What the charts of a seller say: each with the table of the same amounts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from .consultas import Tramo
from .dias import HORA
from .graficas import Barra, Dato, Grafica, dibujar

HORAS_DEL_DIA = 24
HORAS_ENTRE_NOMBRES = 6
DIAS_ENTRE_NOMBRES = 7


@dataclass(frozen=True, slots=True)
class Fila:
    """One hour or day: its name, its name on the axis or "", what was sold, and how it stands to now."""

    nombre: str
    eje: str
    ventas: int
    monto: Decimal
    actual: bool
    futura: bool = False


@dataclass(frozen=True, slots=True)
class Cuadro:
    """A chart and its table. `grafica` is None, and `mayor` too, where nothing was sold."""

    clave: str
    titulo: str
    vacio: str
    abrir: str
    leyenda: str
    columna: str
    filas: list[Fila]
    ventas: int
    monto: Decimal
    mayor: Fila | None
    grafica: Grafica | None

    @property
    def barras(self) -> list[tuple[Fila, Barra]]:
        """Returns each row with its bar."""
        return list(zip(self.filas, self.grafica.barras, strict=True)) if self.grafica else []


def del_dia(tramos: Sequence[Tramo], ahora: dt.datetime) -> Cuadro:
    """Returns the chart of today's hours."""
    cambia = len(tramos) != HORAS_DEL_DIA
    filas = []
    for tramo in tramos:
        nombre = date_format(tramo.desde, "TIME_FORMAT")
        fila = Fila(
            # The hour that a changed clock repeats has one name for two.
            nombre=f"{nombre} {tramo.desde:%Z}" if cambia else nombre,
            eje="" if tramo.desde.hour % HORAS_ENTRE_NOMBRES else nombre,
            ventas=tramo.ventas,
            monto=tramo.monto,
            actual=tramo.desde <= ahora < tramo.desde + HORA,
            futura=ahora < tramo.desde,
        )
        filas.append(fila)
    return _cuadro(
        filas,
        clave="grafica-del-dia",
        titulo=_("Hoy, por hora"),
        vacio=_("Hoy todavía no hay ventas."),
        abrir=_("Ver las horas en una tabla"),
        leyenda=_("Lo vendido hoy, por hora"),
        columna=_("Hora"),
    )


def del_mes(tramos: Sequence[Tramo]) -> Cuadro:
    """Returns the chart of the last days; today is the last one."""
    ultimo = len(tramos) - 1
    # Translators: day and month as Django's formats write them; "M j" is "Nov 21".
    corto = pgettext("formato de fecha", "j b")
    filas = [
        Fila(
            nombre=date_format(tramo.desde, "MONTH_DAY_FORMAT"),
            eje="" if (ultimo - lugar) % DIAS_ENTRE_NOMBRES else date_format(tramo.desde, corto),
            ventas=tramo.ventas,
            monto=tramo.monto,
            actual=lugar == ultimo,
        )
        for lugar, tramo in enumerate(tramos)
    ]
    return _cuadro(
        filas,
        clave="grafica-del-mes",
        titulo=_("Los últimos 30 días"),
        vacio=_("En los últimos 30 días no hay ventas."),
        abrir=_("Ver los días en una tabla"),
        leyenda=_("Lo vendido en los últimos 30 días, por día"),
        columna=_("Día"),
    )


def _cuadro(filas: list[Fila], **textos: str) -> Cuadro:
    mayor = max(filas, key=lambda fila: fila.monto)
    return Cuadro(
        filas=filas,
        ventas=sum(fila.ventas for fila in filas),
        monto=sum((fila.monto for fila in filas), Decimal(0)),
        mayor=mayor if mayor.monto else None,
        grafica=dibujar([Dato(fila.monto, fila.eje) for fila in filas]) if mayor.monto else None,
        **textos,
    )
