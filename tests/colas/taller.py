"""Tasks that misbehave, for real workers: `celery -A tests.colas.taller worker`. Each run leaves a line in a file."""

from __future__ import annotations

import contextlib
import os
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import django
from celery import shared_task
from django.apps import apps

from myproject.celery import app

if not apps.ready:
    django.setup()

from colas.efectos import efecto_unico
from colas.encolado import encolar
from colas.periodos import una_vez_cada
from colas.tareas import FalloDefinitivo

__all__ = ["app"]
CUADERNO = Path(os.environ.get("CUADERNO", "/dev/null"))


def anotar(linea: str) -> None:
    with CUADERNO.open("a") as archivo:
        archivo.write(f"{time.time():.3f} {linea}\n")


@shared_task(name="taller.anotar")
def anotar_tarea(texto: str) -> str:
    anotar(texto)
    return texto


@shared_task(name="taller.anotar_una_vez")
def anotar_una_vez(texto: str) -> None:
    """As a task of the shop: given twice, done once."""
    with efecto_unico(texto) as toca:
        if toca:
            anotar(texto)


@shared_task(name="taller.prometer")
def prometer(texto: str) -> None:
    encolar(anotar_tarea, texto)


@shared_task(name="taller.matar_hijo")
def matar_hijo() -> None:
    anotar("matar_hijo")
    os.kill(os.getpid(), signal.SIGKILL)


@shared_task(name="taller.matar_hijo_una_vez")
def matar_hijo_una_vez() -> None:
    primera = "matar_hijo_una_vez" not in CUADERNO.read_text()
    anotar("matar_hijo_una_vez")
    if primera:
        os.kill(os.getpid(), signal.SIGKILL)
    anotar("sobrevivió")


@shared_task(name="taller.dormir")
def dormir(segundos: float, texto: str = "dormir") -> None:
    anotar(f"{texto} empieza")
    time.sleep(segundos)
    anotar(f"{texto} acaba")


@shared_task(name="taller.no_acabar", soft_time_limit=1, time_limit=2)
def no_acabar() -> None:
    """Ignores the polite request to end."""
    anotar("no_acabar")
    while True:
        with contextlib.suppress(BaseException):
            time.sleep(60)


@shared_task(name="taller.pasarse", soft_time_limit=1, time_limit=5)
def pasarse() -> None:
    anotar("pasarse")
    time.sleep(60)


@shared_task(
    name="taller.fallar",
    reintentar_por=(ConnectionError,),
    al_fallar=lambda: anotar("avisado"),
)
def fallar() -> None:
    anotar("fallar")
    raise ConnectionError("nobody listens")


@shared_task(name="taller.fallar_del_todo", reintentar_por=(Exception,))
def fallar_del_todo() -> None:
    anotar("fallar_del_todo")
    raise FalloDefinitivo("refused for good")


@shared_task(name="taller.efecto")
def efecto(clave: str, segundos: float = 0.3) -> None:
    with efecto_unico(clave, plazo=3) as toca:
        anotar(f"efecto {toca}")
        if toca:
            time.sleep(segundos)
            anotar("hecho")


@shared_task(name="taller.programada")
@una_vez_cada(60)
def programada() -> None:
    anotar("programada")


@contextlib.contextmanager
def cuaderno_propio() -> Iterator[None]:
    """A notebook for tasks that run in the process of a test."""
    global CUADERNO  # noqa: PLW0603
    anterior = CUADERNO
    with tempfile.NamedTemporaryFile() as archivo:
        CUADERNO = Path(archivo.name)
        try:
            yield
        finally:
            CUADERNO = anterior
