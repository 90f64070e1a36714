"""Times what the server does for a device that connects and for a drawer that opens, and asks for the plans."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

from bench.procesos import iniciar_django

iniciar_django()

from django.db import connection  # noqa: E402  (needs Django to be set up)

from bench.turnos import por_turnos  # noqa: E402
from notificaciones import consultas  # noqa: E402
from notificaciones.acciones import ACCIONES  # noqa: E402
from notificaciones.conf import ajustes  # noqa: E402
from notificaciones.protocolo import FILTROS  # noqa: E402

Bandejas = dict[str, dict[str, Any]]


def conectar(bandeja: dict[str, Any]) -> int:
    """Reads what a session reads to resume; returns how many entries there were."""
    consultas.estado_de(bandeja["usuario_id"])
    pagina = consultas.cambios_desde(bandeja["usuario_id"], bandeja["desde"], ajustes().PAGINA_DE_CAMBIOS)
    consultas.estado_de(bandeja["usuario_id"])
    return len(pagina.entradas)


def listar(filtro: str) -> Callable[[dict[str, Any]], int]:
    """Returns the action that opens the drawer with that filter; it returns how many it lists."""

    def abrir(bandeja: dict[str, Any]) -> int:
        return len(ACCIONES["listar"](bandeja["usuario_id"], {"filtro": filtro})["notificaciones"])

    return abrir


OPERACIONES = {"conectar": conectar, **{f"listar_{filtro}": listar(filtro) for filtro in FILTROS}}


def cronometrar(bandejas: Bandejas, rondas: int) -> dict[str, dict[str, list[float]]]:
    """Returns the seconds of each operation on each inbox, which take turns."""
    segundos: dict[str, dict[str, list[float]]] = {}
    for operacion, hacer in OPERACIONES.items():
        segundos[operacion] = {nombre: [] for nombre in bandejas}
        for nombre in por_turnos(list(bandejas), rondas):
            inicio = time.perf_counter()
            hacer(bandejas[nombre])
            segundos[operacion][nombre].append(time.perf_counter() - inicio)
    return segundos


def planes(hacer: Callable[[dict[str, Any]], int], bandeja: dict[str, Any]) -> list[str]:
    """Returns how the database carries out each query of an operation, a line for each step."""
    enviadas: list[tuple[str, Any]] = []

    def anotar(ejecutar: Callable[..., Any], sql: str, params: Any, *mas: Any) -> Any:
        enviadas.append((sql, params))
        return ejecutar(sql, params, *mas)

    with connection.execute_wrapper(anotar):
        hacer(bandeja)
    orden = "EXPLAIN (COSTS OFF)" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
    lineas = []
    with connection.cursor() as cursor:
        for sql, params in enviadas:
            cursor.execute(f"{orden} {sql}", params)
            lineas += [str(paso[-1]).strip() for paso in cursor.fetchall()]
    return list(dict.fromkeys(lineas))


def recorridos(lineas: list[str]) -> Iterator[str]:
    """Yields the steps that read a whole table or index."""
    return (linea for linea in lineas if linea.startswith("SCAN ") or "Seq Scan" in linea)


def medir(bandejas: Bandejas, rondas: int) -> dict[str, Any]:
    """Returns the seconds and the plans; every inbox is read once before."""
    cronometrar(bandejas, 5)
    todos = {
        operacion: {nombre: planes(hacer, bandeja) for nombre, bandeja in bandejas.items()}
        for operacion, hacer in OPERACIONES.items()
    }
    return {
        "segundos": cronometrar(bandejas, rondas),
        "planes": {operacion: por_bandeja["grande"] for operacion, por_bandeja in todos.items()},
        "recorridos_completos": [
            f"{operacion}, {nombre}: {linea}"
            for operacion, por_bandeja in todos.items()
            for nombre, lineas in por_bandeja.items()
            for linea in recorridos(lineas)
        ],
    }


if __name__ == "__main__":
    print(json.dumps(medir(**json.loads(sys.argv[1]))))
