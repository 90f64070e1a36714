"""Beat that can be watched, and that takes a broker's absence in one line."""

from __future__ import annotations

import logging
import socket
import time
from datetime import datetime
from typing import Any

from celery.beat import PersistentScheduler, SchedulingError
from django.db import DatabaseError
from django.utils import timezone

from .models import Latido

ENTRE_LATIDOS = 5.0
NOMBRE = "beat"
logger = logging.getLogger(__name__)


class Planificador(PersistentScheduler):
    """Celery's own scheduler, with a row that says when it was last alive."""

    _visto = -ENTRE_LATIDOS

    def tick(self, *args: Any, **kwargs: Any) -> float:
        espera = super().tick(*args, **kwargs)
        self._latir()
        return float(min(espera, ENTRE_LATIDOS))

    def apply_entry(self, entry: Any, producer: Any = None) -> None:
        try:
            self.apply_async(entry, producer=producer, advance=False)
        except (SchedulingError, OSError) as error:
            logger.warning("%s was not enqueued; its next time is: %s", entry.name, error)

    def _latir(self) -> None:
        if time.monotonic() - self._visto < ENTRE_LATIDOS:
            return
        self._visto = time.monotonic()
        try:
            Latido.objects.update_or_create(
                nombre=f"{NOMBRE}@{socket.gethostname()}"[:120], defaults={"visto_en": timezone.now()}
            )
        except DatabaseError as error:
            logger.warning("The scheduler could not say that it is alive: %s", error)


def visto_en() -> datetime | None:
    """Returns when any scheduler was last alive."""
    return Latido.objects.order_by("-visto_en").values_list("visto_en", flat=True).first()
