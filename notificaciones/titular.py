"""Who listens to a stream."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Titular:
    """Who listens: what must stay true for the stream to go on, and what operators see of it."""

    usuario_id: int
    sesion_django: str = ""
    contrasena: str = ""
    cliente: str = ""
