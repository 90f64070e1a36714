"""The rows of docs/fallos.md that are tried here: each is one function, run short by pytest and long by `make faults`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from .banco import Banco
from .comprobador import Balance

# Which bench a row needs; a bench is opened once for all its rows.
COMUN, POSTGRES, SIN_REDIS, PULSO = "comun", "postgres", "sin_redis", "pulso"


@dataclass(frozen=True, slots=True)
class Escala:
    """How much a run does of a row: how often the fault comes, and to how many people."""

    ciclos: int = 2
    personas: int = 20
    larga: bool = False


@dataclass(frozen=True, slots=True)
class Fila:
    """A row: what happens, and the function that makes it happen and holds what is required."""

    titulo: str
    correr: Callable[[Banco, Escala], Awaitable[Resultado]]
    banco: str
    corta: Escala
    larga: Escala

    @property
    def nombre(self) -> str:
        return self.correr.__name__


@dataclass
class Resultado:
    """What a run of a row gave: the balance of the clients, and figures of its own."""

    balance: Balance
    cifras: dict[str, Any] = field(default_factory=dict)


FILAS: dict[str, Fila] = {}


def fila(
    titulo: str, *, banco: str = COMUN, corta: Escala = Escala(), larga: Escala = Escala(10, 100, larga=True)
) -> Callable[[Callable[[Banco, Escala], Awaitable[Resultado]]], Callable[..., Awaitable[Resultado]]]:
    """Makes a function one of the rows."""

    def anotar(
        correr: Callable[[Banco, Escala], Awaitable[Resultado]],
    ) -> Callable[..., Awaitable[Resultado]]:
        una = Fila(titulo, correr, banco, corta, larga)
        FILAS[una.nombre] = una
        return correr

    return anotar


def exigir(condicion: object, que: str) -> None:
    """Fails with what was required; rows use it, as an optimised Python would leave `assert` out."""
    if not condicion:
        raise AssertionError(que)
