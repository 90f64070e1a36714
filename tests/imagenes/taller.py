"""Real workers for photos, which are killed where a photo's description says so: `celery -A tests.imagenes.taller worker`.

"muere en X": the process that runs the task X; "muere todo en X": its whole worker. Each once.
"""

from __future__ import annotations

import os
import signal

from celery import Task

from tests.colas import taller
from tests.colas.taller import app

from imagenes import tasks  # isort: skip  (Django is ready now)
from imagenes.models import ImagenUsuario  # isort: skip
from tests.imagenes.constructores import DE_LA_FOTO  # isort: skip

__all__ = ["app"]


def con_muertes(tarea: Task, nombre: str) -> None:
    correr = tarea.run

    def run(imagen_id: int) -> object:
        linea = f"{nombre} {imagen_id} empieza"
        primera = linea not in taller.CUADERNO.read_text()
        taller.anotar(linea)
        descripcion = ImagenUsuario.objects.values_list("descripcion", flat=True).get(pk=imagen_id)
        if primera and descripcion == f"muere en {nombre}":
            os.kill(os.getpid(), signal.SIGKILL)
        if primera and descripcion == f"muere todo en {nombre}":
            os.killpg(0, signal.SIGKILL)
        hecho = correr(imagen_id)
        taller.anotar(f"{nombre} {imagen_id} acaba")
        return hecho

    tarea.run = run


for nombre in DE_LA_FOTO:
    con_muertes(getattr(tasks, nombre), nombre)
