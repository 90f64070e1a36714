"""Hands the work that follows a sale to the workers, once the sale is committed."""

from __future__ import annotations

import logging

from django.db import transaction
from kombu.exceptions import OperationalError

from .tasks import procesar_venta_completa

logger = logging.getLogger(__name__)


def encolar_trabajo(venta_id: int) -> None:
    """Enqueues on commit: before it a worker would look for a sale that is not there yet."""
    transaction.on_commit(lambda: _encolar(venta_id), robust=True)


def _encolar(venta_id: int) -> None:
    try:
        procesar_venta_completa.delay(venta_id)
    except (OperationalError, OSError) as error:
        # The sale stands without its broker: the buyer is answered all the same.
        logger.error("The work of sale %s was not enqueued: %s", venta_id, error)
