"""Builders of what the console shows: failed tasks, workers, messages."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from celery import current_app
from django.conf import settings
from redis import Redis

from colas.models import TareaFallida


def crear_fallida(tarea: str = "ventas.tasks.generar_factura_pdf", *args: Any, **campos: Any) -> TareaFallida:
    campos = {"cola": "emails", "error": "OSError: no hay papel", "traza": "Traceback…", **campos}
    return TareaFallida.objects.create(
        tarea=tarea, tarea_id=secrets.token_hex(8), argumentos=list(args or [17]), **campos
    )


@contextmanager
def redis_de_prueba() -> Iterator[Redis]:
    """Gives the test run's Redis, empty, and leaves it empty."""
    with Redis.from_url(settings.REDIS_URL) as cliente:
        cliente.flushdb()
        yield cliente
        cliente.flushdb()


def apuntar_trabajador(redis: Redis, nombre: str, *colas: str, **campos: Any) -> None:
    """Writes what a living worker writes."""
    ficha = {
        "nombre": nombre,
        "pid": 4711,
        "colas": list(colas),
        "desde": datetime.now(UTC).isoformat(),
        "concurrencia": 2,
        "en_curso": {},
        "programadas": {},
        **campos,
    }
    redis.set(f"colas:trabajador:{nombre}", json.dumps(ficha), ex=15)


def apuntar_recuento(redis: Redis, **campos: int) -> None:
    """`celery__terminadas=3` counts three."""
    recuento = {nombre.replace("__", ":"): cuantas for nombre, cuantas in campos.items()}
    redis.hset(f"colas:recuento:{datetime.now(UTC):%Y-%m-%d}", mapping=recuento)


def encolar_a_mano(cola: str, *, hace: float = 0, priority: int = 5) -> None:
    """Puts a message into a queue as if it had been enqueued so many seconds ago."""
    with current_app.connection_for_write() as conexion:
        conexion.Producer().publish(
            {}, exchange="", routing_key=cola, priority=priority, headers={"encolada_en": time.time() - hace}
        )
