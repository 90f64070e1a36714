"""The sales of one of the shop's days as a CSV file, made once and kept."""

from __future__ import annotations

import csv
import datetime as dt
import io
import tempfile
from decimal import Decimal
from typing import IO

from django.core.files import File
from django.db import IntegrityError, transaction
from django.utils import timezone

from .consultas import dia_de_la_tienda
from .models import ReporteDiario, Venta

COLUMNAS = ["Producto", "Comprador", "Monto", "Hora"]
# What a spreadsheet takes for the beginning of a formula, typed on any keyboard.
FORMULAS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
VENTAS_POR_VIAJE = 2000


def ayer(ahora: dt.datetime) -> dt.date:
    """Returns the shop's day before the one of this moment."""
    return ahora.astimezone(timezone.get_default_timezone()).date() - dt.timedelta(days=1)


def generar(dia: dt.date) -> ReporteDiario:
    """Returns the report of that day of the shop, made now unless it was made before.

    Raises ValueError for a day that is not over: its report would lack sales for ever.
    """
    hecho = ReporteDiario.objects.filter(dia=dia).first()
    if hecho is not None:
        return hecho
    inicio, fin = dia_de_la_tienda(dt.datetime.combine(dia, dt.time(12), timezone.get_default_timezone()))
    if fin > timezone.now():
        raise ValueError(f"The day {dia} is not over until {fin.isoformat()}: report it after that.")
    with tempfile.TemporaryFile() as archivo:
        ventas, total = _escribir(archivo, inicio, fin)
        return _guardar(ReporteDiario(dia=dia, ventas=ventas, total=total), archivo)


def celda(texto: str) -> str:
    """Returns the text as a spreadsheet may open it: shown, never calculated."""
    # What spreadsheets skip at the beginning may not hide a formula from us.
    inicio = texto.lstrip(" \xa0\ufeff\u200b")
    return f"'{texto}" if inicio.startswith(FORMULAS) else texto


def _escribir(archivo: IO[bytes], inicio: dt.datetime, fin: dt.datetime) -> tuple[int, Decimal]:
    """Writes the sales one by one, however many; returns their number and total."""
    texto = io.TextIOWrapper(archivo, encoding="utf-8-sig", newline="")
    # All quoted: where the separator of lists is a semicolon, one inside of a name must not begin a cell.
    tabla = csv.writer(texto, quoting=csv.QUOTE_ALL)
    tabla.writerow(COLUMNAS)
    cuantas, total, zona = 0, Decimal("0.00"), timezone.get_default_timezone()
    ventas = Venta.objects.filter(fecha_creacion__gte=inicio, fecha_creacion__lt=fin)
    en_orden = ventas.select_related("comprador").order_by("fecha_creacion", "pk")
    for venta in en_orden.iterator(chunk_size=VENTAS_POR_VIAJE):
        comprador = venta.comprador.get_full_name() or venta.comprador.get_username()
        hora = venta.fecha_creacion.astimezone(zona).strftime("%H:%M:%S")
        tabla.writerow([celda(venta.descripcion), celda(comprador), venta.monto_publico, hora])
        cuantas += 1
        total += venta.monto
    tabla.writerow(["Total", "", f"{total:.2f}", ""])
    texto.detach()
    return cuantas, total


def _guardar(reporte: ReporteDiario, archivo: IO[bytes]) -> ReporteDiario:
    """Stores row and file, both or neither; returns the row of whoever was first."""
    almacen = ReporteDiario.archivo.field.storage
    nombre = f"reportes/ventas_{reporte.dia.isoformat()}.csv"
    archivo.seek(0)
    try:
        with transaction.atomic():
            # The row first: who has it is alone with the file until the commit.
            reporte.archivo.name = nombre
            reporte.save(force_insert=True)
            try:
                # Left by a process that died before its commit: saved beside it, ours would have another name.
                almacen.delete(nombre)
                almacen.save(nombre, File(archivo))
            except BaseException:
                almacen.delete(nombre)
                raise
    except IntegrityError:
        return ReporteDiario.objects.get(dia=reporte.dia)
    return reporte
