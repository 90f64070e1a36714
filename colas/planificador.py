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

from .encolado import encolar
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

    def _ensure_connected(self) -> Any:
        # Celery's waits here until the broker is there, and gives up in the end: nobody would know that we live.
        return self.connection

    def apply_entry(self, entry: Any, producer: Any = None) -> None:
        try:
            self.apply_async(entry, producer=producer, advance=False)
        except (SchedulingError, OSError) as error:
            logger.warning("%s was not enqueued: %s", entry.name, error)
            self._soltar_conexion()
            self._prometer(entry)

    def _soltar_conexion(self) -> None:
        """The next entry gets a connection of its own: on RabbitMQ a producer never mends a broken one."""
        self.__dict__.pop("producer", None)
        conexion = self.__dict__.pop("connection", None)
        if conexion is not None:
            conexion.collect()

    def _prometer(self, entry: Any) -> None:
        """What is due once a day must not wait for tomorrow: the sweep enqueues it. What expires comes again soon."""
        tarea = self.app.tasks.get(entry.task)
        if tarea is None or "expires" in entry.options:
            return
        try:
            encolar(tarea, *(entry.args or ()), clave=f"horario-{entry.name}", _kwargs=entry.kwargs)
        except DatabaseError as error:
            logger.warning("%s was not promised either; its next time is: %s", entry.name, error)

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
