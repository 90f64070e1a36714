"""Serving queues strictly in the order they are named, on either broker.

Celery subscribes to all its queues, and brokers then deal from them by turns and ahead of time. Here nothing is
subscribed to: whenever the pool has room, the queues are asked for one message, from the first to the last.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

from kombu import Consumer, Queue

PAUSA = 0.05
PLAZO = 5.0
# So many that need no room (held until their time, revoked) may come at once before the worker looks up.
SEGUIDOS = 50


@dataclass(frozen=True, slots=True)
class Turnos:
    """The order of the queues, the worker's loop and whether its pool has room, and what to do when all are empty."""

    colas: Sequence[str]
    hub: Callable[[], Any]
    hay_sitio: Callable[[], bool]
    al_vaciar: Callable[[], None] = lambda: None


class ConsumidorEnOrden(Consumer):
    """Takes the place of Celery's consumer of tasks: `app.amqp.Consumer = partial(ConsumidorEnOrden, turnos=…)`."""

    def __init__(self, *args: Any, turnos: Turnos, **opciones: Any) -> None:
        self._turnos = turnos
        self._citas: list[Any] = []
        self._habia = False
        super().__init__(*args, **opciones)
        self._errores_de_canal = self.connection.channel_errors

    def consume(self, no_ack: bool | None = None) -> None:
        """Begins to ask. Celery calls it again for each queue that is added later."""
        super().consume(no_ack)
        if self._citas:
            return
        hub = self._turnos.hub()
        self._citas.append(hub.call_repeatedly(PAUSA, self._preguntar))
        # A task that ends wakes the loop: the next one begins in the same turn, not after a pause.
        hub.on_tick.add(self._seguir)
        self._vigilar_abandonadas()

    def cancel(self) -> None:
        """Asks no more. Says nothing to the broker, which knows of no subscription and may be gone."""
        self._turnos.hub().on_tick.discard(self._seguir)
        while self._citas:
            self._citas.pop().cancel()
        self._active_tags.clear()
        self._active_queue_no_ack.clear()

    close = cancel

    def cancel_by_queue(self, queue: Queue | str) -> None:
        nombre = queue.name if isinstance(queue, Queue) else queue
        for registro in (self._active_tags, self._active_queue_no_ack, self._queues):
            registro.pop(nombre, None)

    def _basic_consume(
        self, queue: Queue, consumer_tag: str | None = None, no_ack: bool | None = None, nowait: bool = True
    ) -> str:
        if queue.name not in self._active_tags:
            self._add_tag(queue, consumer_tag)
            self._active_queue_no_ack[queue.name] = bool(no_ack)
        return str(self._active_tags[queue.name])

    def _vigilar_abandonadas(self) -> None:
        """On Redis, who consumes also puts back what killed workers held; kombu looks for that at subscriptions."""
        if hasattr(self.channel, "unacked_restore_limit"):
            opciones = self.connection.transport_options
            cada = opciones.get("unacked_restore_interval", self.channel.unacked_restore_interval)
            self._citas.append(self._turnos.hub().call_repeatedly(max(cada, 1), self._devolver_abandonadas))

    def _devolver_abandonadas(self) -> None:
        canal = self.channel
        canal.qos.restore_visible(num=canal.unacked_restore_limit, interval=canal.unacked_restore_throttle)

    def _seguir(self) -> None:
        if self._habia and self._preguntar():
            # The pool writes to its processes at the tick of the loop, and its turn may have been before ours.
            for otra in self._turnos.hub().on_tick - {self._seguir}:
                otra()

    def _preguntar(self) -> bool:
        """Fills the room there is; false when nothing came. `_habia`: it is worth asking again once there is room."""
        for tomadas in range(SEGUIDOS):
            if not self._citas or not self._turnos.hay_sitio():
                return tomadas > 0
            self._habia = self._tomar_una()
            if not self._habia:
                self._turnos.al_vaciar()
                return tomadas > 0
        return True

    def _tomar_una(self) -> bool:
        """False when every queue was empty."""
        for cola in self._en_orden():
            mensaje = self._pedir(cola)
            if mensaje is not None:
                self._receive_callback(mensaje)
                return True
        return False

    def _en_orden(self) -> list[str]:
        """Returns the queues being served: those of a queue that was suspended and resumed are not last for that."""
        lugares = {nombre: lugar for lugar, nombre in enumerate(self._turnos.colas)}
        return sorted(self._active_tags, key=lambda nombre: lugares.get(nombre, len(lugares)))

    def _pedir(self, cola: str) -> Any:
        """Returns a message or None. Raises a connection error, which Celery mends, when the broker is silent."""
        try:
            with self._plazo():
                return self.channel.basic_get(cola, no_ack=self._active_queue_no_ack[cola])
        except self._errores_de_canal as error:
            # Somebody deleted the queue: connecting again declares it again.
            raise ConnectionResetError(f"queue {cola}: {error}") from error

    def _plazo(self) -> AbstractContextManager[Any]:
        """Bounds an answer of RabbitMQ's; Redis has its socket_timeout in the settings."""
        transporte = getattr(self.channel.connection, "transport", None)
        con_plazo = getattr(transporte, "having_timeout", None)
        return con_plazo(PLAZO) if con_plazo else nullcontext()
