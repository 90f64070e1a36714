"""What a broker knows of its queues: how many messages wait, since when, and how to throw them away.

Redis shows its lists to whoever asks, so the age of the oldest message is read from the message itself. RabbitMQ can only
be peeked at by taking a message and putting it back, which would count as one more delivery of it; there the age is
that of the oldest promise of work in our own table (colas/estado.py).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from celery import current_app
from django.conf import settings
from kombu import Connection
from kombu.exceptions import OperationalError

# Two of these in a row, to connect and to ask, take less than a second.
PLAZO = 0.45


class SinIntermediario(Exception):
    """The broker did not answer; says what came instead."""


@dataclass(frozen=True, slots=True)
class Espera:
    """What waits in a queue: how many messages, and the moment (epoch seconds) of the oldest where it is known."""

    mensajes: int
    desde: float | None = None


def leer(colas: Sequence[str]) -> dict[str, Espera]:
    """Returns what waits in each of these queues. Raises SinIntermediario within a second."""
    with _conectado() as conexion:
        contar = _contar_en_redis if _es_redis(conexion) else _contar_en_rabbitmq
        return contar(conexion, colas)


def vaciar(cola: str) -> int:
    """Throws away what waits in a queue; returns how many messages. Raises SinIntermediario."""
    with _conectado() as conexion:
        try:
            return int(conexion.default_channel.queue_purge(cola) or 0)
        except conexion.channel_errors as error:
            return _si_no_existe(error)


def ve_mensajes() -> bool:
    """Returns whether this broker shows messages without taking them."""
    return not settings.POR_RABBITMQ


@contextmanager
def _conectado() -> Iterator[Connection]:
    plazos = {f"{que}_timeout": PLAZO for que in ("socket", "socket_connect", "read", "write")}
    conexion = current_app.connection_for_write(
        connect_timeout=PLAZO, transport_options={**settings.CELERY_BROKER_TRANSPORT_OPTIONS, **plazos}
    )
    try:
        conexion.ensure_connection(max_retries=0)
        yield conexion
    except (OperationalError, *conexion.connection_errors, *conexion.channel_errors) as error:
        raise SinIntermediario(str(error) or type(error).__name__) from error
    finally:
        _soltar(conexion)


def _soltar(conexion: Connection) -> None:
    """Closes the socket without the farewell of AMQP, for whose answer a frozen broker would make us wait."""
    conexion.collect(socket_timeout=PLAZO / 4)


def _es_redis(conexion: Connection) -> bool:
    return bool(conexion.transport.driver_type == "redis")


def _contar_en_redis(conexion: Connection, colas: Sequence[str]) -> dict[str, Espera]:
    """One round trip for all: each queue is a list a priority, newest on the left."""
    canal = conexion.default_channel
    listas = {cola: [canal._q_for_pri(cola, paso) for paso in canal.priority_steps] for cola in colas}
    with canal.conn_or_acquire() as cliente, cliente.pipeline(transaction=False) as tubo:
        for lista in [una for suyas in listas.values() for una in suyas]:
            tubo.llen(lista).lindex(lista, -1)
        respuestas = iter(tubo.execute())
    esperas = {}
    for cola, suyas in listas.items():
        pares = [(next(respuestas), next(respuestas)) for _ in suyas]
        momentos = [momento for _, mensaje in pares if (momento := _encolada_en(mensaje)) is not None]
        esperas[cola] = Espera(sum(largo for largo, _ in pares), min(momentos, default=None))
    return esperas


def _encolada_en(mensaje: bytes | None) -> float | None:
    """Returns when a message was enqueued; None for one that does not say, as those of others."""
    try:
        momento = json.loads(mensaje or b"")["headers"]["encolada_en"]
    except (ValueError, KeyError, TypeError):
        return None
    return float(momento) if isinstance(momento, int | float) else None


def _contar_en_rabbitmq(conexion: Connection, colas: Sequence[str]) -> dict[str, Espera]:
    return {cola: Espera(_contar_una(conexion, cola)) for cola in colas}


def _contar_una(conexion: Connection, cola: str) -> int:
    # A channel each: RabbitMQ closes the one in which a queue was asked for that is not there.
    canal = conexion.channel()
    try:
        cuenta: Any = canal.queue_declare(queue=cola, passive=True)
    except conexion.channel_errors as error:
        return _si_no_existe(error)
    canal.close()
    return int(cuenta.message_count)


def _si_no_existe(error: Any) -> int:
    """Returns 0 for a queue that nobody has declared yet."""
    if getattr(error, "reply_code", getattr(error, "code", None)) == 404:
        return 0
    raise error
