"""Stock changed by hand, and the promise of the alert that may follow: both commit, or neither does."""

from __future__ import annotations

from django.db import transaction

from colas.encolado import encolar

from .inventario import hay_que_alertar, mover
from .models import MovimientoInventario
from .tasks import notificar_stock_bajo


def registrar(*, producto_id: int, cantidad: int, clave: str, motivo: str = "") -> MovimientoInventario:
    """Moves stock as `mover` does, and raises as it does."""
    with transaction.atomic():
        movimiento = mover(producto_id=producto_id, cantidad=cantidad, clave=clave, motivo=motivo)
        prometer_alerta(producto_id)
    return movimiento


def prometer_alerta(producto_id: int) -> None:
    """Promises, in the caller's transaction, that seller and supplier hear of a product that fell below its minimum."""
    if hay_que_alertar(producto_id):
        encolar(notificar_stock_bajo, producto_id, clave=f"stock-bajo-{producto_id}")
