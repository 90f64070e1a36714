"""`manage.py datos_demo`: people, products and some weeks of sales to try the shop with."""

from __future__ import annotations

import datetime as dt
from argparse import ArgumentParser
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from ventas.models import Producto, Proveedor, SerieFactura, Venta

CONTRASENA = "demo"
CUENTAS: dict[str, dict[str, Any]] = {
    "ana": {"first_name": "Ana", "email": "ana@tienda.example"},
    "bruno": {"first_name": "Bruno", "email": "bruno@tienda.example"},
    "carla": {"first_name": "Carla", "email": "carla@tienda.example"},
    "admin": {"email": "admin@tienda.example", "is_staff": True, "is_superuser": True},
}
PROVEEDORES = {
    "Artesanías del Bajío": "pedidos@bajio.example",
    "Café de la Sierra": "ventas@sierra.example",
    "Papelería Ñandú": "contacto@nandu.example",
}
# Name, price, stock, minimum, seller, supplier.
PRODUCTOS = [
    ("Piñata de siete picos", "349.00", 400, 20, "ana", "Artesanías del Bajío"),
    ("Taza de talavera", "129.90", 900, 50, "ana", "Artesanías del Bajío"),
    ("Rebozo de algodón", "1299.90", 60, 5, "ana", "Artesanías del Bajío"),
    ("Café de olla, 500 g", "185.50", 700, 40, "ana", "Café de la Sierra"),
    ("Molinillo de chocolate", "95.00", 3, 10, "ana", "Artesanías del Bajío"),
    ("Muñeca otomí, edición de un ejemplar", "780.00", 1, 0, "ana", "Artesanías del Bajío"),
    ("Alebrije de jaguar", "2450.00", 0, 2, "ana", None),
    ("Cuaderno de papel amate", "210.00", 150, 10, "carla", "Papelería Ñandú"),
    ("Lotería mexicana", "89.90", 300, 25, "carla", "Papelería Ñandú"),
    ("Sello de goma «Año nuevo»", "64.00", 80, 10, "carla", "Papelería Ñandú"),
]
# How many sales on a day, over and over: 120 in 35 days.
VENTAS_POR_DIA = (2, 4, 3, 5, 1, 4, 5)
DIAS_CON_VENTAS = 35


class Command(BaseCommand):
    help = "Carga las cuentas, los productos y las ventas de demostración. Repetirla no cambia nada."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--si-vacia", action="store_true", help="No hace nada si la tienda ya tiene algún producto."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError(
                "Las cuentas de demostración tienen una contraseña pública: solo se cargan con DEBUG=1."
            )
        if options["si_vacia"] and Producto.objects.exists():
            self.stdout.write("La tienda ya tiene productos: no se cargó nada.")
            return
        with transaction.atomic():
            nuevos = cargar()
        if nuevos:
            self.stdout.write(f"Datos de demostración cargados: {nuevos} registros nuevos.")
            self.stdout.write(f"Cuentas: {', '.join(CUENTAS)}. Contraseña: {CONTRASENA}")
        else:
            self.stdout.write("Los datos de demostración ya estaban: no cambió nada.")


def cargar() -> int:
    """Makes what is missing, leaves what is there as it is, and returns how many rows it made."""
    usuarios = get_user_model()
    nuevos = 0
    for nombre, campos in CUENTAS.items():
        if not usuarios.objects.filter(username=nombre).exists():
            usuarios.objects.create_user(nombre, password=CONTRASENA, **campos)
            nuevos += 1
    for nombre, email in PROVEEDORES.items():
        nuevos += Proveedor.objects.get_or_create(nombre=nombre, defaults={"email": email})[1]
    vendedores = {usuario.username: usuario for usuario in usuarios.objects.filter(username__in=CUENTAS)}
    proveedores = {fila.nombre: fila for fila in Proveedor.objects.filter(nombre__in=PROVEEDORES)}
    for nombre, precio, stock, minimo, vendedor, proveedor in PRODUCTOS:
        if Producto.objects.filter(nombre=nombre, vendedor=vendedores[vendedor]).exists():
            continue
        Producto.objects.create(
            nombre=nombre,
            precio=Decimal(precio),
            stock=stock,
            stock_minimo=minimo,
            vendedor=vendedores[vendedor],
            proveedor=proveedores[proveedor] if proveedor else None,
        )
        nuevos += 1
    if not Venta.objects.exists():
        nuevos += asentar_ventas_pasadas(timezone.now())
    return nuevos


def asentar_ventas_pasadas(ahora: dt.datetime) -> int:
    """Writes what bruno bought in the weeks before today, the same in every shop; returns how many sales.

    Not by `vender`: what is long over neither takes of today's stock nor rings today's bell.
    """
    personas = get_user_model().objects.in_bulk(["ana", "bruno", "carla"], field_name="username")
    momentos = list(_momentos(ahora))
    de_carla = set(momentos[4::5])
    ventas = [
        *_ventas(personas["ana"], personas["bruno"], [hora for hora in momentos if hora not in de_carla]),
        *_ventas(personas["carla"], personas["bruno"], sorted(de_carla)),
    ]
    return len(Venta.objects.bulk_create(ventas))


def _momentos(ahora: dt.datetime) -> Iterator[dt.datetime]:
    """Yields when something was sold, in order: from nine in the morning on, on each day of the shop but today."""
    zona = timezone.get_default_timezone()
    hoy = ahora.astimezone(zona).date()
    for dias in range(DIAS_CON_VENTAS, 0, -1):
        cuantas = VENTAS_POR_DIA[dias % len(VENTAS_POR_DIA)]
        for lugar in range(cuantas):
            hora = dt.time(9 + lugar * 11 // cuantas, (dias * 7 + lugar * 13) % 60)
            yield dt.datetime.combine(hoy - dt.timedelta(days=dias), hora, zona)


def _ventas(vendedor: Any, comprador: Any, momentos: list[dt.datetime]) -> Iterator[Venta]:
    # What sells by the hundred; not the one of a kind, nor what is nearly gone.
    productos = list(Producto.objects.filter(vendedor=vendedor, stock__gte=50).order_by("pk"))
    if not productos:
        return
    serie, _ = SerieFactura.objects.get_or_create(vendedor=vendedor)
    for lugar, momento in enumerate(momentos):
        serie.ultimo += 1
        producto, cantidad = productos[lugar % 7 % len(productos)], 1 + lugar % 3
        yield Venta(
            numero=serie.numero(serie.ultimo),
            folio=serie.ultimo,
            producto=producto,
            descripcion=producto.nombre,
            comprador=comprador,
            vendedor=vendedor,
            cantidad=cantidad,
            monto=producto.precio * cantidad,
            email_enviado=True,
            fecha_creacion=momento,
        )
    serie.save(update_fields=["ultimo"])
