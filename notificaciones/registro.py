"""Logging of trouble: at most one line a second and cause, so that an outage does not fill a disk."""

from __future__ import annotations

import logging
import time

from prometheus_client import Counter

logger = logging.getLogger("notificaciones")

PROBLEMAS = Counter("notificaciones_problemas", "Trouble that delivery survived, by cause", ["causa"])
PUBLICADAS = Counter("notificaciones_publicadas", "Events handed to Redis")

_ultima_linea: dict[str, float] = {}


def problema(causa: str, mensaje: str, *argumentos: object) -> None:
    """Counts a trouble of the given cause, and logs it unless that cause was logged within the last second."""
    PROBLEMAS.labels(causa).inc()
    ahora = time.monotonic()
    if ahora - _ultima_linea.get(causa, -1.0) >= 1.0:
        _ultima_linea[causa] = ahora
        logger.warning(mensaje, *argumentos)
