"""Reads of the inbox. Each is flat in the inbox's size: it costs what it returns."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass

from django.db import IntegrityError
from django.db.models import F

from .models import Bandeja, Notificacion
from .protocolo import Cuentas


@dataclass(frozen=True, slots=True)
class EstadoBandeja:
    """Where an inbox is: the end of its sequence and its counters."""

    epoca: str
    tope: int
    cuentas: Cuentas


@dataclass(frozen=True, slots=True)
class Entrada:
    """What a stream shows at one place of the sequence: a notification that is new there, or the change of a known one."""

    posicion: int
    fila: Notificacion
    es_nueva: bool


@dataclass(frozen=True, slots=True)
class PaginaDeCambios:
    """A piece of the sequence: `entradas` are all there is up to `hasta`, in order."""

    estado: EstadoBandeja
    entradas: list[Entrada]
    hasta: int


def estado_de(usuario_id: int) -> EstadoBandeja:
    """Returns the state of a user's inbox, which is made if there was none. Raises IntegrityError for no user."""
    bandeja, _ = Bandeja.objects.get_or_create(usuario_id=usuario_id)
    return EstadoBandeja(
        bandeja.epoca, bandeja.ultima_secuencia, Cuentas(bandeja.no_leidas, bandeja.no_vistas)
    )


def estados_de(usuario_ids: Collection[int]) -> dict[int, EstadoBandeja]:
    """Returns the states of these users' inboxes, in one query; a missing one is made, and left out where there is no user."""
    campos = ("usuario_id", "epoca", "ultima_secuencia", "no_leidas", "no_vistas")
    filas = Bandeja.objects.filter(usuario_id__in=usuario_ids).values_list(*campos)
    estados = {fila[0]: EstadoBandeja(fila[1], fila[2], Cuentas(fila[3], fila[4])) for fila in filas}
    for usuario_id in set(usuario_ids) - estados.keys():
        with suppress(IntegrityError):
            estados[usuario_id] = estado_de(usuario_id)
    return estados


def cambios_desde(usuario_id: int, cursor: int, limite: int) -> PaginaDeCambios:
    """Returns what happened after `cursor`, at most about `limite` entries.

    A notification stands at its `numero`, in its newest state, and once more at its `secuencia` when it changed after
    it was made. So whoever has read up to any place knows every notification made up to there, even if it changed
    (and its `secuencia` moved on) while reading, or the reading was cut short.
    """
    estado = estado_de(usuario_id)
    if estado.tope <= cursor:
        return PaginaDeCambios(estado, [], cursor)
    filas = Notificacion.objects.de(usuario_id)
    creadas = list(filas.filter(numero__gt=cursor, numero__lte=estado.tope).order_by("numero")[:limite])
    hasta = creadas[-1].numero if len(creadas) == limite else estado.tope
    cambiadas = list(
        filas.filter(secuencia__gt=cursor, secuencia__lte=hasta, numero__lt=F("secuencia")).order_by(
            "secuencia"
        )[:limite]
    )
    if len(cambiadas) == limite:
        hasta = min(hasta, cambiadas[-1].secuencia)
    entradas = [Entrada(fila.numero, fila, es_nueva=True) for fila in creadas if fila.numero <= hasta]
    entradas += [
        Entrada(fila.secuencia, fila, es_nueva=False) for fila in cambiadas if fila.secuencia <= hasta
    ]
    return PaginaDeCambios(estado, sorted(entradas, key=lambda entrada: entrada.posicion), hasta)


@dataclass(frozen=True, slots=True)
class PaginaDeBandeja:
    """One page of a listing, newest first; `siguiente` is the cursor of the next one, None at the end."""

    filas: list[Notificacion]
    siguiente: int | None


def listar(
    usuario_id: int, *, cursor: int | None = None, limite: int = 20, filtro: str = "todas"
) -> PaginaDeBandeja:
    """Returns the notifications older than `cursor`: those in the inbox, the unread ones, or the archived ones."""
    filas = Notificacion.objects.de(usuario_id)
    filas = {"todas": filas.en_bandeja, "no_leidas": filas.no_leidas, "archivadas": filas.archivadas}[
        filtro
    ]()
    if cursor is not None:
        filas = filas.filter(numero__lt=cursor)
    pagina = list(filas.order_by("-numero")[: limite + 1])
    hay_mas = len(pagina) > limite
    return PaginaDeBandeja(pagina[:limite], pagina[limite - 1].numero if hay_mas else None)


@dataclass(frozen=True, slots=True)
class Vigencia:
    """What a web process compares its sockets with: how far the inbox is, and whether its user may still listen."""

    tope: int
    epoca: str
    activo: bool
    contrasena: str


def vigencias(usuario_ids: Collection[int]) -> Iterator[tuple[int, Vigencia]]:
    """Yields (user id, Vigencia) of those that have an inbox, in one query a thousand users."""
    ids = sorted(usuario_ids)
    for inicio in range(0, len(ids), 1000):
        filas = Bandeja.objects.filter(usuario_id__in=ids[inicio : inicio + 1000]).values_list(
            "usuario_id", "ultima_secuencia", "epoca", "usuario__is_active", "usuario__password"
        )
        for usuario_id, tope, epoca, activo, contrasena in filas:
            yield usuario_id, Vigencia(tope, epoca, activo, contrasena)
