"""Reads of the inbox. Each is flat in the inbox's size: it costs what it returns."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.db import IntegrityError, connection
from django.db.models import F

from .models import Bandeja, Notificacion
from .protocolo import Cuentas

# So far into the sequence everybody is read together, as those who come back at once have seldom missed more.
TRAMO = 20


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


def primeros_cambios(pedidos: Collection[tuple[int, int]]) -> dict[tuple[int, int], PaginaDeCambios]:
    """Returns for each (user id, cursor) what `cambios_desde` has of the next TRAMO places, in two queries for all of them.

    Where there is no user, the pair is left out.
    """
    estados = estados_de({usuario_id for usuario_id, _ in pedidos})
    paginas = {
        (usuario_id, cursor): PaginaDeCambios(estado, [], max(cursor, min(estado.tope, cursor + TRAMO)))
        for usuario_id, cursor in pedidos
        if (estado := estados.get(usuario_id)) is not None
    }
    tramos = [(*pedido, pagina.hasta) for pedido, pagina in paginas.items() if pagina.hasta > pedido[1]]
    for fila in _filas_de(tramos) if tramos else ():
        pagina = paginas[fila.usuario_id, fila.desde]
        if fila.numero > fila.desde:
            pagina.entradas.append(Entrada(fila.numero, fila, es_nueva=True))
        if fila.numero < fila.secuencia <= pagina.hasta:
            pagina.entradas.append(Entrada(fila.secuencia, fila, es_nueva=False))
    for pagina in paginas.values():
        pagina.entradas.sort(key=lambda entrada: entrada.posicion)
    return paginas


def _filas_de(tramos: Collection[tuple[int, int, int]]) -> Iterator[Any]:
    """Yields the rows made or changed within these pieces of sequences, each with the `desde` of its piece."""
    tabla = connection.ops.quote_name(Notificacion._meta.db_table)
    de_cada_uno = f"SELECT fila.*, desde FROM tramo JOIN {tabla} fila ON fila.usuario_id = quien"  # noqa: S608  (no text of others)
    # Two arms and no OR: each is a range of one index, however far the inbox has come meanwhile.
    consulta = f"""
        WITH tramo (quien, desde, hasta) AS (VALUES {", ".join(["(%s, %s, %s)"] * len(tramos))})
        {de_cada_uno} AND fila.secuencia > desde AND fila.secuencia <= hasta
        UNION ALL
        {de_cada_uno} AND fila.numero > desde AND fila.numero <= hasta AND fila.secuencia > hasta
    """
    return iter(Notificacion.objects.raw(consulta, list(chain.from_iterable(tramos))))


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
