"""The WebSocket: translates between a socket and a session, and decides nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing, suppress
from typing import Any
from urllib.parse import parse_qs

from channels.generic.websocket import AsyncWebsocketConsumer
from django.contrib.auth.models import AbstractBaseUser

from . import acciones, entrega
from .limites import Cadencia
from .protocolo import MAXIMO_BYTES, Cierre, ErrorDeProtocolo, leer_accion
from .reconciliacion import Reconciliador
from .registro import problema
from .sesion import Sesion, SesionTerminada, Titular

Recibir = Callable[[], Awaitable[dict[str, Any]]]
Enviar = Callable[[dict[str, Any]], Awaitable[None]]
# What servers raise for a socket that is gone: OSError as ASGI says, and Daphne a RuntimeError.
SIN_SOCKET = (OSError, RuntimeError)


class NotificacionesConsumer(AsyncWebsocketConsumer):
    """One socket as two plain loops: one reads the client, one writes what the session yields.

    Channels' own dispatch makes a task and closes database connections in a thread for each event; a push needs neither.
    """

    async def __call__(self, scope: dict[str, Any], receive: Recibir, send: Enviar) -> None:
        self.scope, self.base_send = scope, send
        await receive()
        usuario = scope["user"]
        if not usuario.is_authenticated:
            await self.close(code=Cierre.SIN_SESION)
            return
        await self.accept()
        sesion = Sesion(
            _del_socket(scope, usuario), Reconciliador.de_este_bucle(), **_cursor_del_socket(scope)
        )
        escritor = asyncio.create_task(self._escribir(sesion))
        try:
            await self._leer(sesion, receive)
        finally:
            escritor.cancel()
            await asyncio.wait({escritor})

    async def _escribir(self, sesion: Sesion) -> None:
        codigo = Cierre.REINICIO
        try:
            async with aclosing(sesion.tramas()) as tramas:
                async for trama in tramas:
                    await self.base_send({"type": "websocket.send", "text": trama})
        except SesionTerminada as fin:
            codigo = fin.codigo
        except Exception as error:
            # Whatever it was, a socket that is open with nobody writing to it is worse: the client comes back and resumes.
            problema("flujo_roto", "The stream of user %d broke: %r", sesion.usuario_id, error)
        with suppress(*SIN_SOCKET):
            await self.close(code=codigo)

    async def _leer(self, sesion: Sesion, receive: Recibir) -> None:
        cadencia = Cadencia()
        while (mensaje := await receive())["type"] == "websocket.receive":
            if sesion.terminada:
                continue
            codigo = await self._atender(sesion, cadencia, mensaje.get("text"))
            if codigo is not None:
                sesion.terminar(codigo)

    async def _atender(self, sesion: Sesion, cadencia: Cadencia, texto: str | None) -> int | None:
        """Answers one frame of the client. Returns a close code where the socket may not go on."""
        if texto is None:
            return Cierre.BINARIO
        if len(texto) > MAXIMO_BYTES or len(texto.encode()) > MAXIMO_BYTES:
            return Cierre.DEMASIADO_GRANDE
        try:
            cadencia.contar_trama()
            respuesta = await acciones.ejecutar(sesion.usuario_id, leer_accion(texto))
        except ErrorDeProtocolo as error:
            respuesta = error.trama()
            # An outage of ours is no error of the client's.
            if error.codigo != "no_disponible" and cadencia.contar_error():
                return Cierre.DEMASIADAS
        if respuesta is not None and not sesion.terminada:
            with suppress(*SIN_SOCKET):
                await self.base_send({"type": "websocket.send", "text": respuesta})
        return None


def titular(usuario: AbstractBaseUser, clave_de_sesion: str | None, cliente: str) -> Titular:
    """Returns who listens, whatever the transport."""
    return Titular(usuario.pk, clave_de_sesion or "", entrega.huella(usuario.password), cliente)


def leer_cursor(desde: str | None, epoca: str | None) -> dict[str, Any]:
    """Returns the cursor that a client came with. What is no number counts as one that cannot be: the client starts anew."""
    if desde is None:
        return {}
    es_numero = desde.isascii() and desde.isdigit() and len(desde) < 19
    return {"desde": int(desde) if es_numero else -1, "epoca": epoca}


def _del_socket(scope: dict[str, Any], usuario: AbstractBaseUser) -> Titular:
    agente = next((valor for nombre, valor in scope["headers"] if nombre == b"user-agent"), b"")
    direccion = (scope.get("client") or ["?"])[0]
    clave = getattr(scope.get("session"), "session_key", None)
    return titular(usuario, clave, f"{direccion} {agente.decode('latin-1')[:120]}")


def _cursor_del_socket(scope: dict[str, Any]) -> dict[str, Any]:
    pedido = parse_qs(scope["query_string"].decode("latin-1"))
    return leer_cursor(pedido.get("desde", [None])[0], pedido.get("epoca", [None])[0])
