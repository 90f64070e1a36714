"""The checker: compares what the table holds with what each client was shown, and says how long it took to be whole."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import psycopg

from .cliente import Cliente

FILAS = "SELECT id, usuario_id, numero FROM notificaciones_notificacion WHERE id > {} ORDER BY id"
BANDEJAS = "SELECT usuario_id, ultima_secuencia, no_leidas, no_vistas FROM notificaciones_bandeja"

FALTAS = ("perdidas", "duplicadas", "desordenadas", "ajenas")


class Tabla:
    """Reads the tables past the project's code. Raises the driver's errors while the database is away."""

    def __init__(self, database_url: str) -> None:
        self.url = database_url

    def leer(self, consulta: str) -> list[tuple[Any, ...]]:
        if self.url.startswith("sqlite"):
            with closing(sqlite3.connect(self.url.removeprefix("sqlite:///"), timeout=20)) as base:
                return base.execute(consulta).fetchall()
        with psycopg.connect(self.url, connect_timeout=5) as conexion:
            return conexion.execute(consulta.encode()).fetchall()

    def marca(self) -> int:
        """Returns the greatest id so far: what comes later is of the next cycle. Only while nobody publishes."""
        return int(self.leer("SELECT COALESCE(MAX(id), 0) FROM notificaciones_notificacion")[0][0])

    def nuevas(self, desde: int) -> dict[int, dict[int, int]]:
        """Returns, by user, the place of each notification made since that mark."""
        de_cada_uno: dict[int, dict[int, int]] = defaultdict(dict)
        for cual, usuario_id, numero in self.leer(FILAS.format(desde)):
            de_cada_uno[usuario_id][cual] = numero
        return de_cada_uno

    def bandejas(self) -> dict[int, tuple[int, int, int]]:
        """Returns, by user, the top of the sequence and the two counters."""
        return {usuario_id: tuple(resto) for usuario_id, *resto in self.leer(BANDEJAS)}  # type: ignore[misc]


@dataclass
class Balance:
    """What a run did to the clients: rows of the table, and those of them that went wrong."""

    fallos: int = 0
    notificaciones: int = 0
    perdidas: int = 0
    duplicadas: int = 0
    desordenadas: int = 0
    ajenas: int = 0
    recuperaciones: list[float] = field(default_factory=list)

    def sumar(self, otro: Balance) -> None:
        for campo in ("fallos", "notificaciones", *FALTAS):
            setattr(self, campo, getattr(self, campo) + getattr(otro, campo))
        self.recuperaciones += otro.recuperaciones

    @property
    def limpio(self) -> bool:
        """True when every client was shown everything once and in order, and nothing of others."""
        return not any(getattr(self, campo) for campo in FALTAS)

    @property
    def p99(self) -> float:
        """Returns the seconds within which 99 of 100 clients were whole after a fault had healed."""
        return percentil(self.recuperaciones, 0.99)

    def __str__(self) -> str:
        return (
            f"{self.fallos} faults, {self.notificaciones} notifications, {self.perdidas} lost, "
            f"{self.duplicadas} duplicated, {self.desordenadas} out of order, {self.ajenas} of others; "
            f"whole after {self.p99:.2f} s (p99)"
        )


def percentil(valores: Sequence[float], parte: float) -> float:
    """Returns the smallest value that `parte` of them do not exceed; 0 of none."""
    ordenados = sorted(valores)
    return ordenados[min(len(ordenados) - 1, int(len(ordenados) * parte))] if ordenados else 0.0


def comparar(clientes: Iterable[Cliente], nuevas: dict[int, dict[int, int]], sano: float) -> Balance:
    """Returns the balance of one cycle: what was made in it, and what each client has of that.

    A client answers for what came after its first greeting. What it shows and its user does not have is another's.
    It was whole when the last one came; its time begins at the moment `sano`, or when that one was sent if that was later.
    """
    balance = Balance(notificaciones=sum(map(len, nuevas.values())))
    for cliente in clientes:
        suyas = nuevas.get(cliente.usuario_id, {})
        debidas = {cual for cual, numero in suyas.items() if numero > cliente.inicio}
        balance.perdidas += len(debidas - cliente.mostradas.keys())
        balance.duplicadas += cliente.repetidas
        balance.desordenadas += cliente.desordenadas
        balance.ajenas += sum(cual not in suyas for cual, _, _ in cliente.recientes)
        demoras = (llegada - max(enviada, sano) for _, enviada, llegada in cliente.recientes)
        balance.recuperaciones.append(max(0.0, max(demoras, default=0.0)))
        cliente.repetidas = cliente.desordenadas = 0
        cliente.recientes.clear()
    return balance
