"""Work that runs by the clock."""

from celery import shared_task

from . import poda


@shared_task(name="notificaciones.tasks.podar_notificaciones", ignore_result=True)
def podar_notificaciones() -> None:
    """Deletes notifications that are older than the settings allow."""
    poda.podar_todas()
