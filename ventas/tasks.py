"""What follows a sale, in a worker."""

from __future__ import annotations

import logging

from celery import shared_task

from .avisos import AvisoDeCompra
from .models import Venta

logger = logging.getLogger(__name__)


@shared_task(name="ventas.tasks.procesar_venta_completa", ignore_result=True)
def procesar_venta_completa(venta_id: int) -> None:
    """Does what a sale still needs, then tells the buyer. Run again, it tells nobody twice."""
    venta = Venta.objects.select_related("producto").filter(pk=venta_id).first()
    if venta is None:
        # To run again would not bring it back.
        logger.warning("Sale %s does not exist: nothing to do for it.", venta_id)
        return
    AvisoDeCompra(venta).enviar()
