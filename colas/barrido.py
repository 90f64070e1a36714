"""The sweep: enqueues what was promised and is not in a queue, or was and is not heard of any more."""

from __future__ import annotations

import time
from datetime import timedelta

from celery import current_app
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from . import fallidas
from .encolado import mandar
from .models import Efecto, Entrega, Pendiente, TareaFallida

LOTE = 200
TIEMPO = 20.0
# While a sweep publishes a row, others leave it alone.
RESERVA = timedelta(seconds=60)
VECES_MAXIMAS = 8
TESTIGO = "colas:testigo"


def barrer() -> int:
    """Returns how many were enqueued; stops at the first that the broker does not take, and after 20 s."""
    hasta, hechas = time.monotonic() + TIEMPO, 0
    _olvidar_lo_perdido()
    while time.monotonic() < hasta:
        filas = _reservar()
        for turno, fila in enumerate(filas):
            if fila.veces >= VECES_MAXIMAS:
                _darla_por_perdida(fila)
            elif not mandar(fila):
                _devolver(filas[turno:])
                return hechas
            hechas += 1
        if len(filas) < LOTE:
            break
    return hechas


def podar(dias: int = 90) -> None:
    """Deletes what nobody asks for any more: old ledger rows that are done, old deliveries, failures that were dealt with."""
    antes = timezone.now() - timedelta(days=dias)
    Efecto.objects.filter(tomado_en__lt=antes, hecho_en__isnull=False).delete()
    Entrega.objects.filter(ultima__lt=antes).delete()
    abiertas = fallidas.abiertas().values("pk")
    TareaFallida.objects.filter(fallida_en__lt=antes).exclude(pk__in=abiertas).delete()


def _reservar() -> list[Pendiente]:
    ahora = timezone.now()
    with transaction.atomic():
        salta = connection.features.has_select_for_update_skip_locked
        vencidas = Pendiente.objects.select_for_update(skip_locked=salta).filter(desde__lte=ahora)
        filas = list(vencidas.order_by("desde", "pk")[:LOTE])
        Pendiente.objects.filter(pk__in=[fila.pk for fila in filas]).update(desde=ahora + RESERVA)
    return filas


def _devolver(filas: list[Pendiente]) -> None:
    Pendiente.objects.filter(pk__in=[fila.pk for fila in filas]).update(desde=timezone.now())


def _olvidar_lo_perdido() -> None:
    """A Redis that came back empty has lost its queues, with the mark that we left in it: all of it is enqueued again."""
    if not settings.CELERY_BROKER_URL.startswith(("redis", "rediss")):
        return
    with current_app.connection_for_write() as conexion:
        if conexion.default_channel.client.set(TESTIGO, "1", nx=True):
            Pendiente.objects.filter(encolada=True).update(encolada=False, desde=timezone.now())


def _darla_por_perdida(fila: Pendiente) -> None:
    with transaction.atomic():
        fallidas.registrar(
            tarea=fila.tarea,
            tarea_id=f"pendiente-{fila.pk}",
            args=fila.argumentos,
            kwargs=fila.opciones.get("kwargs", {}),
            cola=fila.cola,
            error=f"It was enqueued {fila.veces} times and never ended.",
            intentos=fila.veces,
        )
        fila.delete()
