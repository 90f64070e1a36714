"""kombu's transport for Redis, with what a worker needs to outlive a Redis that freezes and then dies."""

from __future__ import annotations

from typing import Any

from kombu.transport import redis


class Canal(redis.Channel):
    """A channel that says that it is closed in a way that its callers expect."""

    def _connparams(self, asynchronous: bool = False) -> dict[str, Any]:
        # kombu reads an attribute of None here when what was left over of a broken connection is closed again: an
        # AttributeError, which ends the worker. A lost connection it knows how to survive.
        if self.connection.client is None:
            raise ConnectionError("The connection to the broker is closed.")
        parametros: dict[str, Any] = super()._connparams(asynchronous=asynchronous)
        return parametros


class Transporte(redis.Transport):
    """What `redis://` and `rediss://` mean to our processes."""

    Channel = Canal
