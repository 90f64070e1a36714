"""The ledger: everything is delivered at least once, every effect is made once.

A claim lasts as long as whoever made it can be at work, so that a killed worker's claim falls to the next run. What the
database cannot see stays open by a hair: a process that dies after the mail server said yes and before the row says so
sends that mail again, with the same Message-ID.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from celery import current_task
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from .models import Efecto

# No task runs for longer; where pools know no limits (threads), nothing that makes an effect takes so long.
PLAZO = settings.CELERY_TASK_TIME_LIMIT + 5
logger = logging.getLogger(__name__)


class EfectoEnCurso(Exception):
    """Somebody else is making the effect now; `resta` is how many seconds that may still take."""

    def __init__(self, clave: str, resta: float) -> None:
        super().__init__(f"{clave} is being done by another worker, for {resta:.0f} s more at most.")
        self.resta = resta


@contextmanager
def efecto_unico(clave: str, *, plazo: float = PLAZO) -> Iterator[bool]:
    """Gives True to whoever is to make the effect now, False when it was made before.

    `plazo` is for how many seconds the claim holds: longer than making the effect can take. Raises EfectoEnCurso while
    another's claim holds. An exception in the body gives the claim back. Inside a transaction, claim and effect commit together.
    """
    ficha = _tomar(clave, plazo)
    if ficha is None:
        yield False
        return
    try:
        yield True
    except BaseException:
        _soltar(clave, ficha)
        raise
    mio = Efecto.objects.filter(clave=clave, ficha=ficha, hecho_en__isnull=True)
    if not mio.update(hecho_en=timezone.now()):
        logger.error("%s took longer than its claim of %s s: it may have been made twice.", clave, plazo)


def esta_hecho(clave: str) -> bool:
    """Returns whether the effect was made."""
    return Efecto.objects.filter(clave=clave, hecho_en__isnull=False).exists()


def _tomar(clave: str, plazo: float) -> str | None:
    """Returns the token of our claim, None when the effect was made before. A first claim is a single write."""
    ahora, ficha = timezone.now(), secrets.token_hex(8)
    campos = {
        "ficha": ficha,
        "quien": _quien(),
        "tomado_en": ahora,
        "vence": ahora + timedelta(seconds=plazo),
    }
    Efecto.objects.bulk_create([Efecto(clave=clave, intentos=1, **campos)], ignore_conflicts=True)
    efecto = Efecto.objects.get(clave=clave)
    if efecto.ficha == ficha:
        return ficha
    if efecto.hecho_en is not None:
        return None
    vencido = Efecto.objects.filter(clave=clave, hecho_en__isnull=True, vence__lte=ahora)
    if vencido.update(intentos=F("intentos") + 1, **campos):
        return ficha
    raise EfectoEnCurso(clave, max(0.0, (efecto.vence - ahora).total_seconds()))


def _soltar(clave: str, ficha: str) -> None:
    # In a transaction that is broken, its rollback gives the claim back.
    if not transaction.get_connection().needs_rollback:
        Efecto.objects.filter(clave=clave, ficha=ficha).update(vence=timezone.now())


def _quien() -> str:
    if not current_task:
        return "outside of a worker"
    return f"{current_task.request.hostname} {current_task.name}[{current_task.request.id}]"[:200]
