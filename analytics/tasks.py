"""Work that runs by the clock."""

from celery import shared_task

from colas.periodos import una_vez_cada
from colas.tareas import CallbackTask

from . import servicios

CADA = 300


@shared_task(name="analytics.tasks.actualizar_estadisticas", base=CallbackTask, ignore_result=True)
@una_vez_cada(CADA)
def actualizar_estadisticas() -> None:
    """Adds to the statistics what was sold since the last time."""
    servicios.contar()
