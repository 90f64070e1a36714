"""How many sockets may be open: of one user, from one address, in this web process. Counted without Redis, so per process."""

from __future__ import annotations

import resource
from collections import Counter
from collections.abc import Hashable
from ipaddress import ip_address
from typing import TypeVar

from .conf import ajustes
from .direccion import direccion_del_cliente
from .protocolo import Cierre
from .registro import problema

C = TypeVar("C", bound=Hashable)
# Descriptors for everything but sockets: databases, Redis, requests, files.
RESERVA = 64


def direccion_contada(remota: str, reenviada: str) -> str | None:
    """Returns the address whose sockets are counted together, None where they are not.

    A peer of a private network, while no proxy is trusted, is a proxy that nobody told of: behind it is everybody.
    """
    proxies = ajustes().PROXIES_DE_CONFIANZA
    direccion = direccion_del_cliente(remota, reenviada, proxies)
    if not direccion or (not proxies and not ip_address(direccion).is_global):
        return None
    return direccion


class SinLugar(Exception):
    """One socket more has no place; `codigo` is its close code, None where it is not to be accepted at all."""

    def __init__(self, codigo: int | None) -> None:
        super().__init__(f"no place for one more socket ({codigo})")
        self.codigo = codigo


def capacidad() -> int:
    """Returns how many sockets this process takes: what is set, and never more than its descriptors allow."""
    descriptores, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if descriptores == resource.RLIM_INFINITY:
        return ajustes().SOCKETS_POR_PROCESO
    return min(ajustes().SOCKETS_POR_PROCESO, max(descriptores - RESERVA, 1))


class Aforo:
    """Who is inside. `entrar` and `salir` come in pairs; the same arguments go to both."""

    def __init__(self) -> None:
        self.dentro = 0
        self._por_usuario: Counter[int] = Counter()
        self._por_direccion: Counter[str] = Counter()

    def entrar(self, usuario_id: int, direccion: str | None) -> None:
        """Takes a place. Raises SinLugar when there is none."""
        if self.dentro >= capacidad():
            problema("proceso_lleno", "This process has %d sockets, and takes no more", self.dentro)
            raise SinLugar(Cierre.SATURADO)
        if direccion is not None and self._por_direccion[direccion] >= ajustes().SOCKETS_POR_DIRECCION:
            problema("direccion_llena", "Refused one socket more from %s", direccion)
            raise SinLugar(None)
        if self._por_usuario[usuario_id] >= ajustes().SOCKETS_POR_USUARIO:
            problema("usuario_lleno", "Refused one socket more of user %d", usuario_id)
            raise SinLugar(Cierre.DEMASIADOS_SOCKETS)
        self.dentro += 1
        self._por_usuario[usuario_id] += 1
        if direccion is not None:
            self._por_direccion[direccion] += 1

    def salir(self, usuario_id: int, direccion: str | None) -> None:
        """Gives the place back."""
        self.dentro -= 1
        _restar(self._por_usuario, usuario_id)
        if direccion is not None:
            _restar(self._por_direccion, direccion)


def _restar(cuenta: Counter[C], clave: C) -> None:
    cuenta[clave] -= 1
    # Who is gone leaves nothing behind.
    if not cuenta[clave]:
        del cuenta[clave]


AFORO = Aforo()
