"""The WebSocket: translates between a socket and a session, and decides nothing."""

from __future__ import annotations

import asyncio
from contextlib import aclosing, suppress
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs

from channels.generic.websocket import AsyncWebsocketConsumer
from django.contrib.auth.models import AbstractBaseUser

from . import acciones, entrega
from .aforo import AFORO, SinLugar, direccion_contada
from .limites import Cadencia
from .pase import SUBPROTOCOLO
from .protocolo import MAXIMO_BYTES, Cierre, ErrorDeProtocolo, leer_accion
from .rechazo import Enviar, Recibir, rechazar
from .reconciliacion import Reconciliador
from .registro import problema
from .sesion import Sesion, SesionTerminada
from .titular import Titular

# What servers raise for a socket that is gone: OSError as ASGI says; Daphne a RuntimeError, and uvicorn one where the
# client's goodbye was answered and not yet read here.
DE_UN_SOCKET_IDO = (OSError, RuntimeError)

# Longer than servers themselves wait for the answer to their goodbye: Daphne 5 s, uvicorn 10.
ESPERA_DEL_CORTE = 12.0


class SinSocket(Exception):
    """There is nobody any more to whom this could be sent."""


class NotificacionesConsumer(AsyncWebsocketConsumer):
    """One socket as two plain loops: one reads the client, one writes what the session yields.

    Channels' own dispatch makes a task and closes database connections in a thread for each event; a push needs neither.
    """

    async def __call__(self, scope: dict[str, Any], receive: Recibir, send: Enviar) -> None:
        self.base_send = send
        await receive()
        if not scope["user"].is_authenticated:
            await rechazar(scope, send, HTTPStatus.FORBIDDEN)
            return
        lugar = scope["user"].pk, _direccion(scope)
        try:
            AFORO.entrar(*lugar)
        except SinLugar as lleno:
            await self._despedir(scope, lleno)
            return
        try:
            await self._convivir(scope, receive)
        finally:
            AFORO.salir(*lugar)

    async def _despedir(self, scope: dict[str, Any], lleno: SinLugar) -> None:
        if lleno.codigo is None:
            await rechazar(scope, self.base_send, HTTPStatus.TOO_MANY_REQUESTS)
            return
        await self.accept(_subprotocolo(scope))
        await self.close(code=lleno.codigo)

    async def _convivir(self, scope: dict[str, Any], receive: Recibir) -> None:
        await self.accept(_subprotocolo(scope))
        sesion = Sesion(_del_socket(scope), Reconciliador.de_este_bucle(), **_cursor_del_socket(scope))
        sesion.cortar, sesion.escribir = scope.get("cortar"), scope.get("escribir")
        _olvidar(scope)
        escritor = asyncio.create_task(self._escribir(sesion))
        try:
            await self._leer(sesion, receive)
        finally:
            escritor.cancel()
            await asyncio.wait({escritor})

    async def _escribir(self, sesion: Sesion) -> None:
        codigo, reloj = Cierre.REINICIO, asyncio.get_running_loop().time
        escribir = sesion.escribir or _nunca
        try:
            async with aclosing(sesion.tramas()) as tramas:
                async for trama in tramas:
                    if escribir(trama):
                        continue
                    sesion.en_camino_desde = reloj()
                    await self._enviar(trama)
                    sesion.en_camino_desde = None
        except SesionTerminada as fin:
            codigo = fin.codigo
        except SinSocket:
            # To close does no harm, and helps where it was another trouble.
            pass
        except Exception as error:
            # Whatever it was, a socket that is open with nobody writing to it is worse: the client comes back and resumes.
            problema("flujo_roto", "The stream of user %d broke: %r", sesion.usuario_id, error)
        if sesion.cortar is not None:
            # No more is heard of it than that it ended: whoever reads neither frames nor goodbyes would stay for ever.
            asyncio.get_running_loop().call_later(ESPERA_DEL_CORTE, sesion.cortar)
        with suppress(*DE_UN_SOCKET_IDO):
            await self.close(code=codigo)

    async def _enviar(self, trama: str) -> None:
        """Raises SinSocket where the client has gone."""
        try:
            await self.base_send({"type": "websocket.send", "text": trama})
        except DE_UN_SOCKET_IDO as error:
            raise SinSocket from error

    async def _leer(self, sesion: Sesion, receive: Recibir) -> None:
        cadencia = None
        while (mensaje := await receive())["type"] == "websocket.receive":
            if sesion.terminada:
                continue
            cadencia = cadencia or Cadencia()
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
            with suppress(SinSocket):
                await self._enviar(respuesta)
        return None


def _olvidar(scope: dict[str, Any]) -> None:
    """Lets go of headers, session and user, and of what the server keeps of the handshake."""
    scope["headers"].clear()
    for soltar in ("aligerar", "olvidar"):
        scope.get(soltar, bool)()
    scope.clear()


def _nunca(trama: str | bytes) -> bool:
    return False


def titular(usuario: AbstractBaseUser, clave_de_sesion: str | None, cliente: str) -> Titular:
    """Returns who listens, whatever the transport."""
    return Titular(usuario.pk, clave_de_sesion or "", entrega.huella(usuario.password), cliente)


def leer_cursor(desde: str | None, epoca: str | None) -> dict[str, Any]:
    """Returns the cursor that a client came with. What is no number counts as one that cannot be: the client starts anew."""
    if desde is None:
        return {}
    es_numero = desde.isascii() and desde.isdigit() and len(desde) < 19
    return {"desde": int(desde) if es_numero else -1, "epoca": epoca}


def _del_socket(scope: dict[str, Any]) -> Titular:
    clave = getattr(scope.get("session"), "session_key", None)
    return titular(scope["user"], clave, f"{_par(scope) or '?'} {_cabecera(scope, b'user-agent')[:120]}")


def _direccion(scope: dict[str, Any]) -> str | None:
    return direccion_contada(_par(scope), _cabecera(scope, b"x-forwarded-for"))


def _par(scope: dict[str, Any]) -> str:
    return str((scope.get("client") or [""])[0])


def _cabecera(scope: dict[str, Any], nombre: bytes) -> str:
    return ",".join(valor.decode("latin-1") for clave, valor in scope["headers"] if clave == nombre)


def _subprotocolo(scope: dict[str, Any]) -> str | None:
    return SUBPROTOCOLO if SUBPROTOCOLO in (scope.get("subprotocols") or ()) else None


def _cursor_del_socket(scope: dict[str, Any]) -> dict[str, Any]:
    pedido = parse_qs(scope["query_string"].decode("latin-1"))
    return leer_cursor(pedido.get("desde", [None])[0], pedido.get("epoca", [None])[0])
