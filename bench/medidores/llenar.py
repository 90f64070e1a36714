"""Fills inboxes as months of use leave them, and opens a session for each of their users."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.medidores.preparar import abrir_sesion
from bench.procesos import iniciar_django

iniciar_django()

from django.contrib.auth import get_user_model  # noqa: E402  (needs Django to be set up)
from django.db import connection, transaction  # noqa: E402

from notificaciones.models import Bandeja, Notificacion  # noqa: E402

LOTE = 2_000
NUEVAS = 5
CAMBIADAS = 5
LEJANAS = 30
VECINOS = 2_000
INICIO = datetime(2026, 1, 1, tzinfo=UTC)


# Each kind of inbox has what one listing looks for where a scan from the newest would find it last.
def mezclada(numero: int) -> tuple[bool, bool]:
    """Returns (read, archived): every other one was read, and of all only the very oldest are archived."""
    return numero % 2 == 0, numero <= LEJANAS


def despachada(numero: int) -> tuple[bool, bool]:
    """Returns (read, archived): all were read and archived but the very oldest."""
    return numero > LEJANAS, numero > LEJANAS


Estado = Callable[[int], tuple[bool, bool]]


def fila(usuario_id: int, numero: int, leida: bool, archivada: bool) -> Notificacion:
    """Returns a notification as a sale makes it, not saved."""
    cuando = INICIO + timedelta(seconds=numero)
    return Notificacion(
        usuario_id=usuario_id,
        numero=numero,
        secuencia=numero,
        tipo="nueva_venta",
        titulo="Nueva venta",
        mensaje=f"Bruno compró 1 × Taza de talavera ({numero})",
        datos={"monto": "129.90", "venta_id": numero, "producto": "Taza de talavera", "cantidad": 1},
        clave=f"venta-{numero}",
        enlace=f"/ventas/{numero}/confirmacion/",
        creada=cuando,
        vista_en=cuando if leida else None,
        leida_en=cuando if leida else None,
        archivada_en=cuando if archivada else None,
    )


def llenar(usuario_id: int, cuantas: int, estado: Estado) -> dict[str, Any]:
    """Returns where a device of the user is that missed the last ten changes: five new ones, five of older ones."""
    for desde in range(1, cuantas + 1, LOTE):
        numeros = range(desde, min(desde + LOTE, cuantas + 1))
        Notificacion.objects.bulk_create([fila(usuario_id, n, *estado(n)) for n in numeros])
    cursor = cuantas - NUEVAS
    ultimas = Notificacion.objects.de(usuario_id).filter(numero__lte=cursor).order_by("-numero")[:CAMBIADAS]
    for lugar, cambiada in enumerate(reversed(ultimas), start=1):
        cambiada.secuencia = cuantas + lugar
        cambiada.save(update_fields=["secuencia"])
    propias = Notificacion.objects.de(usuario_id)
    bandeja = Bandeja.objects.create(
        usuario_id=usuario_id,
        ultima_secuencia=cuantas + CAMBIADAS,
        no_leidas=propias.no_leidas().count(),
        no_vistas=propias.no_vistas().count(),
    )
    return {
        "usuario_id": usuario_id,
        "desde": cursor,
        "tope": bandeja.ultima_secuencia,
        "epoca": bandeja.epoca,
        "notificaciones": cuantas,
    }


def poblar() -> None:
    """Makes inboxes of other people: of a table of three rows no database would use the index."""
    usuarios = get_user_model()
    vecinos = [usuarios(username=f"vecino-{numero}", password="!") for numero in range(VECINOS)]
    Bandeja.objects.bulk_create([Bandeja(usuario=vecino) for vecino in usuarios.objects.bulk_create(vecinos)])


def medir(chica: int, grande: int) -> dict[str, Any]:
    """Returns the three inboxes by their names."""
    planes: dict[str, tuple[int, Estado]] = {
        "chica": (chica, mezclada),
        "grande": (grande, mezclada),
        "despachada": (grande, despachada),
    }
    poblar()
    bandejas = {}
    for nombre, (cuantas, estado) in planes.items():
        usuario = get_user_model().objects.create_user(f"bandeja-{nombre}")
        with transaction.atomic():
            bandejas[nombre] = {**llenar(usuario.pk, cuantas, estado), "sesion": abrir_sesion(usuario)}
    if connection.vendor == "postgresql":
        # What autovacuum does within a minute; SQLite is measured as it is, without statistics.
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    return bandejas


if __name__ == "__main__":
    print(json.dumps(medir(**json.loads(sys.argv[1]))))
