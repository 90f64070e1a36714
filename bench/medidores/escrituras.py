"""Times `notificar` and `notificar_muchos`, publishing included, and counts their queries."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

from bench.cifras import redondear, resumen
from bench.procesos import iniciar_django

iniciar_django()

from django.contrib.auth import get_user_model  # noqa: E402  (needs Django to be set up)
from django.db import connection  # noqa: E402

from notificaciones.servicios import notificar, notificar_muchos  # noqa: E402

AVISO: dict[str, Any] = {"tipo": "aviso", "titulo": "Inventario", "mensaje": "Hay productos por resurtir."}
CALENTAMIENTO = 20


def crear_usuarios(cuantos: int) -> list[int]:
    """Returns the ids of that many new users, who have no inbox yet."""
    usuarios = get_user_model()
    nuevos = usuarios.objects.bulk_create(
        [usuarios(username=f"usuario-{numero}", password="!") for numero in range(cuantos)], batch_size=5_000
    )
    return [usuario.pk for usuario in nuevos]


def contar_consultas(trabajo: Callable[[], object]) -> int:
    """Returns how many statements the work sent to the database, besides BEGIN and COMMIT."""
    consultas = 0

    def contar(ejecutar: Callable[..., Any], *argumentos: Any) -> Any:
        nonlocal consultas
        consultas += 1
        return ejecutar(*argumentos)

    with connection.execute_wrapper(contar):
        trabajo()
    return consultas


def cronometrar(trabajo: Callable[[], object], veces: int) -> list[float]:
    """Returns how many seconds each time took."""
    duraciones = []
    for _ in range(veces):
        inicio = time.perf_counter()
        trabajo()
        duraciones.append(time.perf_counter() - inicio)
    return duraciones


def medir_uno(usuario_id: int, llamadas: int) -> dict[str, Any]:
    """Returns the figures of `notificar`, one call after the other, each a transaction of its own."""

    def una() -> None:
        notificar(usuario_id=usuario_id, **AVISO)

    cronometrar(una, CALENTAMIENTO)
    duraciones = cronometrar(una, llamadas)
    return {
        "llamadas": llamadas,
        "por_segundo": redondear(llamadas / sum(duraciones)),
        "ms": resumen(duraciones),
        "consultas": contar_consultas(una),
    }


def medir_muchos(usuario_ids: list[int], tandas: int) -> dict[str, Any]:
    """Returns the figures of `notificar_muchos` for these users, who have no inbox before the first time."""

    def todos() -> None:
        notificar_muchos(usuario_ids=usuario_ids, **AVISO)

    primera = contar_consultas(todos)
    duraciones = cronometrar(todos, tandas)
    return {
        "usuarios": len(usuario_ids),
        "filas_por_segundo": redondear(len(usuario_ids) / median(duraciones)),
        "segundos": redondear(median(duraciones)),
        "consultas": contar_consultas(todos),
        "consultas_con_bandejas_nuevas": primera,
    }


def medir(llamadas: int, usuarios: list[int], tandas: int) -> dict[str, Any]:
    """Returns the figures of one user, and of each number of users."""
    ids = iter(crear_usuarios(1 + sum(usuarios)))
    uno = medir_uno(next(ids), llamadas)
    muchos = [medir_muchos([next(ids) for _ in range(cuantos)], tandas) for cuantos in usuarios]
    return {"uno": uno, "muchos": muchos}


if __name__ == "__main__":
    print(json.dumps(medir(**json.loads(sys.argv[1]))))
