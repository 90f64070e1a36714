"""The live events that wait for one socket."""

from __future__ import annotations

from collections import deque

from .capa import Evento
from .conf import ajustes
from .registro import problema


class Casillero:
    """Bounded in number and in bytes: what is too much empties it, and the table is read instead."""

    __slots__ = ("_bytes", "_eventos", "_usuario_id")

    def __init__(self, usuario_id: int) -> None:
        self._usuario_id = usuario_id
        # None while it is empty, as it nearly always is: an empty deque is a large thing to have for each socket.
        self._eventos: deque[Evento] | None = None
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._eventos or ())

    def meter(self, evento: Evento) -> bool:
        """False where all that waited before it had to go."""
        self._bytes += evento.tamano
        cabe = len(self) < ajustes().BUZON_MAXIMO and self._bytes <= ajustes().BUZON_BYTES
        if not cabe:
            problema("buzon_lleno", "User %d has a slow socket: it reads the table instead", self._usuario_id)
            self._eventos, self._bytes = None, evento.tamano
        if self._eventos is None:
            self._eventos = deque()
        self._eventos.append(evento)
        return cabe

    def sacar(self) -> Evento:
        """Returns the one that has waited longest. Raises IndexError where none waits."""
        if self._eventos is None:
            raise IndexError("no event waits")
        evento = self._eventos.popleft()
        self._bytes -= evento.tamano
        if not self._eventos:
            self._eventos = None
        return evento
