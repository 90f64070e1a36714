"""Work that background work needs itself."""

from celery import shared_task

from . import barrido
from .periodos import una_vez_cada


@shared_task(name="colas.tasks.barrer_pendientes")
@una_vez_cada(5)
def barrer_pendientes() -> None:
    """Enqueues what was promised and is not in a queue."""
    barrido.barrer()


@shared_task(name="colas.tasks.podar_registros")
@una_vez_cada(86_400)
def podar_registros() -> None:
    """Deletes old rows that nobody asks for any more."""
    barrido.podar()
