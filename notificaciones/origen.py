"""Whose pages may open the WebSocket: those of this very site, scheme and port included, and of the origins it trusts."""

from __future__ import annotations

from http import HTTPStatus
from io import BytesIO
from typing import Any
from urllib.parse import SplitResult, urlsplit

from channels.security.websocket import OriginValidator
from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.core.handlers.asgi import ASGIRequest
from django.utils.http import is_same_domain

from . import pase
from .rechazo import Enviar, Recibir, rechazar
from .registro import problema

PUERTOS = {"http": ":80", "https": ":443"}


class OrigenPropio(OriginValidator):
    """Channels' validator compares host names alone; this one the whole origin, as Django does for a form.

    A pass needs no origin: no other site can ask for one, so whoever has one was given it.
    """

    def __init__(self, aplicacion: Any) -> None:
        super().__init__(aplicacion, settings.ALLOWED_HOSTS)

    async def __call__(self, scope: dict[str, Any], receive: Recibir, send: Enviar) -> None:
        if pase.ofrecido(scope.get("subprotocols") or ()) is None and not self.admite(scope):
            await rechazar(scope, send, HTTPStatus.FORBIDDEN)
            return
        await self.application(scope, receive, send)

    def admite(self, scope: dict[str, Any]) -> bool:
        """True for an origin of this site, as the browser sees it, or a trusted one."""
        peticion = ASGIRequest({**scope, "method": "GET", "scheme": _esquema(scope)}, BytesIO())
        origen = peticion.META.get("HTTP_ORIGIN")
        if origen is None:
            return False
        if "HTTP_HOST" not in peticion.META:
            # No browser leaves it out; there is nothing to compare with but the names of this site.
            return bool(self.valid_origin(_partes(origen)))
        propio = _propio(peticion)
        if (propio is not None and _sin_puerto_de_siempre(origen) == propio) or es_de_confianza(origen):
            return True
        problema("origen_ajeno", "Refused a handshake from the origin %.80r; this site is %r", origen, propio)
        return False


def es_de_confianza(origen: str) -> bool:
    """True for an origin that CSRF_TRUSTED_ORIGINS names, also by `https://*.example.com`."""
    partes = _partes(origen)
    return any(
        origen == confiable or (partes is not None and _es_subdominio(partes, confiable))
        for confiable in settings.CSRF_TRUSTED_ORIGINS
    )


def _es_subdominio(partes: SplitResult, confiable: str) -> bool:
    esquema, _, anfitrion = confiable.partition("://")
    return (
        anfitrion.startswith("*")
        and partes.scheme == esquema
        and is_same_domain(partes.netloc, anfitrion.lstrip("*"))
    )


def _esquema(scope: dict[str, Any]) -> str:
    return "https" if scope.get("scheme") in {"wss", "https"} else "http"


def _propio(peticion: ASGIRequest) -> str | None:
    """Returns this site's origin as the browser that sent the handshake names it; None for a host that is not ours."""
    try:
        return _sin_puerto_de_siempre(f"{peticion.scheme}://{peticion.get_host()}")
    except DisallowedHost:
        return None


def _sin_puerto_de_siempre(origen: str) -> str:
    return origen.lower().removesuffix(PUERTOS.get(origen.partition(":")[0].lower(), "-"))


def _partes(origen: str) -> SplitResult | None:
    try:
        partes = urlsplit(origen)
        _ = partes.port
    except ValueError:
        return None
    return partes
