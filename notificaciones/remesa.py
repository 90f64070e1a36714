"""Many commands in one write and one round trip: redis-py's pipeline costs three times what Redis does with them."""

from __future__ import annotations

from typing import Any

import hiredis
import redis

Orden = tuple[str | bytes | int | float, ...]


class Remesa:
    """What is to be sent to one Redis, in its order."""

    def __init__(self, cliente: redis.Redis) -> None:
        self._cliente = cliente
        self._ordenes: list[bytes] = []

    def agregar(self, orden: Orden) -> None:
        self._ordenes.append(hiredis.pack_command(orden))  # type: ignore[arg-type]

    def enviar(self) -> list[Any]:
        """Returns the answers, refusals among them as exceptions. Raises RedisError or OSError where there are none.

        Within the time that the client's connections have, and as often as they try again.
        """
        if not self._ordenes:
            return []
        conexion: Any = self._cliente.connection_pool.get_connection()
        try:
            respuestas: list[Any] = conexion.retry.call_with_retry(
                lambda: self._ida_y_vuelta(conexion), lambda _: conexion.disconnect()
            )
            return respuestas
        except BaseException:
            # Half of the answers may still come: nobody else shall read them as his own.
            conexion.disconnect()
            raise
        finally:
            self._cliente.connection_pool.release(conexion)

    def _ida_y_vuelta(self, conexion: Any) -> list[Any]:
        conexion.send_packed_command([b"".join(self._ordenes)])
        # The connection's own read_response does as much again around its parser, for each of a thousand answers.
        leer = conexion._parser.read_response
        return [leer() for _ in self._ordenes]
