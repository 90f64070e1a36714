"""`make faults`: every row long, on SQLite and, where it can be started, on PostgreSQL; writes docs/fallos.json and its tables.

Ends with 1 when a row failed or anything was lost, duplicated, out of order or shown to another.
"""

from __future__ import annotations

import argparse
import asyncio
import resource
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from tests.capacidades import COMO_OBTENER, initdb

from . import filas_base, filas_clientes, filas_procesos, filas_publicar, filas_redis, informe
from .banco import Banco
from .filas import COMUN, FILAS, POSTGRES, PULSO, SIN_REDIS, Escala, Fila
from .filas_clientes import PULSO_RAPIDO
from .informe import Anotada, publicar, resumen
from .remojo import Remojo

__all__ = ["filas_base", "filas_clientes", "filas_procesos", "filas_publicar", "filas_redis"]
OPCIONES: dict[str, dict[str, Any]] = {
    COMUN: {},
    PULSO: {},
    SIN_REDIS: {"con_redis": False},
    POSTGRES: {"postgres": True},
}
# Rows of delivery that are run on PostgreSQL too, and how often.
TAMBIEN_EN_POSTGRES = {
    "redis_muerto": 3,
    "suscriptor_cortado": 5,
    "linea_cortada": 5,
    "web_muerto": 3,
    "confirmada_tarde": 10,
    "sin_publicar": 2,
}
Plan = tuple[str, list[tuple[Fila, Escala]]]


def planes(corto: bool, solo: str) -> Iterator[Plan]:
    """Yields each bench with the rows that are to be run on it."""
    for banco in OPCIONES:
        filas = [(una, una.corta if corto else una.larga) for una in FILAS.values() if una.banco == banco]
        if banco == POSTGRES and not corto:
            filas += [
                (FILAS[n], replace(FILAS[n].larga, ciclos=veces)) for n, veces in TAMBIEN_EN_POSTGRES.items()
            ]
        filas = [(una, escala) for una, escala in filas if solo in {"", una.nombre}]
        if filas:
            yield banco, filas


def correr_plan(nombre: str, filas: list[tuple[Fila, Escala]]) -> Iterator[Anotada]:
    """Runs rows on one bench; after one that failed the next has a bench of its own."""
    pendientes = list(filas)
    rapido = nombre == PULSO and not filas[0][1].larga
    while pendientes:
        with Banco(**(PULSO_RAPIDO if rapido else OPCIONES[nombre])) as banco:
            while pendientes:
                anotada = correr_fila(banco, *pendientes.pop(0))
                yield anotada
                if anotada.error:
                    break


def correr_fila(banco: Banco, una: Fila, escala: Escala) -> Anotada:
    base = "PostgreSQL" if banco.postgres else "SQLite"
    print(f"{una.titulo}, {base} …", flush=True)
    inicio = time.monotonic()

    async def correr() -> Any:
        await banco.vivas()
        return await una.correr(banco, escala)

    try:
        resultado = asyncio.run(correr())
    except Exception as error:
        primera = str(error).splitlines()[0] if str(error) else type(error).__name__
        print(f"  FAILED: {error}", flush=True)
        return Anotada(una, base, time.monotonic() - inicio, error=primera)
    print(f"  {resultado.balance} {resultado.cifras or ''}", flush=True)
    return Anotada(una, base, time.monotonic() - inicio, resultado)


def correr_todo(corto: bool, solo: str) -> dict[str, Any]:
    """Returns the figures of all rows, or of one."""
    inicio, anotadas = time.monotonic(), []
    for nombre, filas in planes(corto, solo):
        if nombre == POSTGRES and initdb() is None:
            print(f"SKIPPED: the rows on PostgreSQL. They need {COMO_OBTENER['postgres_propio']}.")
            continue
        anotadas += list(correr_plan(nombre, filas))
    return resumen(anotadas, time.monotonic() - inicio)


def main() -> int:
    """Runs what the command line asks for; returns the exit code."""
    lector = argparse.ArgumentParser(prog="python -m tests.fallos", description=__doc__)
    lector.add_argument("--corto", action="store_true", help="each row as short as in `make test`")
    lector.add_argument("--solo", default="", choices=["", *FILAS], help="one row alone")
    lector.add_argument("--remojo", nargs="?", type=float, const=30, help="the soak, 30 minutes by default")
    pedido = lector.parse_args()
    # Thousands of sockets, here and in the processes that are started.
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    if pedido.remojo:
        with Banco() as banco:
            publicar({"remojo": asyncio.run(Remojo(banco, pedido.remojo).correr())})
        return 0
    cifras = correr_todo(pedido.corto, pedido.solo)
    if pedido.corto or pedido.solo:
        informe.escribir(informe.RAIZ / "var" / "fallos.json", cifras)
    else:
        publicar(cifras)
    malas = [falta for falta in informe.FALTAS if cifras[falta]]
    print(f"\n{cifras['filas']} rows, {cifras['fallos']} faults, {cifras['notificaciones']:,} notifications")
    print(f"Failed: {', '.join([*cifras['fallidas'], *malas]) or 'nothing'}")
    return 1 if cifras["fallidas"] or malas else 0


if __name__ == "__main__":
    sys.exit(main())
