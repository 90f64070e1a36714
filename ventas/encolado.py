"""A purchase, and the promise of what follows it: both commit, or neither does."""

from __future__ import annotations

from django.db import transaction

from colas.encolado import encolar

from . import carritos
from .models import Venta
from .servicios import Pedido, vender_varios
from .tasks import clave_de_venta, procesar_venta_completa


def comprar(*, comprador_id: int, pedido: Pedido) -> Venta:
    """Sells one product and promises the work; returns the sale, raises as `vender` does."""
    with transaction.atomic():
        venta = vender_varios(comprador_id=comprador_id, pedidos=[pedido])[0]
        encolar_trabajo(venta.pk)
    return venta


def comprar_carrito(*, usuario_id: int, carrito_id: int) -> list[Venta]:
    """Sells a whole cart and promises the work of each sale; raises as `carritos.comprar` does."""
    with transaction.atomic():
        ventas = carritos.comprar(usuario_id=usuario_id, carrito_id=carrito_id)
        for venta in ventas:
            encolar_trabajo(venta.pk)
    return ventas


def encolar_trabajo(venta_id: int) -> None:
    """Promises what follows a sale, in the transaction of the sale."""
    encolar(procesar_venta_completa, venta_id, clave=clave_de_venta(venta_id))
