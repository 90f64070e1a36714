"""`manage.py simular_ventas --por-segundo 5 --durante 60`: really buys, by the service that the page uses."""

from __future__ import annotations

import math
import time
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from ventas.models import Producto
from ventas.simulacion import Simulacion

SEGUNDOS_ENTRE_LINEAS = 5.0


def entre(minimo: float, maximo: float) -> Callable[[str], float]:
    """Returns a reader of numbers within these limits."""

    def leer(texto: str) -> float:
        try:
            numero = float(texto)
        except ValueError:
            numero = math.nan
        if not minimo <= numero <= maximo:
            raise ArgumentTypeError(f"se recibió {texto!r}; debe ser un número entre {minimo:g} y {maximo:g}")
        return numero

    return leer


class Command(BaseCommand):
    help = "Compra de verdad, con el mismo servicio que la página, y dice cuánto tardó cada compra."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--por-segundo", type=entre(0.1, 500), default=5.0, help="Compras por segundo.")
        parser.add_argument("--durante", type=entre(1, 86_400), default=60.0, help="Segundos que dura.")
        parser.add_argument("--comprador", default="bruno", help="Usuario que compra.")
        parser.add_argument("--vendedor", default="ana", help="Usuario que vende.")

    def handle(self, *args: Any, **options: Any) -> None:
        comprador = self._usuario(options["comprador"])
        vendedor = self._usuario(options["vendedor"])
        if comprador == vendedor:
            raise CommandError("Quien compra y quien vende deben ser personas distintas.")
        en_venta = Producto.objects.filter(vendedor_id=vendedor.pk, activo=True, stock__gt=0)
        simulacion = Simulacion(
            comprador_id=comprador.pk,
            producto_ids=list(en_venta.values_list("pk", flat=True)),
            por_segundo=options["por_segundo"],
            durante=options["durante"],
        )
        if not simulacion.disponibles:
            raise CommandError(
                f"{options['vendedor']} no tiene productos con existencias: resurte en /admin/."
            )
        try:
            self._correr(simulacion)
        except KeyboardInterrupt:
            self.stdout.write("Interrumpida.")
        if not simulacion.disponibles:
            self.stdout.write("Se agotaron los productos antes de tiempo.")
        self.stdout.write(simulacion.recuento.linea())

    def _usuario(self, nombre: str) -> AbstractBaseUser:
        usuario = get_user_model().objects.filter(username=nombre, is_active=True).first()
        if usuario is None:
            raise CommandError(
                f"No hay ninguna cuenta activa llamada {nombre!r}: `manage.py datos_demo` crea las de prueba."
            )
        return usuario

    def _correr(self, simulacion: Simulacion) -> None:
        if not self.stdout.isatty():
            simulacion.correr(self._lineas(simulacion))
            return
        columnas = (TextColumn("Comprando"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columnas, console=Console()) as barra:
            tarea = barra.add_task("", total=simulacion.planeadas)
            simulacion.correr(lambda: barra.advance(tarea))

    def _lineas(self, simulacion: Simulacion) -> Callable[[], None]:
        """Returns what writes a plain line now and then: a file or a pipe has no use for a bar."""
        escrita = time.monotonic()

        def avanzar() -> None:
            nonlocal escrita
            if time.monotonic() - escrita >= SEGUNDOS_ENTRE_LINEAS:
                escrita = time.monotonic()
                self.stdout.write(f"{len(simulacion.recuento.duraciones)}/{simulacion.planeadas}")

        return avanzar
