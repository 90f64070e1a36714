"""How much one socket may ask for."""

from __future__ import annotations

import time

from .conf import ajustes
from .protocolo import ErrorDeProtocolo


class Cubo:
    """A token bucket: `cantidad` at once, and as many again every `segundos`."""

    __slots__ = ("_cantidad", "_quedan", "_ritmo", "_visto")

    def __init__(self, cantidad: int, segundos: float) -> None:
        self._cantidad, self._ritmo = cantidad, cantidad / segundos
        self._quedan, self._visto = float(cantidad), time.monotonic()

    def tomar(self) -> bool:
        """False when there is none left."""
        ahora = time.monotonic()
        self._quedan = min(self._cantidad, self._quedan + (ahora - self._visto) * self._ritmo)
        self._visto = ahora
        if self._quedan < 1:
            return False
        self._quedan -= 1
        return True


class Cadencia:
    """The frames and the errors of one socket."""

    __slots__ = ("_errores", "_tramas")

    def __init__(self) -> None:
        self._tramas = Cubo(ajustes().TRAMAS_POR_SEGUNDO, 1)
        self._errores = Cubo(ajustes().ERRORES_POR_MINUTO, 60)

    def contar_trama(self) -> None:
        """Raises ErrorDeProtocolo `demasiadas` for a frame over the limit."""
        if not self._tramas.tomar():
            limite = ajustes().TRAMAS_POR_SEGUNDO
            raise ErrorDeProtocolo("demasiadas", f"Más de {limite} tramas por segundo.", temporal=True)

    def contar_error(self) -> bool:
        """True when this error is one too many for the socket to stay open."""
        return not self._errores.tomar()
