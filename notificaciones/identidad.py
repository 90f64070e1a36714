"""Who knocks at the WebSocket: the user of the session that the cookie or the pass names.

In place of Channels' own, which ignores SECRET_KEY_FALLBACKS, deletes the session that it cannot verify, and asks at every
frame sent whether the session is to be saved. Here a session is only read.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from http import HTTPStatus
from importlib import import_module
from itertools import chain
from types import SimpleNamespace
from typing import Any

from channels.auth import AuthMiddleware
from channels.sessions import CookieMiddleware, SessionMiddleware
from django.conf import settings
from django.contrib.auth import (
    BACKEND_SESSION_KEY,
    HASH_SESSION_KEY,
    SESSION_KEY,
    get_user,
    get_user_model,
    load_backend,
)
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.backends.db import SessionStore as SesionEnTabla
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import DatabaseError, InterfaceError
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from . import pase
from .hilos import en_hilo
from .lotes import por_lotes
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
    clave = sesion.session_key
    if clave is None:
        return AnonymousUser()
    if type(sesion) is SesionEnTabla:
        return await por_lotes(usuarios_de).pedir(clave) or AnonymousUser()
    return await en_hilo(_usuario_de, sesion)


def _usuario_de(sesion: SessionBase) -> AbstractBaseUser | AnonymousUser:
    """Asks Django itself, with its old keys too."""
    return get_user(SimpleNamespace(session=Leida(sesion.load())))  # type: ignore[arg-type]


def usuarios_de(claves: Collection[str]) -> dict[str, AbstractBaseUser | AnonymousUser]:
    """Returns whose sessions these are, nobody's left out: one query for all sessions and one for all users."""
    vivas = Session.objects.filter(session_key__in=claves, expire_date__gt=timezone.now())
    leidas = {viva.session_key: Leida(viva.get_decoded()) for viva in vivas}
    hallados = get_user_model()._default_manager.in_bulk(
        {_id_de(leida) for leida in leidas.values()} - {None}
    )
    return {clave: _comprobado(leida, hallados) for clave, leida in leidas.items()}


def _id_de(leida: Leida) -> Any:
    """Returns the user's id in the session, as the database has it; None where there is none."""
    try:
        return get_user_model()._meta.pk.to_python(leida.get(SESSION_KEY))
    except ValidationError:
        return None


def _comprobado(leida: Leida, hallados: Mapping[Any, AbstractBaseUser]) -> AbstractBaseUser | AnonymousUser:
    """Checks the session against its user as django.contrib.auth.get_user does, with a row that was read beforehand."""
    camino = leida.get(BACKEND_SESSION_KEY)
    if camino not in settings.AUTHENTICATION_BACKENDS:
        return AnonymousUser()
    puerta: Any = load_backend(camino)
    if type(puerta).get_user is not ModelBackend.get_user:
        # It knows its users in a way of its own.
        return get_user(SimpleNamespace(session=leida))  # type: ignore[arg-type]
    usuario = hallados.get(_id_de(leida))
    if usuario is None or not puerta.user_can_authenticate(usuario):
        return AnonymousUser()
    huella = leida.get(HASH_SESSION_KEY) or ""
    vigentes = chain([usuario.get_session_auth_hash()], usuario.get_session_auth_fallback_hash())
    return usuario if any(constant_time_compare(huella, una) for una in vigentes) else AnonymousUser()
