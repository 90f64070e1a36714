"""The channel layer: channels_redis's pub/sub on the wire, and subscriptions that survive Redis.

A subscription is an intention that a background task keeps. Asking for one never waits for Redis and never fails with
it; when the connection is back, everything is subscribed again and the listeners are told. Any process with plain
channels-redis (`channels_redis.pubsub.RedisPubSubChannelLayer`) can `group_send` to it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

import redis
from channels_redis.pubsub import RedisPubSubChannelLayer, RedisPubSubLoopLayer
from channels_redis.utils import _consistent_hash, _wrap_close, decode_hosts
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as ErrorDeConexion
from redis.exceptions import RedisError
from redis.retry import Retry

from .conf import ajustes
from .fragmento import Fragmento
from .registro import problema
from .remesa import Orden, Remesa

PAUSA_TRAS_FALLO = 1.0


class Evento:
    """One message of a group, shared by all who listen: decoded once, its frame made once, its size in bytes as it came."""

    __slots__ = ("datos", "tamano", "trama")

    def __init__(self, datos: dict[str, Any], tamano: int = 0) -> None:
        self.datos, self.tamano = datos, tamano
        self.trama: str | None = None


Receptor = Callable[[Evento], None]


class PublicacionFallida(Exception):
    """Redis did not take what was published. The table has it, and reconciliation brings it."""


class CapaRedis(RedisPubSubChannelLayer):
    """The layer as Channels knows it, plus `abonar` for live sessions and `publicar` for synchronous code."""

    def __init__(
        self, *args: Any, hosts: list[Any] | None = None, prefix: str = "asgi", **kwargs: Any
    ) -> None:
        super().__init__(*args, hosts=hosts, prefix=prefix, **kwargs)
        self.prefijo = prefix
        self.anfitriones = decode_hosts(hosts)
        self._clientes: list[redis.Redis] | None = None
        self._en_pausa_hasta = 0.0

    def _get_layer(self) -> CapaDeBucle:
        bucle = asyncio.get_running_loop()
        capa: CapaDeBucle | None = self._layers.get(bucle)
        if capa is None:
            capa = self._layers[bucle] = CapaDeBucle(*self._args, **self._kwargs, channel_layer=self)
            _wrap_close(self, bucle)
        return capa

    def de_este_bucle(self) -> CapaDeBucle:
        """Returns the part of the layer that belongs to the running event loop."""
        return self._get_layer()

    def canal(self, grupo: str) -> str:
        """Returns the Redis channel of a group, the one that channels_redis uses."""
        return f"{self.prefijo}__group__{grupo}"

    def clientes(self) -> list[redis.Redis]:
        """Returns one synchronous client a host: bounded in time, and one new try on a connection gone stale."""
        if self._clientes is None:
            self._clientes = [_cliente(**anfitrion) for anfitrion in self.anfitriones]
        return self._clientes

    def publicar(
        self, eventos: Iterable[tuple[str, Mapping[str, Any]]], ordenes: Sequence[Orden] = ()
    ) -> None:
        """Publishes each (group, event) in its order, and sends the commands, in one round trip a host; waits at most a second.

        Raises PublicacionFallida. After a failure the next second fails at once: a frozen Redis costs its wait once.
        A command that Redis refuses is logged alone: one that is full still delivers.
        """
        if time.monotonic() < self._en_pausa_hasta:
            raise PublicacionFallida("Redis failed within the last second")
        remesas = [Remesa(cliente) for cliente in self.clientes()]
        for orden in ordenes:
            remesas[0].agregar(orden)
        for grupo, evento in eventos:
            canal = self.canal(grupo)
            remesa = remesas[_consistent_hash(canal, len(remesas))]
            remesa.agregar(("PUBLISH", canal, self.serialize(evento)))
        try:
            respuestas = list(chain.from_iterable(remesa.enviar() for remesa in remesas))
        except (RedisError, OSError) as error:
            self._en_pausa_hasta = time.monotonic() + PAUSA_TRAS_FALLO
            raise PublicacionFallida(str(error)) from error
        for rechazo in _rechazos(respuestas[: len(ordenes)]):
            problema("orden_rehusada", "Redis refused a command beside what was published: %s", rechazo)
        for rechazo in _rechazos(respuestas[len(ordenes) :]):
            raise PublicacionFallida(str(rechazo)) from rechazo


def _cliente(address: str, **opciones: Any) -> redis.Redis:
    espera = ajustes().ESPERA_PUBLICACION
    propias = {
        "socket_timeout": espera,
        "socket_connect_timeout": espera,
        "health_check_interval": 0,
        "retry": Retry(NoBackoff(), 1, supported_errors=(ErrorDeConexion,)),
    }
    return redis.Redis.from_url(address, **{**opciones, **propias})


def _rechazos(respuestas: list[Any]) -> Iterator[RedisError]:
    return (respuesta for respuesta in respuestas if isinstance(respuesta, RedisError))


class CapaDeBucle(RedisPubSubLoopLayer):
    """One event loop's part of the layer: who listens to which channel, and who wants to know of outages."""

    def __init__(self, hosts: list[Any] | None = None, **kwargs: Any) -> None:
        super().__init__(hosts=hosts, **kwargs)
        self._shards = [Fragmento(anfitrion, self) for anfitrion in decode_hosts(hosts)]
        self._abonados: dict[bytes, tuple[Receptor, ...]] = {}
        self._leer = self.channel_layer.deserialize
        self.al_perder: Callable[[], None] | None = None
        self.al_recuperar: Callable[[], None] | None = None

    def abonar(self, grupo: str, receptor: Receptor) -> None:
        """Calls `receptor` with each event of the group from now on. Never waits, never fails."""
        canal = self._get_group_channel_name(grupo)
        clave = canal.encode()
        self._abonados[clave] = (*self._abonados.get(clave, ()), receptor)
        self._get_shard(canal).desear(canal)

    def desabonar(self, grupo: str, receptor: Receptor) -> None:
        canal = self._get_group_channel_name(grupo)
        clave = canal.encode()
        quedan = tuple(otro for otro in self._abonados.get(clave, ()) if otro != receptor)
        if quedan:
            self._abonados[clave] = quedan
        elif self._abonados.pop(clave, None) is not None and canal not in self.groups:
            self._get_shard(canal).olvidar(canal)

    async def confirmar(self, grupo: str, espera: float) -> None:
        """Returns when Redis has confirmed the subscription, or after `espera` seconds, or at once without Redis."""
        canal = self._get_group_channel_name(grupo)
        await self._get_shard(canal).confirmar(canal, espera)

    def conectada(self) -> bool:
        """True while every host is connected and subscribed."""
        return all(fragmento.suscrito for fragmento in self._shards)

    def ausente(self) -> bool:
        """True while a host is known not to answer; not before it was asked."""
        return any(fragmento.ausente for fragmento in self._shards)

    async def responder(self, canal: str, datos: bytes) -> None:
        """Publishes an answer on a plain Redis channel; who asked may be gone, and Redis too."""
        try:
            await self._shards[0].publish(canal, datos)
        except (RedisError, OSError) as error:
            problema("respuesta", "An answer to a probe was lost: %s", error)

    def recibir(self, canal: bytes, datos: bytes) -> None:
        """Hands one message to everyone who listens; decoded once."""
        receptores = self._abonados.get(canal)
        if receptores is not None:
            try:
                contenido = self._leer(datos)
                if not isinstance(contenido, dict):
                    raise ValueError(f"an event must be a dictionary, not {type(contenido).__name__}")
            except Exception as error:  # msgpack raises many kinds for what foreign processes may send
                problema("evento_ilegible", "Dropped an event on %s: %s", canal.decode(), error)
                return
            evento = Evento(contenido, len(datos))
            for receptor in receptores:
                receptor(evento)
        if self.channels or self.groups:
            # Whichever shard: they all serve the channels of this layer.
            self._shards[0]._receive_message({"channel": canal, "data": datos})
