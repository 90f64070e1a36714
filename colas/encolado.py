"""Enqueuing is part of what it follows from: a row in the same transaction promises the work, the commit enqueues it.

What could not be enqueued, and what was never heard of again, is enqueued by the sweep (barrido.py). So a broker that
refuses, freezes or forgets costs a caller less than two seconds and nobody any work.
"""

from __future__ import annotations

import json
import time
from datetime import timedelta
from typing import Any

from celery import Task, current_app, current_task
from celery.canvas import maybe_signature
from django.conf import settings
from django.db import DatabaseError, InterfaceError, transaction
from django.db.models import F
from django.utils import timezone
from kombu import Connection, Producer, pools
from kombu.exceptions import KombuError

from notificaciones.registro import problema

from .models import Pendiente

# The sweep leaves alone what the commit is about to enqueue.
GRACIA = timedelta(seconds=5)
# How long is waited for the end of work before it is enqueued again; doubled each time.
PACIENCIA = timedelta(minutes=30)
PAUSA_TRAS_FALLO = 2.0
BYTES_MAXIMOS = 64 * 1024

_en_pausa_hasta = 0.0


def encolar(
    tarea: Task,
    *args: Any,
    clave: str = "",
    _kwargs: dict[str, Any] | None = None,
    prioridad: int | None = None,
    demora: float = 0,
) -> None:
    """Promises in the caller's transaction to run `tarea(*args)`, and enqueues it when that commits, `demora` seconds later.

    Work with the `clave` of work that is still pending is that work: promised once, though its message may go twice. In a
    task, `prioridad` is the task's own unless said. Raises ValueError for arguments that JSON cannot say or over 64 KB.
    """
    fila = Pendiente(
        tarea=tarea.name,
        argumentos=list(args),
        opciones=_opciones(_kwargs, prioridad),
        cola=cola_de(tarea.name),
        desde=timezone.now() + (timedelta(seconds=demora) if demora else GRACIA),
    )
    if clave:
        fila.clave = clave
    _comprobar(fila)
    Pendiente.objects.bulk_create([fila], ignore_conflicts=bool(clave))
    if not demora:
        transaction.on_commit(lambda: mandar(fila), robust=True)


def aplazar(firma: dict[str, Any], *, clave: str, segundos: float) -> None:
    """Keeps a whole signature, with what is chained to it, until the sweep enqueues it after so many seconds."""
    desde = timezone.now() + timedelta(seconds=segundos)
    fila = Pendiente(clave=clave, tarea=firma["task"], cola=cola_de(firma["task"]), desde=desde)
    fila.opciones = {"firma": json.loads(json.dumps(firma))}
    Pendiente.objects.bulk_create([fila], ignore_conflicts=True)


def terminar(clave: str) -> bool:
    """Says that the work behind this key needs nobody any more. False when that was known."""
    return Pendiente.objects.filter(clave=clave).delete()[0] > 0


def cola_de(tarea: str) -> str:
    """Returns the queue that the routes send this task to."""
    return str(current_app.amqp.router.route({}, tarea)["queue"].name)


def mandar(fila: Pendiente) -> bool:
    """Hands promised work to the broker, confirmed; False when it did not take it: then the sweep will try."""
    global _en_pausa_hasta  # noqa: PLW0603
    if time.monotonic() < _en_pausa_hasta:
        return False
    try:
        _enviar(fila)
    except (KombuError, OSError, *_errores_del_intermediario()) as error:
        _en_pausa_hasta = time.monotonic() + PAUSA_TRAS_FALLO
        problema("encolado", "%s was not enqueued, the sweep will do it: %s", fila.tarea, error)
        return False
    try:
        _anotar_enviada(fila)
    except (DatabaseError, InterfaceError) as error:
        # The sweep sends it once more, and the ledger keeps its effect single.
        problema("encolado_sin_anotar", "%s was enqueued, but not marked so: %s", fila.tarea, error)
    return True


def _anotar_enviada(fila: Pendiente) -> None:
    if "firma" in fila.opciones:
        # A retry: it has no end of its own to wait for.
        Pendiente.objects.filter(clave=fila.clave).delete()
    else:
        desde = timezone.now() + PACIENCIA * 2 ** min(fila.veces, 5)
        hecha = Pendiente.objects.filter(clave=fila.clave)
        hecha.update(encolada=True, desde=desde, veces=F("veces") + 1)


def _opciones(kwargs: dict[str, Any] | None, prioridad: int | None) -> dict[str, Any]:
    if prioridad is None and current_task:
        prioridad = (current_task.request.delivery_info or {}).get("priority")
    return {"kwargs": kwargs or {}, **({} if prioridad is None else {"priority": prioridad})}


def _comprobar(fila: Pendiente) -> None:
    try:
        tamano = len(json.dumps([fila.argumentos, fila.opciones]))
    except TypeError as error:
        raise ValueError(f"The arguments of {fila.tarea} cannot be written as JSON: {error}.") from error
    if tamano > BYTES_MAXIMOS:
        raise ValueError(f"The arguments of {fila.tarea} take {tamano} bytes; at most {BYTES_MAXIMOS} fit.")


def _enviar(fila: Pendiente) -> None:
    with pools.producers[_conexion()].acquire(block=True, timeout=1) as productor:
        try:
            _publicar(fila, productor)
        except BaseException:
            # A polite good-bye would wait for a frozen broker once more, twice over.
            productor.connection.collect()
            raise


def _publicar(fila: Pendiente, productor: Producer) -> None:
    if "firma" in fila.opciones:
        maybe_signature(fila.opciones["firma"], app=current_app).apply_async(producer=productor)
        return
    current_app.tasks[fila.tarea].apply_async(
        fila.argumentos,
        fila.opciones.get("kwargs"),
        queue=fila.cola,
        priority=fila.opciones.get("priority", settings.CELERY_TASK_DEFAULT_PRIORITY),
        headers={"pendiente": fila.clave},
        producer=productor,
    )


def _conexion() -> Connection:
    """Returns a connection with shorter waits than a worker's: somebody is waiting for an answer."""
    espera = settings.ESPERA_DE_ENCOLADO
    opciones = {**settings.CELERY_BROKER_TRANSPORT_OPTIONS, **settings.ESPERAS_DEL_INTERMEDIARIO}
    return current_app.connection_for_write(connect_timeout=espera, transport_options=opciones)


def _errores_del_intermediario() -> tuple[type[Exception], ...]:
    conexion = _conexion()
    return (*conexion.connection_errors, *conexion.channel_errors)
