"""The only writers of the inbox. Each joins the caller's transaction, and what it says leaves when that commits.

with transaction.atomic():
    venta = vender(...)
    notificar(usuario_id=venta.vendedor_id, tipo="nueva_venta", titulo="Nueva venta", datos={"monto": "129.90"})
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby, islice
from typing import Any

from asgiref.sync import sync_to_async
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from . import bandejas, entrega
from .borrador import Borrador
from .entrega import Envio
from .models import Bandeja, Notificacion
from .protocolo import Cuentas, estado, trama_actualizada, trama_efimera, trama_notificacion

LOTE_DE_CAMBIOS = 500


def notificar(
    *,
    usuario_id: int,
    tipo: str,
    titulo: str,
    mensaje: str = "",
    datos: Mapping[str, Any] | None = None,
    enlace: str = "",
    clave: str | None = None,
) -> Notificacion:
    """Returns the notification, stored and sent on commit. A `clave` seen before returns the first one and sends nothing.

    Raises ValueError for a kind that is not declared or a field that cannot be shown, User.DoesNotExist for no user.
    """
    borrador = Borrador(tipo, titulo, mensaje, dict(datos or {}), enlace, clave)
    bandejas.asegurar([usuario_id])
    with transaction.atomic(savepoint=False):
        nuevas = _crear([usuario_id], borrador)
        return nuevas[0] if nuevas else Notificacion.objects.get(usuario_id=usuario_id, clave=clave)


def notificar_muchos(
    *,
    usuario_ids: Iterable[int],
    tipo: str,
    titulo: str,
    mensaje: str = "",
    datos: Mapping[str, Any] | None = None,
    enlace: str = "",
    clave: str | None = None,
) -> int:
    """Returns how many users were notified now: all of them in one transaction, a handful of queries a thousand.

    Those who already have the `clave` are left out. Raises as `notificar` does.
    """
    borrador = Borrador(tipo, titulo, mensaje, dict(datos or {}), enlace, clave)
    # Everyone locks inboxes in the order of their ids, so two senders cannot wait for each other.
    ids = sorted(set(usuario_ids))
    bandejas.asegurar(ids)
    with transaction.atomic(savepoint=False):
        return sum(len(_crear(lote, borrador)) for lote in bandejas.en_lotes(ids))


anotificar = sync_to_async(notificar)
anotificar_muchos = sync_to_async(notificar_muchos)


def marcar_leida(*, usuario_id: int, notificacion_id: int, deshacer: bool = False) -> bool:
    """False when it was so already. Raises Notificacion.DoesNotExist for another user's, or nobody's."""

    def aplicar(fila: Notificacion) -> None:
        ahora = timezone.now()
        fila.leida_en = None if deshacer else fila.leida_en or ahora
        fila.vista_en = fila.vista_en or ahora

    return _cambiar_una(usuario_id, notificacion_id, aplicar)


def archivar(*, usuario_id: int, notificacion_id: int, deshacer: bool = False) -> bool:
    """False when it was so already. What is archived does not count, and is as unread as before when undone.

    Raises Notificacion.DoesNotExist.
    """

    def aplicar(fila: Notificacion) -> None:
        fila.archivada_en = None if deshacer else fila.archivada_en or timezone.now()

    return _cambiar_una(usuario_id, notificacion_id, aplicar)


def marcar_todas_leidas(*, usuario_id: int, hasta_secuencia: int | None = None) -> int:
    """Returns how many were marked; with `hasta_secuencia` only those made up to it, so a newer one is not lost from view."""

    def aplicar(fila: Notificacion) -> None:
        fila.leida_en = timezone.now()
        fila.vista_en = fila.vista_en or fila.leida_en

    return _cambiar(
        usuario_id, _hasta(Notificacion.objects.de(usuario_id).no_leidas(), hasta_secuencia), aplicar
    )


def marcar_vistas(*, usuario_id: int, hasta_secuencia: int | None = None) -> int:
    """Returns how many were marked as seen: their user has opened the list, and read none of them yet."""

    def aplicar(fila: Notificacion) -> None:
        fila.vista_en = timezone.now()

    return _cambiar(
        usuario_id, _hasta(Notificacion.objects.de(usuario_id).no_vistas(), hasta_secuencia), aplicar
    )


def reenviar(*, notificacion_id: int) -> Notificacion:
    """Returns the notification, shown again on every open socket, unread. Raises Notificacion.DoesNotExist."""
    usuario_id = Notificacion.objects.values_list("usuario_id", flat=True).get(pk=notificacion_id)
    with transaction.atomic(savepoint=False):
        bloqueadas = bandejas.bloquear([usuario_id])
        fila = Notificacion.objects.get(pk=notificacion_id)
        bandeja = bloqueadas[usuario_id]
        anterior = bandeja.ultima_secuencia
        bandejas.sumar(bandeja, fila, -1)
        fila.leida_en = fila.vista_en = fila.archivada_en = None
        bandejas.sumar(bandeja, fila, 1)
        bandeja.ultima_secuencia = fila.secuencia = anterior + 1
        fila.save(update_fields=["leida_en", "vista_en", "archivada_en", "secuencia"])
        bandeja.save(update_fields=["ultima_secuencia", "no_leidas", "no_vistas"])
        trama = trama_notificacion(fila, bandejas.cuentas_de(bandeja), fila.secuencia, reenviada=True)
        _publicar_al_confirmar([Envio(usuario_id, anterior, fila.secuencia, trama, fila.pk)])
    return fila


def retirar(*, usuario_id: int, clave: str) -> bool:
    """Reads and archives the notification with this key: what it told has resolved itself. False where none was open."""

    def aplicar(fila: Notificacion) -> None:
        ahora = timezone.now()
        fila.leida_en, fila.vista_en = fila.leida_en or ahora, fila.vista_en or ahora
        fila.archivada_en = ahora

    abierta = Notificacion.objects.de(usuario_id).filter(clave=clave, archivada_en__isnull=True)
    return _cambiar(usuario_id, abierta, aplicar) > 0


def empujar(*, usuario_ids: Iterable[int], evento: Mapping[str, Any]) -> None:
    """Shows something on the open sockets of these users once the transaction commits; it is not stored, and may be lost.

    Raises ValueError for an event of a kind that is not declared in protocolo.EFIMEROS, or with keys missing.
    """
    trama_efimera(evento)
    ids, suceso = list(usuario_ids), dict(evento)
    transaction.on_commit(lambda: entrega.empujar(ids, suceso), robust=True)


def podar(*, usuario_id: int, candidatas: QuerySet[Notificacion]) -> int:
    """Returns how many of the user's `candidatas` were deleted: at most a batch, so no lock is held for long."""
    with transaction.atomic(savepoint=False):
        bloqueadas = bandejas.bloquear([usuario_id])
        filas = list(candidatas.filter(usuario_id=usuario_id).order_by("numero")[: bandejas.LOTE])
        if not filas:
            return 0
        bandeja = bloqueadas[usuario_id]
        for fila in filas:
            bandejas.sumar(bandeja, fila, -1)
        ids = [fila.pk for fila in filas]
        Notificacion.objects.filter(pk__in=ids).delete()
        bandeja.ultima_secuencia += 1
        bandeja.save(update_fields=["ultima_secuencia", "no_leidas", "no_vistas"])
        tope = bandeja.ultima_secuencia
        trama = trama_actualizada(ids, {"eliminada": True}, bandejas.cuentas_de(bandeja), tope)
        _publicar_al_confirmar([Envio(usuario_id, tope - 1, tope, trama)])
        return len(ids)


def _crear(usuario_ids: list[int], borrador: Borrador) -> list[Notificacion]:
    bloqueadas = bandejas.bloquear(usuario_ids)
    bandejas.exigir(usuario_ids, bloqueadas)
    if borrador.clave is not None:
        ya = Notificacion.objects.filter(usuario_id__in=usuario_ids, clave=borrador.clave)
        for usuario_id in ya.values_list("usuario_id", flat=True):
            del bloqueadas[usuario_id]
    if not bloqueadas:
        return []
    Bandeja.objects.filter(usuario_id__in=bloqueadas).update(
        ultima_secuencia=F("ultima_secuencia") + 1, no_leidas=F("no_leidas") + 1, no_vistas=F("no_vistas") + 1
    )
    ahora = timezone.now()
    filas = Notificacion.objects.bulk_create(
        borrador.fila(usuario_id, bandeja.ultima_secuencia + 1, ahora)
        for usuario_id, bandeja in bloqueadas.items()
    )
    _publicar_al_confirmar([_envio_de_nueva(fila, bloqueadas[fila.usuario_id]) for fila in filas])
    return filas


def _envio_de_nueva(fila: Notificacion, antes: Bandeja) -> Envio:
    cuentas = Cuentas(antes.no_leidas + 1, antes.no_vistas + 1)
    trama = trama_notificacion(fila, cuentas, fila.secuencia)
    return Envio(fila.usuario_id, fila.secuencia - 1, fila.secuencia, trama, fila.pk)


def _cambiar_una(usuario_id: int, notificacion_id: int, aplicar: Callable[[Notificacion], None]) -> bool:
    suya = Notificacion.objects.de(usuario_id).filter(pk=notificacion_id)
    if not suya.exists():
        raise Notificacion.DoesNotExist(f"User {usuario_id} has no notification {notificacion_id}.")
    return _cambiar(usuario_id, suya, aplicar) > 0


def _cambiar(usuario_id: int, filas: QuerySet[Notificacion], aplicar: Callable[[Notificacion], None]) -> int:
    """Applies a change of state; each row that it really changes takes a number of the sequence. Returns how many."""
    with transaction.atomic(savepoint=False):
        bandeja = bandejas.bloquear([usuario_id]).get(usuario_id)
        if bandeja is None:
            return 0
        anterior = bandeja.ultima_secuencia
        cambiadas = []
        for fila in filas.order_by("numero"):
            antes = estado(fila)
            bandejas.sumar(bandeja, fila, -1)
            aplicar(fila)
            bandejas.sumar(bandeja, fila, 1)
            if estado(fila) != antes:
                bandeja.ultima_secuencia += 1
                fila.secuencia = bandeja.ultima_secuencia
                cambiadas.append(fila)
        if cambiadas:
            campos = ["secuencia", "leida_en", "vista_en", "archivada_en"]
            Notificacion.objects.bulk_update(cambiadas, campos, batch_size=LOTE_DE_CAMBIOS)
            bandeja.save(update_fields=["ultima_secuencia", "no_leidas", "no_vistas"])
            _publicar_al_confirmar(_envios_de_cambios(bandeja, anterior, cambiadas))
        return len(cambiadas)


def _envios_de_cambios(bandeja: Bandeja, anterior: int, filas: list[Notificacion]) -> Iterator[Envio]:
    """Yields one frame for each run of rows that are now in the same state, some hundred ids at most."""
    for cambios, iguales in groupby(filas, key=estado):
        while lote := list(islice(iguales, LOTE_DE_CAMBIOS)):
            hasta = lote[-1].secuencia
            trama = trama_actualizada(
                [fila.pk for fila in lote], cambios, bandejas.cuentas_de(bandeja), hasta
            )
            yield Envio(bandeja.usuario_id, anterior, hasta, trama)
            anterior = hasta


def _hasta(filas: QuerySet[Notificacion], hasta_secuencia: int | None) -> QuerySet[Notificacion]:
    return filas if hasta_secuencia is None else filas.filter(numero__lte=hasta_secuencia)


def _publicar_al_confirmar(envios: Iterable[Envio]) -> None:
    lote = list(envios)
    transaction.on_commit(lambda: entrega.publicar(lote), robust=True)
