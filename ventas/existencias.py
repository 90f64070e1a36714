"""Stock changed by hand, and the promise of the alert that may follow: both commit, or neither does."""

from __future__ import annotations

from django.db import transaction

from .inventario import mover
from .models import MovimientoInventario
from .tasks import prometer_alerta


def registrar(*, producto_id: int, cantidad: int, clave: str, motivo: str = "") -> MovimientoInventario:
    """Moves stock as `mover` does, and raises as it does."""
    with transaction.atomic():
        movimiento = mover(producto_id=producto_id, cantidad=cantidad, clave=clave, motivo=motivo)
        prometer_alerta(producto_id)
    return movimiento
