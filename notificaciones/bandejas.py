"""The locks and the counters of inboxes. Whoever changes an inbox holds its row until commit."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from django.contrib.auth import get_user_model

from .models import Bandeja, Notificacion
from .protocolo import Cuentas

LOTE = 1000


def en_lotes(ids: list[int]) -> Iterator[list[int]]:
    """Yields the ids, a batch at a time."""
    return (ids[inicio : inicio + LOTE] for inicio in range(0, len(ids), LOTE))


def asegurar(usuario_ids: list[int]) -> None:
    """Makes the inboxes that are missing. Raises User.DoesNotExist, outside of any block of ours: the caller may go on.

    All of them before the first is locked: one that is made between two locks would turn the order of the locks.
    """
    for lote in en_lotes(usuario_ids):
        hay = set(Bandeja.objects.filter(usuario_id__in=lote).values_list("usuario_id", flat=True))
        faltan = [usuario_id for usuario_id in lote if usuario_id not in hay]
        if faltan:
            conocidos = get_user_model().objects.filter(pk__in=faltan).values_list("pk", flat=True)
            exigir(faltan, set(conocidos))
            nuevas = [Bandeja(usuario_id=usuario_id) for usuario_id in faltan]
            Bandeja.objects.bulk_create(nuevas, ignore_conflicts=True)


def exigir(usuario_ids: list[int], hay: Collection[int]) -> None:
    """Raises User.DoesNotExist for the first of these users that is not there."""
    desconocido = next((usuario_id for usuario_id in usuario_ids if usuario_id not in hay), None)
    if desconocido is not None:
        raise get_user_model().DoesNotExist(f"No user has the id {desconocido}.")


def bloquear(usuario_ids: list[int]) -> dict[int, Bandeja]:
    """Locks the inboxes that there are until commit, in the order of their ids."""
    filas = Bandeja.objects.select_for_update().filter(usuario_id__in=usuario_ids).order_by("usuario_id")
    return {fila.usuario_id: fila for fila in filas}


def sumar(bandeja: Bandeja, fila: Notificacion, signo: int) -> None:
    """Counts a row in or out. Archived ones do not count."""
    if not fila.archivada:
        bandeja.no_leidas += signo * (not fila.leida)
        bandeja.no_vistas += signo * (not fila.vista)


def cuentas_de(bandeja: Bandeja) -> Cuentas:
    """Returns the counters as frames carry them."""
    return Cuentas(bandeja.no_leidas, bandeja.no_vistas)
