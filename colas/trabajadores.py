"""The worker's side: says every two seconds that it lives and what it does, and obeys suspended queues.

On Redis it also renews the leases of the messages that it holds. A message is given to another worker when its lease has run
out, so the lease can be short, and still a task that waits four minutes for its next try is not run twice.
"""

from __future__ import annotations

import json
import logging
import os
import time
from collections import Counter
from datetime import UTC, datetime
from threading import Event, Thread
from typing import Any

from celery import bootsteps
from celery.signals import task_unknown, worker_process_init
from celery.worker import state
from django.conf import settings
from django.db import DatabaseError, connections
from redis import Redis
from redis.exceptions import RedisError

from notificaciones.registro import problema

from . import fallidas
from .bifurcacion import base_abierta
from .models import ColaSuspendida
from .peticion import RECUENTO

CADA = 2.0
PRESENCIA_S = 15
RECUENTO_S = 8 * 86_400
logger = logging.getLogger(__name__)


class Presencia(bootsteps.StartStopStep):
    """Runs in the consumer: it knows the queues, and what was received and not answered yet."""

    requires = {"celery.worker.consumer.tasks:Tasks"}

    def __init__(self, consumidor: Any, **kwargs: Any) -> None:
        super().__init__(consumidor, **kwargs)
        self._fin = Event()
        self._hilo: Thread | None = None
        self._desde = datetime.now(UTC).isoformat()
        self._dicho: dict[str, Any] = {}
        self._dejar_suspendidas(consumidor)

    def start(self, consumidor: Any) -> None:
        self._fin = Event()
        # A thread: a Redis or a database that does not answer must not stop the worker's loop.
        self._hilo = Thread(target=self._vivir, args=(consumidor, self._fin), name="presencia", daemon=True)
        self._hilo.start()
        if consumidor.hub is not None and hasattr(consumidor.task_consumer.channel, "unacked_index_key"):
            consumidor.hub.call_repeatedly(renovar_cada(), renovar, consumidor)

    def stop(self, consumidor: Any) -> None:
        self._fin.set()

    def _vivir(self, consumidor: Any, fin: Event) -> None:
        while True:
            try:
                with base_abierta():
                    self._obedecer(consumidor)
            except Exception as error:
                problema("suspendidas", "The suspended queues cannot be read: %s", error)
            try:
                self._contar_lo_hecho(consumidor)
            except Exception as error:
                # Whatever it is, also a set that changes while it is read: a thread that ends hides the worker for good.
                problema("presencia", "The worker could not say that it is alive: %s", error)
            if fin.wait(CADA):
                return

    def _dejar_suspendidas(self, consumidor: Any) -> None:
        """Before it subscribes to anything: RabbitMQ would hand over a message of each place at once."""
        consumidor.colas_propias = frozenset(consumidor.app.amqp.queues.consume_from)
        try:
            with base_abierta():
                suspendidas = set(ColaSuspendida.objects.values_list("cola", flat=True))
        except DatabaseError as error:
            problema("suspendidas", "The suspended queues cannot be read: %s", error)
            return
        for cola in suspendidas & consumidor.colas_propias:
            logger.warning("The queue %s is suspended: nothing is taken from it.", cola)
            consumidor.app.amqp.queues.deselect(cola)

    def _obedecer(self, consumidor: Any) -> None:
        suspendidas = set(ColaSuspendida.objects.values_list("cola", flat=True))
        todas = set(consumidor.app.amqp.queues)
        servidas = set(consumidor.app.amqp.queues.consume_from)
        for cola in suspendidas & servidas:
            logger.warning("The queue %s is suspended: nothing is taken from it.", cola)
            consumidor.call_soon(consumidor.cancel_task_queue, cola)
        for cola in (consumidor.colas_propias & todas) - servidas - suspendidas:
            logger.warning("The queue %s is served again.", cola)
            consumidor.call_soon(consumidor.add_task_queue, cola)

    def _contar_lo_hecho(self, consumidor: Any) -> None:
        ficha = {
            "nombre": consumidor.hostname,
            "pid": os.getpid(),
            "colas": sorted(consumidor.app.amqp.queues.consume_from),
            "desde": self._desde,
            "concurrencia": consumidor.pool.num_processes,
            "en_curso": Counter(peticion.cola for peticion in tuple(state.active_requests)),
            "programadas": _programadas(consumidor),
        }
        hecho = {campo: RECUENTO.pop(campo) for campo in tuple(RECUENTO)}
        with Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1) as redis:
            tubo = redis.pipeline(transaction=False)
            tubo.set(f"colas:trabajador:{consumidor.hostname}", json.dumps(ficha), ex=PRESENCIA_S)
            recuento = f"colas:recuento:{datetime.now(UTC):%Y-%m-%d}"
            for campo, cuantas in hecho.items():
                tubo.hincrby(recuento, campo, cuantas)
            tubo.expire(recuento, RECUENTO_S)
            try:
                tubo.execute()
            except (RedisError, OSError):
                RECUENTO.update(hecho)
                raise
        if hecho or ficha != self._dicho:
            self._dicho = ficha
            with base_abierta():
                fallidas.decir_que_cambio()


def _programadas(consumidor: Any) -> dict[str, int]:
    """Returns how many messages wait in this worker for their time, by queue."""
    cuenta: Counter[str] = Counter()
    for entrada in tuple(consumidor.timer.schedule.queue):
        peticion = next(iter(entrada.entry.args), None)
        if peticion is not None and hasattr(peticion, "cola"):
            cuenta[peticion.cola] += 1
    return cuenta


def renovar_cada() -> float:
    return min(10.0, settings.PLAZO_DE_VISIBILIDAD / 3)


def renovar(consumidor: Any) -> None:
    """Renews the leases of all the messages that this worker holds; one round trip, none without messages."""
    canal = consumidor.task_consumer.channel
    fichas = list(canal.qos._delivered)
    if fichas:
        try:
            # Not canal.client: on its connection the answer of a BRPOP may be under way, with a message in it.
            with canal.conn_or_acquire() as cliente:
                cliente.zadd(canal.unacked_index_key, dict.fromkeys(fichas, time.time()), xx=True)
        except (RedisError, OSError) as error:
            problema("renovar", "The leases of %d messages were not renewed: %s", len(fichas), error)


@worker_process_init.connect
def olvidar_conexiones(**_: object) -> None:
    """A child must not share its parent's connections: a pool's threads do not survive the fork."""
    for conexion in connections.all(initialized_only=True):
        conexion.connection = None
        getattr(conexion, "_connection_pools", {}).clear()


@task_unknown.connect
def anotar_desconocida(name: str = "", id: str = "", **_: object) -> None:
    """A message that names no task of ours is dropped by the worker; staff are to know."""
    try:
        with base_abierta():
            fallidas.registrar(tarea=name, tarea_id=id, error="No task has this name.")
    except DatabaseError as error:
        problema("desconocida", "The unknown task %s was not recorded: %s", name, error)
