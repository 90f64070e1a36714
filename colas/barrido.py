"""The sweep: enqueues what was promised and is not in a queue, or was and is not heard of any more."""

from __future__ import annotations

import time
from datetime import timedelta

from celery import current_app
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from kombu.exceptions import KombuError
from redis.exceptions import RedisError

from notificaciones.registro import problema

from . import fallidas
from .encolado import mandar
from .models import ColaSuspendida, Efecto, Entrega, Latido, Pendiente, TareaFallida

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
            if fila.tarea not in current_app.tasks:
                # One that was renamed since would stop all the others, each time.
                _darla_por_perdida(fila, "No task has this name.")
            elif fila.veces >= VECES_MAXIMAS:
                _darla_por_perdida(fila, f"It was enqueued {fila.veces} times and never ended.")
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
    Latido.objects.filter(visto_en__lt=antes).delete()
    abiertas = fallidas.abiertas().values("pk")
    TareaFallida.objects.filter(fallida_en__lt=antes).exclude(pk__in=abiertas).delete()


def _reservar() -> list[Pendiente]:
    ahora = timezone.now()
    with transaction.atomic():
        salta = connection.features.has_select_for_update_skip_locked
        vencidas = Pendiente.objects.select_for_update(skip_locked=salta).filter(desde__lte=ahora)
        # In a suspended queue it waits on purpose: to enqueue it again would only repeat it, and in the end give it up.
        vencidas = vencidas.exclude(encolada=True, cola__in=ColaSuspendida.objects.values("cola"))
        filas = list(vencidas.order_by("desde", "pk")[:LOTE])
        Pendiente.objects.filter(pk__in=[fila.pk for fila in filas]).update(desde=ahora + RESERVA)
    return filas


def _devolver(filas: list[Pendiente]) -> None:
    Pendiente.objects.filter(pk__in=[fila.pk for fila in filas]).update(desde=timezone.now())


def _olvidar_lo_perdido() -> None:
    """A Redis that came back empty has lost its queues, with the mark that we left in it: all of it is enqueued again."""
    if not settings.CELERY_BROKER_URL.startswith(("redis", "rediss")):
        return
    try:
        with current_app.connection_for_write() as conexion:
            redis = conexion.default_channel.client
            if not redis.exists(TESTIGO):
                Pendiente.objects.filter(encolada=True).update(encolada=False, desde=timezone.now())
                redis.set(TESTIGO, "1")
    except (KombuError, RedisError, OSError) as error:
        problema("testigo", "The broker did not say whether it forgot anything: %s", error)


def _darla_por_perdida(fila: Pendiente, motivo: str) -> None:
    with transaction.atomic():
        fallidas.registrar(
            tarea=fila.tarea,
            tarea_id=f"pendiente-{fila.pk}",
            args=fila.argumentos,
            kwargs=fila.opciones.get("kwargs", {}),
            cola=fila.cola,
            error=motivo,
            intentos=fila.veces,
        )
        fila.delete()
