"""The end of a worker, on SIGTERM: tasks finish, and what does not in time goes back to its queue.

Celery alone waits for as long as a task may run; whoever deploys kills it before that, and loses what it knew.
"""

from __future__ import annotations

import logging
import os
import signal
from threading import Timer
from typing import Any

from django.conf import settings

logger = logging.getLogger(__name__)

# A broker that does not answer may hold up what is given back to it.
PARA_DEVOLVER = 6.0


def acotar(how: str, **_: Any) -> None:
    """Bounds a warm shutdown: after SEGUNDOS_DE_DESPEDIDA it becomes a cold one, and at last the process ends without one."""
    if how == "Warm":
        _dentro_de(settings.SEGUNDOS_DE_DESPEDIDA, _devolver)
        _dentro_de(settings.SEGUNDOS_DE_DESPEDIDA + PARA_DEVOLVER, _acabar)


def _dentro_de(segundos: float, accion: Any) -> None:
    reloj = Timer(segundos, accion)
    # It must not hold a worker whose tasks have finished.
    reloj.daemon = True
    reloj.start()


def _devolver() -> None:
    logger.warning("What still runs goes back to its queue: SEGUNDOS_DE_DESPEDIDA are over")
    os.kill(os.getpid(), signal.SIGQUIT)


def _acabar() -> None:
    logger.warning("The worker did not end by itself; what it held runs again when its lease is over")
    os._exit(1)
