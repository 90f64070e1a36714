"""Sells. The sale, its stock, its number and the seller's notification commit together or not at all.

Locks are taken in one order, whoever buys whatever: products by id, then the number series of their sellers
by id, then, inside `notificar`, the sellers' inboxes by id. So of two purchases only one ever waits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet

from .avisos import AvisoDeVenta
from .errores import (
    CANTIDAD_MAXIMA,
    CantidadInvalida,
    ClaveRepetida,
    ProductoDesconocido,
    ProductoPropio,
    SinExistencias,
    VendedorInactivo,
)
from .models import Producto, SerieFactura, Venta


@dataclass(frozen=True, slots=True)
class Pedido:
    """One line of a purchase. The same `clave` again gives the sale that it made the first time."""

    producto_id: int
    cantidad: int
    clave: str = ""


def vender(*, comprador_id: int, producto_id: int, cantidad: int, clave: str = "") -> Venta:
    """Sells one product and returns the sale; raises an ErrorDeVenta and writes nothing where it cannot."""
    pedido = Pedido(producto_id=producto_id, cantidad=cantidad, clave=clave)
    return vender_varios(comprador_id=comprador_id, pedidos=[pedido])[0]


def vender_varios(*, comprador_id: int, pedidos: Sequence[Pedido]) -> list[Venta]:
    """Sells every line, or none: the ErrorDeVenta names the product that could not be sold."""
    for pedido in pedidos:
        comprobar_cantidad(pedido.cantidad)
    try:
        with transaction.atomic():
            productos = _bloquear_productos(pedidos)
            hechas = _ventas_hechas(comprador_id, pedidos)
            nuevos = [pedido for pedido in pedidos if pedido not in hechas]
            return [*hechas.values(), *_asentar(comprador_id, nuevos, productos)]
    except IntegrityError:
        # Two purchases with one key for different products share no lock: the database's constraint decides.
        if _con_clave(comprador_id, pedidos).exists():
            raise ClaveRepetida from None
        raise


def comprobar_cantidad(cantidad: object) -> int:
    """Returns a whole number within the limits; raises CantidadInvalida for all else. `True` is not 1."""
    if type(cantidad) is not int or not 1 <= cantidad <= CANTIDAD_MAXIMA:
        raise CantidadInvalida
    return cantidad


def _bloquear_productos(pedidos: Sequence[Pedido]) -> dict[int, Producto]:
    bloqueados = (
        # no_key: a foreign key that points to the product need not wait for us.
        Producto.objects.select_for_update(of=("self",), no_key=True)
        .select_related("vendedor")
        .filter(pk__in=[pedido.producto_id for pedido in pedidos if 0 < pedido.producto_id < 2**63])
        .order_by("pk")
    )
    return {producto.pk: producto for producto in bloqueados}


def _con_clave(comprador_id: int, pedidos: Sequence[Pedido]) -> QuerySet[Venta]:
    claves = [pedido.clave for pedido in pedidos if pedido.clave]
    return Venta.objects.filter(comprador_id=comprador_id, clave__in=claves).select_related("producto")


def _ventas_hechas(comprador_id: int, pedidos: Sequence[Pedido]) -> dict[Pedido, Venta]:
    """Returns the sales that these lines made before. Called under the locks, so a double click waits."""
    por_clave = {venta.clave: venta for venta in _con_clave(comprador_id, pedidos)}
    hechas = {pedido: por_clave[pedido.clave] for pedido in pedidos if pedido.clave in por_clave}
    for pedido, venta in hechas.items():
        if (venta.producto_id, venta.cantidad) != (pedido.producto_id, pedido.cantidad):
            raise ClaveRepetida
    return hechas


def _asentar(comprador_id: int, pedidos: Sequence[Pedido], productos: dict[int, Producto]) -> list[Venta]:
    for pedido in pedidos:
        _comprobar(pedido, productos.get(pedido.producto_id), comprador_id)
    por_vendedor = sorted(pedidos, key=lambda pedido: productos[pedido.producto_id].vendedor_id)
    ventas = [_registrar(comprador_id, pedido, productos[pedido.producto_id]) for pedido in por_vendedor]
    for venta in ventas:
        AvisoDeVenta(venta).enviar()
    return ventas


def _comprobar(pedido: Pedido, producto: Producto | None, comprador_id: int) -> None:
    if producto is None:
        raise ProductoDesconocido
    if not producto.activo:
        raise ProductoDesconocido(producto.nombre)
    if producto.vendedor_id == comprador_id:
        raise ProductoPropio(producto.nombre)
    if not producto.vendedor.is_active:
        raise VendedorInactivo(producto.nombre)
    if producto.stock < pedido.cantidad:
        raise SinExistencias(producto.nombre, quedan=producto.stock)


def _registrar(comprador_id: int, pedido: Pedido, producto: Producto) -> Venta:
    Producto.objects.filter(pk=producto.pk).update(stock=F("stock") - pedido.cantidad)
    series = SerieFactura.objects.select_for_update(no_key=True)
    serie, _ = series.get_or_create(vendedor_id=producto.vendedor_id)
    serie.ultimo += 1
    serie.save(update_fields=["ultimo"])
    return Venta.objects.create(
        numero=serie.numero(serie.ultimo),
        folio=serie.ultimo,
        producto=producto,
        descripcion=producto.nombre,
        comprador_id=comprador_id,
        vendedor=producto.vendedor,
        cantidad=pedido.cantidad,
        monto=producto.precio * pedido.cantidad,
        clave=pedido.clave,
    )
