"""Scheduled work runs once a period, however many schedulers there are."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from celery import current_task
from django.db.models import Q
from django.utils import timezone

from .models import Periodo

# A scheduler is never on the second: the next run may come a little early.
HOLGURA = 0.9
logger = logging.getLogger(__name__)


def una_vez_cada(segundos: float) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorates the function of a scheduled task: sent again within the period, by a second scheduler, it does nothing.

    Called directly it always runs; so does a run that is tried again.
    """

    def decorar(funcion: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(funcion)
        def envuelta(*args: Any, **kwargs: Any) -> Any:
            if _toca(segundos):
                return funcion(*args, **kwargs)
            logger.info("%s was run by another scheduler in this period.", current_task.name)
            return None

        return envuelta

    return decorar


def _toca(segundos: float) -> bool:
    peticion = current_task.request if current_task else None
    if peticion is None or peticion.called_directly or peticion.retries:
        return True
    if (peticion.delivery_info or {}).get("redelivered"):
        return True
    ahora = timezone.now()
    antes = ahora - timedelta(seconds=segundos * HOLGURA)
    # An old date: whoever updates the row first has the period, the maker of the row too.
    nunca = Periodo(tarea=current_task.name, corrida_en=timezone.now() - timedelta(days=36_500))
    Periodo.objects.bulk_create([nunca], ignore_conflicts=True)
    # A time to come was written by a clock that was wrong: it must not stop the task until then.
    libre = Q(corrida_en__lte=antes) | Q(corrida_en__gt=ahora + timedelta(seconds=segundos))
    suyo = Periodo.objects.filter(libre, tarea=current_task.name).update(corrida_en=ahora)
    return suyo == 1
