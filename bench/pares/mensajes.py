"""What each server hears from Redis of one notification: the very bytes that its own library publishes."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import hiredis
import msgpack
from socketio.async_pubsub_manager import AsyncPubSubManager

Mensaje = Callable[[int, int], bytes]
# A sale as the service tells it.
TRAMA: dict[str, Any] = {
    "type": "nueva_venta",
    "notificacion_id": 123_456,
    "titulo": "Nueva venta",
    "mensaje": "Bruno compró 1 × Taza de talavera",
    "timestamp": "2026-11-21T10:00:00.123456-06:00",
    "severidad": "exito",
    "icono": "bolsa",
    "enlace": "/ventas/4321/",
    "datos": {"monto": "129.90", "venta_id": 4321, "producto": "Taza de talavera", "cantidad": 1},
    "leida": False,
    "vista": False,
    "archivada": False,
    "monto": "129.90",
    "secuencia": 0,
    "no_leidas": 3,
    "no_vistas": 3,
}


def trama(secuencia: int) -> str:
    """Returns the frame with this number, as the service encodes it."""
    return json.dumps({**TRAMA, "secuencia": secuencia}, ensure_ascii=False, separators=(",", ":"))


def publicar(canal: str, datos: bytes | str) -> bytes:
    """Returns a command for Redis."""
    return bytes(hiredis.pack_command(("PUBLISH", canal, datos)))


def nuestro(usuario: int, secuencia: int) -> bytes:
    """As `entrega.publicar` does for a frame that takes the sequence one further."""
    from notificaciones import entrega  # noqa: PLC0415  (only where Django is set up)

    envio = entrega.Envio(usuario, secuencia - 1, secuencia, trama(secuencia))
    capa = entrega.capa()
    return publicar(capa.canal(entrega.grupo(usuario)), capa.serialize(envio.evento()))


def de_channels(usuario: int, secuencia: int) -> bytes:
    """As `group_send` does on the pub/sub layer of channels_redis."""
    evento = msgpack.packb({"type": "notificacion", "trama": trama(secuencia)})
    return publicar(f"asgi__group__usuario_{usuario}", evento)


def de_socketio(usuario: int, secuencia: int) -> bytes:
    """As @socket.io/redis-emitter does."""
    sala = f"usuario_{usuario}"
    paquete = {"type": 2, "data": ["nueva_venta", {**TRAMA, "secuencia": secuencia}], "nsp": "/"}
    opciones = {"rooms": [sala], "flags": {}, "except": []}
    return publicar(f"socket.io#/#{sala}#", msgpack.packb(["emitter", paquete, opciones]))


def de_python_socketio(usuario: int, secuencia: int) -> bytes:
    """As python-socketio's write-only Redis manager does."""
    sala = f"usuario_{usuario}"
    capturador = _Capturador()
    corrutina = capturador.emit("nueva_venta", {**TRAMA, "secuencia": secuencia}, room=sala)
    try:
        corrutina.send(None)
    except StopIteration:
        return publicar("socketio", json.dumps(capturador.mensaje))
    raise RuntimeError("python-socketio waited for something before it published")


class _Capturador(AsyncPubSubManager):  # type: ignore[misc]
    """A manager that keeps what it would publish."""

    def __init__(self) -> None:
        super().__init__(write_only=True)

    async def _publish(self, mensaje: dict[str, Any]) -> None:
        self.mensaje = mensaje


def del_piso(usuario: int, secuencia: int) -> bytes:
    """The frame and nothing else."""
    return publicar(f"usuario_{usuario}", trama(secuencia))


def del_core(usuario: int, secuencia: int) -> bytes:
    """For whom, and the number: the core layer makes what Redis hears of it only when it sends."""
    return f"{usuario} {secuencia}".encode()
