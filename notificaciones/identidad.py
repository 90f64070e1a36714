"""Who knocks at the WebSocket: the user of the session that the cookie or the pass names.

In place of Channels' own, which ignores SECRET_KEY_FALLBACKS, deletes the session that it cannot verify, and asks at every
frame sent whether the session is to be saved. Here a session is only read.
"""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from importlib import import_module
from types import SimpleNamespace
from typing import Any

from channels.auth import AuthMiddleware
from channels.sessions import CookieMiddleware, SessionMiddleware
from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import SessionBase
from django.db import DatabaseError, InterfaceError

from . import pase
from .hilos import en_hilo
from .rechazo import Enviar, Recibir, rechazar
from .registro import problema

# A database that is away costs a handshake so much, and not the five seconds that a client waits.
PLAZO = 4.0


class Leida(dict[str, Any]):
    """What a session holds. Django renews it after a change of keys, or ends it: here neither happens."""

    def cycle_key(self) -> None:
        """The next request by HTTP does it."""

    def flush(self) -> None:
        """Who is not known stays unknown; the session is not for the WebSocket to end."""


class SesionDeLectura(SessionMiddleware):
    """Puts the session into the scope, unread. A pass counts alone: with one, no cookie is looked at."""

    async def __call__(self, scope: dict[str, Any], receive: Recibir, send: Enviar) -> None:
        ofrecido = pase.ofrecido(scope.get("subprotocols") or ())
        galleta = scope["cookies"].get(settings.SESSION_COOKIE_NAME)
        clave = galleta if ofrecido is None else pase.leer(ofrecido)
        almacen = import_module(settings.SESSION_ENGINE).SessionStore
        scope["session"] = almacen(_posible(clave))
        await self.inner(scope, receive, send)


class Identidad(AuthMiddleware):
    """Puts the user into the scope; nobody for whatever is wrong. While the database is away it asks to come back."""

    async def __call__(self, scope: dict[str, Any], receive: Recibir, send: Enviar) -> None:
        try:
            async with asyncio.timeout(PLAZO):
                scope["user"] = await _usuario(scope["session"])
        except (DatabaseError, InterfaceError, TimeoutError) as error:
            problema("base_de_datos", "A handshake could not be read: %r", error)
            await rechazar(scope, send, HTTPStatus.SERVICE_UNAVAILABLE)
            return
        # A socket may stay for days: what the handshake alone needed need not.
        scope["olvidar"] = scope.clear
        await self.inner(scope, receive, send)


def con_identidad(aplicacion: Any) -> CookieMiddleware:
    """Wraps an ASGI application as AuthMiddlewareStack does."""
    return CookieMiddleware(SesionDeLectura(Identidad(aplicacion)))


def _posible(clave: str | None) -> str | None:
    """Returns the key, None for one that no session has: PostgreSQL would fail at a NUL."""
    return clave if clave and clave.isascii() and clave.isprintable() else None


async def _usuario(sesion: SessionBase) -> AbstractBaseUser | AnonymousUser:
    if sesion.session_key is None:
        return AnonymousUser()
    return await en_hilo(_usuario_de, sesion)


def _usuario_de(sesion: SessionBase) -> AbstractBaseUser | AnonymousUser:
    """Asks Django itself, with its old keys too: one query for the session, one for the user."""
    return get_user(SimpleNamespace(session=Leida(sesion.load())))  # type: ignore[arg-type]
