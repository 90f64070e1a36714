"""System checks: what is wrong with the settings, what came, what is needed, before the first notification is sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from django.apps.config import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from .conf import RANGOS, Ajustes

CAPA = "notificaciones.capa.CapaRedis"
ESQUEMAS = ("redis://", "rediss://", "unix://")


def _revisar_valor(nombre: str, valor: Any, entero: bool) -> CheckMessage | None:
    minimo, maximo = RANGOS[nombre]
    tipos = int if entero else (int, float)
    if isinstance(valor, bool) or not isinstance(valor, tipos) or not minimo <= valor <= maximo:
        clase = "a whole number" if entero else "a number"
        return Error(
            f"NOTIFICACIONES[{nombre!r}] is {valor!r}, but must be {clase} from {minimo:g} to {maximo:g}.",
            hint=f"Remove it to use the default, {getattr(Ajustes(), nombre)}.",
            id="notificaciones.E002",
        )
    return None


@register()
def revisar_ajustes(app_configs: Sequence[AppConfig] | None, **_: Any) -> Sequence[CheckMessage]:
    """E001 unknown setting, E002 value out of its range."""
    propios = getattr(settings, "NOTIFICACIONES", {})
    if not isinstance(propios, dict):
        return [Error(f"NOTIFICACIONES is {propios!r}, but must be a dictionary.", id="notificaciones.E001")]
    enteros = {campo.name: campo.type == "int" for campo in fields(Ajustes)}
    errores: list[CheckMessage] = [
        Error(
            f"NOTIFICACIONES has the unknown setting {nombre!r}.",
            hint=f"Known are {', '.join(enteros)}.",
            id="notificaciones.E001",
        )
        for nombre in propios
        if nombre not in enteros
    ]
    revisados = (
        _revisar_valor(nombre, valor, enteros[nombre])
        for nombre, valor in propios.items()
        if nombre in enteros
    )
    return errores + [error for error in revisados if error is not None]


@register()
def revisar_capa(app_configs: Sequence[AppConfig] | None, **_: Any) -> Sequence[CheckMessage]:
    """E003 a channel layer that may lose or duplicate, E004 a host without an address, W001 a short socket timeout."""
    capa: dict[str, Any] = getattr(settings, "CHANNEL_LAYERS", {}).get("default", {})
    if capa.get("BACKEND") != CAPA:
        return [
            Error(
                f"CHANNEL_LAYERS['default']['BACKEND'] is {capa.get('BACKEND')!r}, but delivery needs {CAPA!r}.",
                hint="Other processes may use channels_redis.pubsub.RedisPubSubChannelLayer to send to it.",
                id="notificaciones.E003",
            )
        ]
    anfitriones = capa.get("CONFIG", {}).get("hosts", [])
    revisados = (_revisar_anfitrion(indice, anfitrion) for indice, anfitrion in enumerate(anfitriones))
    return [mensaje for mensaje in revisados if mensaje is not None]


def _revisar_anfitrion(indice: int, anfitrion: Any) -> CheckMessage | None:
    opciones = anfitrion if isinstance(anfitrion, dict) else {"address": anfitrion}
    if not str(opciones.get("address")).startswith(ESQUEMAS):
        return Error(
            f"The channel layer's host {indice} has the address {opciones.get('address')!r}.",
            hint=f"Write one that begins with {', '.join(ESQUEMAS)}.",
            id="notificaciones.E004",
        )
    if (opciones.get("socket_timeout", 5) or 1e9) < 30:
        return Warning(
            f"The channel layer's host {indice} has socket_timeout={opciones.get('socket_timeout', 5)!r} s.",
            hint="Set 30 or more: redis-py's default of 5 s ends idle connections.",
            id="notificaciones.W001",
        )
    return None


@register(deploy=True)
def revisar_sesiones(app_configs: Sequence[AppConfig] | None, **_: Any) -> Sequence[CheckMessage]:
    """W002 sessions outside the database: the end of a session then closes sockets by its sign-out event alone."""
    if settings.SESSION_ENGINE in {
        "django.contrib.sessions.backends.db",
        "django.contrib.sessions.backends.cached_db",
    }:
        return []
    return [
        Warning(
            f"SESSION_ENGINE is {settings.SESSION_ENGINE!r}: sockets of expired sessions are not found.",
            hint="Use the database or cached_db backend.",
            id="notificaciones.W002",
        )
    ]
