"""RabbitMQ as the broker, by CELERY_BROKER_URL and nothing else changed."""

from __future__ import annotations

import json
import secrets
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from kombu import Connection, Exchange, Queue

from tests.capacidades import amqp_url
from tests.procesos import Servicio

pytestmark = pytest.mark.rabbitmq


@contextmanager
def cola_propia() -> Iterator[str]:
    """Gives a queue that is nobody's: the RabbitMQ may be somebody's, and `celery` there too."""
    nombre = f"prueba-{secrets.token_hex(6)}"
    try:
        yield nombre
    finally:
        with Connection(amqp_url()) as conexion:
            Queue(nombre, channel=conexion.default_channel).delete()
            Exchange(nombre, channel=conexion.default_channel).delete()


def listo(servicio: Servicio) -> dict[str, str]:
    with urllib.request.urlopen(f"{servicio.url}/readyz", timeout=5) as respuesta:
        estado: dict[str, str] = json.load(respuesta)
        return estado


def test_it_runs_a_task_that_went_through_rabbitmq() -> None:
    with cola_propia() as cola:
        servicio = Servicio(entorno={"CELERY_BROKER_URL": amqp_url() or ""})
        servicio.partes["worker"] = f"celery -A myproject worker -Q {cola} -P threads -c 1 --without-gossip"
        with servicio:
            assert listo(servicio)["broker"] == "ok"
            pedido = (
                "from myproject.celery import debug_task;"
                f"debug_task.apply_async(queue='{cola}', task_id='{cola}');"
                f"print(debug_task.AsyncResult('{cola}').get(timeout=30))"
            )
            hecho = servicio.manage("shell", "--no-imports", "-c", pedido)
            assert f"'routing_key': '{cola}'" in hecho
