"""What people may do to a queue: leave it alone for a while, let it go on, throw away what waits in it."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone

from . import fallidas, intermediarios
from .models import ColaSuspendida, Pendiente


def suspender(colas: Iterable[str], *, por: str) -> int:
    """Returns how many of these queues were being served until now; workers stop taking from them within two seconds."""
    nuevas = set(colas) - set(ColaSuspendida.objects.values_list("cola", flat=True))
    filas = [ColaSuspendida(cola=cola, desde=timezone.now(), por=por[:150]) for cola in sorted(nuevas)]
    ColaSuspendida.objects.bulk_create(filas, ignore_conflicts=True)
    fallidas.decir_que_cambio()
    return len(filas)


def reanudar(colas: Iterable[str]) -> int:
    """Returns how many of these queues were suspended until now."""
    cuantas = ColaSuspendida.objects.filter(cola__in=list(colas)).delete()[0]
    fallidas.decir_que_cambio()
    return cuantas


def vaciar(cola: str) -> int:
    """Throws away the messages of a queue and their promises, or the sweep would bring them again; returns how many messages.

    Raises SinIntermediario.
    """
    antes = timezone.now()
    cuantos = intermediarios.vaciar(cola)
    Pendiente.objects.filter(cola=cola, encolada=True, creada__lte=antes).delete()
    fallidas.decir_que_cambio()
    return cuantos
