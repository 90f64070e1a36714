"""Reads of the shop that span models."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from .models import CarritoCompra, LineaCarrito, Producto, Venta, sin_acentos

VENTAS_RECIENTES = 10
PRODUCTOS_DEL_PANEL = 50


@dataclass(frozen=True, slots=True)
class Panel:
    """What a seller's page shows."""

    ventas_hoy: int
    unidades_hoy: int
    monto_hoy: Decimal
    recientes: list[Venta]
    productos: list[Producto]
    productos_en_total: int


def panel(vendedor_id: int, ahora: dt.datetime) -> Panel:
    """Returns the seller's day so far, the newest sales, and the products, the scarcest first."""
    inicio, fin = dia_de_la_tienda(ahora)
    propias = Venta.objects.filter(vendedor_id=vendedor_id)
    hoy = propias.filter(fecha_creacion__gte=inicio, fecha_creacion__lt=fin).aggregate(
        ventas=Count("pk"), unidades=Sum("cantidad", default=0), monto=Sum("monto", default=Decimal(0))
    )
    productos = Producto.objects.filter(vendedor_id=vendedor_id, activo=True)
    return Panel(
        ventas_hoy=hoy["ventas"],
        unidades_hoy=hoy["unidades"],
        monto_hoy=hoy["monto"],
        recientes=list(propias.select_related("producto", "comprador")[:VENTAS_RECIENTES]),
        productos=list(productos.order_by("stock", "nombre", "pk")[:PRODUCTOS_DEL_PANEL]),
        productos_en_total=productos.count(),
    )


def dia_de_la_tienda(ahora: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    """Returns the beginning of the shop's day and of the next one, whatever the zone of who asks."""
    zona = timezone.get_default_timezone()
    hoy = ahora.astimezone(zona).date()
    medianoche = dt.time()
    return (
        dt.datetime.combine(hoy, medianoche, zona),
        dt.datetime.combine(hoy + dt.timedelta(days=1), medianoche, zona),
    )


def catalogo(busqueda: str = "") -> QuerySet[Producto]:
    """Returns what is on sale; every word of the search must be in the name, accents and case aside."""
    coincide = Q()
    for palabra in sin_acentos(busqueda).split():
        coincide &= Q(texto_busqueda__contains=palabra)
    return Producto.objects.filter(coincide, activo=True, vendedor__is_active=True).select_related("vendedor")


def carrito_abierto(usuario_id: int) -> tuple[CarritoCompra | None, list[LineaCarrito]]:
    """Returns the user's open cart and its lines."""
    carrito = CarritoCompra.objects.filter(usuario_id=usuario_id, comprado=False).first()
    lineas = carrito.lineas.select_related("producto__vendedor") if carrito else []
    return carrito, list(lineas)
