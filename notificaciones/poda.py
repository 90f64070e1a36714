"""Old notifications go: the read ones after some months, the unread ones after a year. In batches, so nobody waits."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from . import servicios
from .conf import ajustes
from .models import Notificacion

logger = logging.getLogger(__name__)


def candidatas() -> QuerySet[Notificacion]:
    """Returns the notifications that are old enough to be deleted."""
    ahora = timezone.now()
    leidas = Q(leida_en__isnull=False, creada__lt=ahora - timedelta(days=ajustes().DIAS_CONSERVAR_LEIDAS))
    todas = Q(creada__lt=ahora - timedelta(days=ajustes().DIAS_CONSERVAR_NO_LEIDAS))
    return Notificacion.objects.filter(leidas | todas)


def podar_todas() -> int:
    """Returns how many were deleted."""
    total = 0
    viejas = candidatas()
    usuarios = viejas.order_by("usuario_id").values_list("usuario_id", flat=True).distinct()
    for usuario_id in list(usuarios):
        while podadas := servicios.podar(usuario_id=usuario_id, candidatas=viejas):
            total += podadas
    logger.info("Pruned %d notifications", total)
    return total
