"""`python -m bench`: measures, prints a table and writes JSON."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path
from typing import Any

from rich.console import Console

from bench.figuras import EN_AMBAS_BASES, EN_EL_SERVICIO, FIGURAS, POR_SU_CUENTA
from bench.informe import documentar, escribir, mostrar
from bench.maquina import momento
from bench.medidas import COMPLETAS, RAPIDAS, Medidas
from bench.postgres import SinPostgres, base_nueva, descripcion
from bench.procesos import RAIZ, MedicionFallida, make_run


def medir(nombre: str, medidas: Medidas) -> dict[str, Any]:
    """Returns one figure by its name, with what may have disturbed it; where there is no PostgreSQL, why it is missing."""
    condiciones = momento(RAIZ)
    if nombre in POR_SU_CUENTA:
        return {**condiciones, **POR_SU_CUENTA[nombre](medidas)}
    with make_run() as servicio:
        en_sqlite = EN_EL_SERVICIO[nombre](medidas, servicio)
    if nombre not in EN_AMBAS_BASES:
        return {**condiciones, **en_sqlite}
    try:
        with base_nueva() as url, make_run(url) as servicio:
            en_postgres = {"servidor": descripcion(url), **EN_EL_SERVICIO[nombre](medidas, servicio)}
    except SinPostgres as motivo:
        en_postgres = {"omitida": str(motivo)}
    return {**condiciones, "sqlite": en_sqlite, "postgresql": en_postgres}


def medir_y_mostrar(nombres: list[str], medidas: Medidas) -> dict[str, Any]:
    """Returns the figures of these names, each printed as soon as it is there."""
    consola, figuras = Console(), {}
    for nombre in nombres:
        with consola.status(f"Measuring {nombre}..."):
            figuras[nombre] = medir(nombre, medidas)
        mostrar(consola, nombre, figuras[nombre])
    return figuras


def leer_opciones(argumentos: list[str]) -> argparse.Namespace:
    """Returns what the command line asks for."""
    lector = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    lector.add_argument("--solo", choices=FIGURAS, help="one figure only")
    lector.add_argument("--rapido", action="store_true", help="a short look; its figures are kept apart")
    lector.add_argument("--salida", type=Path, help="the JSON file; bench/resultados.json unless told")
    return lector.parse_args(argumentos)


def main(argumentos: list[str]) -> int:
    """Returns the exit code: 1 when something failed, or what was bought was lost, repeated, out of order or refused."""
    # The default would end us without ending what we started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    opciones = leer_opciones(argumentos)
    try:
        nombres = [opciones.solo] if opciones.solo else list(FIGURAS)
        figuras = medir_y_mostrar(nombres, RAPIDAS if opciones.rapido else COMPLETAS)
    except MedicionFallida as error:
        print(error, file=sys.stderr)
        return 1
    contadas = {nombre: figura for nombre, figura in figuras.items() if figura.get("valida", True)}
    por_defecto = RAIZ / "var" / "bench.json" if opciones.rapido else RAIZ / "bench" / "resultados.json"
    salida = opciones.salida or por_defecto
    escribir(salida, contadas)
    if not opciones.rapido and opciones.salida is None:
        documentar(RAIZ / "docs", contadas)
    print(f"Written to {salida}: {', '.join(contadas) or 'nothing'}.")
    return 0 if contadas == figuras else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
