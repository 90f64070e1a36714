"""`manage.py trabajador alta normal baja`: a Celery worker that serves queues strictly in the order given."""

from __future__ import annotations

import os
import socket
import sys
from argparse import ArgumentParser, ArgumentTypeError
from functools import partial
from typing import Any

from celery import current_app
from celery.worker import state
from django.core.management.base import BaseCommand

from colas.orden import ConsumidorEnOrden, Turnos


class Command(BaseCommand):
    help = (
        "Atiende colas en orden estricto: mientras haya algo en una, las que siguen esperan. "
        "Es un trabajador de Celery completo; se detiene con Ctrl-C cuando acaba lo que tiene en curso."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "colas", nargs="+", metavar="COLA", help="las colas, la primera es la más urgente"
        )
        parser.add_argument(
            "--concurrencia", type=_positivo, default=1, metavar="N", help="tareas a la vez (1 si no se dice)"
        )
        parser.add_argument(
            "--rafaga", action="store_true", help="termina, con código 0, cuando sus colas quedan vacías"
        )
        parser.add_argument("--nombre", default="", help="nombre del trabajador; cada uno necesita el suyo")
        parser.add_argument(
            "--pool",
            choices=["prefork", "threads", "solo"],
            default="prefork",
            help="procesos (prefork, con límites de tiempo), hilos, o en el propio proceso",
        )

    def handle(self, *args: Any, **opciones: Any) -> None:
        colas = list(dict.fromkeys(opciones["colas"]))
        trabajador = current_app.Worker(
            hostname=_nombre(opciones["nombre"]),
            queues=colas,
            concurrency=opciones["concurrencia"],
            pool_cls=opciones["pool"],
            loglevel="INFO",
            # As the other workers of the service: nobody reads what these two would tell at the cost of a second.
            without_mingle=True,
            without_gossip=True,
        )
        turnos = Turnos(
            colas,
            hub=lambda: trabajador.hub,
            hay_sitio=lambda: len(state.reserved_requests) < trabajador.pool.num_processes,
            al_vaciar=_acabar if opciones["rafaga"] else lambda: None,
        )
        current_app.amqp.Consumer = partial(ConsumidorEnOrden, turnos=turnos)
        trabajador.start()
        sys.exit(trabajador.exitcode)


def _acabar() -> None:
    """Ends the worker once nothing runs. What it holds for later goes back to its queue."""
    if not state.reserved_requests:
        state.should_stop = os.EX_OK


def _positivo(texto: str) -> int:
    if not texto.isdecimal() or not 1 <= int(texto) <= 1000:
        raise ArgumentTypeError(f"{texto!r} no es un número entero de 1 a 1000")
    return int(texto)


def _nombre(pedido: str) -> str:
    """Returns the name of the worker in the cluster: two of the same name would be taken for one."""
    nombre = pedido or f"trabajador-{os.getpid()}"
    return nombre if "@" in nombre else f"{nombre}@{socket.gethostname()}"
