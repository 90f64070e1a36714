"""The one door out: group names, and publishing what the table already holds. Nothing here raises into a request."""

from __future__ import annotations

import hashlib
import json
import secrets
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import chain
from typing import Any, NamedTuple, cast

from channels.layers import get_channel_layer
from redis.exceptions import RedisError

from .capa import CapaRedis, PublicacionFallida
from .conf import ajustes
from .registro import PUBLICADAS, problema
from .remesa import Orden

TRAMA = "notificacion_trama"
CIERRE = "sesion_terminada"
CAMBIO = "titular_cambiado"
SONDEO = "sondeo"
HORA = 3600


class Envio(NamedTuple):
    """A frame for one user, encoded once. It takes the sequence from `anterior` to `secuencia`."""

    usuario_id: int
    anterior: int
    secuencia: int
    trama: str
    notificacion_id: int | None = None

    def evento(self) -> dict[str, Any]:
        """Returns the frame as it travels: in bytes, so that nobody on its way to the sockets decodes and encodes it again."""
        trama = self.trama.encode()
        return {"type": TRAMA, "anterior": self.anterior, "secuencia": self.secuencia, "trama": trama}


def grupo(usuario_id: int) -> str:
    """Returns the group of a user. The only place that makes this name."""
    return f"notificaciones_usuario_{usuario_id}"


def capa() -> CapaRedis:
    """Returns the channel layer; the system check E003 says when it is another."""
    return cast(CapaRedis, get_channel_layer())


def clave_de_rastro(hora: int) -> str:
    """Returns the Redis key that remembers for a while what was handed to Redis within one hour since 1970, and when."""
    return f"notificaciones:publicadas:{hora}"


def publicar(envios: Sequence[Envio]) -> bool:
    """Publishes frames in one round trip. False when Redis failed: then reconciliation brings them."""
    return _publicar([(grupo(envio.usuario_id), envio.evento()) for envio in envios], _rastro(envios))


def _rastro(envios: Sequence[Envio]) -> list[Orden]:
    """Returns the commands that remember these frames: one for all of them, as each command costs as much as publishing."""
    segundos, ahora = ajustes().SEGUNDOS_DE_RASTRO, time.time()
    campos = [(e.notificacion_id, ahora) for e in envios if e.notificacion_id is not None]
    if not (segundos and campos):
        return []
    clave = clave_de_rastro(int(ahora) // HORA)
    return [("HSET", clave, *chain.from_iterable(campos)), ("EXPIRE", clave, segundos + HORA)]


def empujar(usuario_ids: Sequence[int], evento: dict[str, Any]) -> bool:
    """Pushes something that is not stored to users. False when Redis failed: then it is lost."""
    return not usuario_ids or _publicar([(grupo(usuario_id), evento) for usuario_id in usuario_ids])


def terminar_sesion(usuario_id: int, clave_de_sesion: str) -> bool:
    """Closes the sockets that were opened with one browser session, in every process, at once."""
    return _publicar([(grupo(usuario_id), {"type": CIERRE, "sesion": huella(clave_de_sesion)})])


def revisar_titular(usuario_id: int) -> bool:
    """Has every process look at once whether the user may still listen: the password is new, or the account is closed."""
    return _publicar([(grupo(usuario_id), {"type": CAMBIO})])


def sockets_abiertos(usuario_id: int, espera: float = 1.0) -> list[dict[str, Any]] | None:
    """Returns what every web process knows of the user's open sockets, asked just now. None without Redis.

    Each socket answers by itself within `espera` seconds: nothing is stored that could be stale.
    """
    canal = f"notificaciones:sondeo:{secrets.token_hex(8)}"
    fichas: list[dict[str, Any]] = []
    try:
        with capa().clientes()[0].pubsub(ignore_subscribe_messages=True) as escucha:  # type: ignore[no-untyped-call]
            escucha.subscribe(canal)
            if not _publicar([(grupo(usuario_id), {"type": SONDEO, "responder_a": canal})]):
                return None
            hasta = time.monotonic() + espera
            while (resta := hasta - time.monotonic()) > 0:
                mensaje = escucha.get_message(timeout=min(resta, 0.2))
                if mensaje is not None:
                    fichas.append(json.loads(mensaje["data"]))
    except (RedisError, OSError):
        return None
    return fichas


def publicada_en(notificacion_id: int) -> datetime | None:
    """Returns when a notification was last handed to Redis. None: never, too long ago, or Redis has forgotten."""
    hora = int(time.time()) // HORA
    horas = range(hora, hora - ajustes().SEGUNDOS_DE_RASTRO // HORA - 2, -1)
    try:
        with capa().clientes()[0].pipeline(transaction=False) as tubo:
            for una in horas:
                tubo.hget(clave_de_rastro(una), str(notificacion_id))
            rastros = [rastro for rastro in tubo.execute() if rastro is not None]
    except (RedisError, OSError):
        return None
    return datetime.fromtimestamp(float(rastros[0]), UTC) if rastros else None


def huella(secreto: str) -> str:
    """Returns a short digest: session keys and password hashes have no business in Redis or in memory dumps."""
    return hashlib.sha256(secreto.encode()).hexdigest()[:16]


def _publicar(eventos: list[tuple[str, dict[str, Any]]], ordenes: Sequence[Orden] = ()) -> bool:
    try:
        capa().publicar(eventos, ordenes)
    except PublicacionFallida as error:
        problema("publicacion", "Redis did not take %d events: %s", len(eventos), error)
        return False
    PUBLICADAS.inc(len(eventos))
    return True
