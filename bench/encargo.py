"""The figure of a purchase whose work is done later, against the same purchase that does it before it answers."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any

from rich.table import Table

from bench.cifras import redondear
from bench.correo import SEGUNDOS_POR_CORREO
from bench.cumplido import decir_faltas
from bench.esperas import esperar_puerto
from bench.medidas import Medidas
from bench.procesos import RAIZ, Servicio
from myproject import hijos

MODOS = ("encargada", "en_la_peticion")
VIAS = {"pagina": "the page", "json": "JSON"}


def encargo(medidas: Medidas, servicio: Servicio) -> dict[str, Any]:
    """Returns purchases a second and how long an answer takes, both ways, and how many times better one is."""
    with _en_la_peticion(servicio) as puerto:
        pedido = {
            "puertos": dict(zip(MODOS, (servicio.puerto, puerto), strict=True)),
            "clientes": medidas.encargo_clientes,
            "segundos": medidas.encargo_segundos,
            "rondas": medidas.encargo_rondas,
            "correos": str(servicio.correos),
        }
        medido = servicio.medir("encargo", pedido)
    rondas = medido.pop("medidas")
    muchos = max(medidas.encargo_clientes)
    resto = [ronda["resto"] for via in VIAS for ronda in rondas[f"{muchos}.{via}.encargada"]]
    return {
        "segundos": medidas.encargo_segundos,
        "rondas": medidas.encargo_rondas,
        "correo_ms": SEGUNDOS_POR_CORREO * 1000,
        "por_clientes": {
            str(cuantos): {
                via: _comparar(*(rondas[f"{cuantos}.{via}.{modo}"] for modo in MODOS)) for via in VIAS
            }
            for cuantos in medidas.encargo_clientes
        },
        "trabajo_restante_s": redondear(median(resto)),
        **medido,
    }


@contextmanager
def _en_la_peticion(servicio: Servicio) -> Iterator[int]:
    """Runs one more web server on the service's data, that leaves nothing to the worker; gives its port."""
    puerto = hijos.puerto_libre()
    proceso = hijos.lanzar(
        [sys.executable, "-m", "daphne", "-b", "127.0.0.1", "-p", str(puerto), "myproject.asgi:application"],
        cwd=RAIZ,
        env={**servicio.variables, "DJANGO_SETTINGS_MODULE": "bench.en_la_peticion.settings"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        esperar_puerto(proceso, puerto, "The web server that does all in the request")
        yield puerto
    finally:
        hijos.terminar([proceso], 8)


def _comparar(encargada: list[dict[str, float]], en_la_peticion: list[dict[str, float]]) -> dict[str, Any]:
    """Returns the medians of the rounds, and how many times better it is to leave the work to a worker."""
    una, otra = _medianas(encargada), _medianas(en_la_peticion)
    return {
        "encargada": una,
        "en_la_peticion": otra,
        "veces_por_segundo": redondear(una["por_segundo"] / otra["por_segundo"]),
        **{f"veces_{p}": redondear(otra[f"{p}_ms"] / una[f"{p}_ms"]) for p in ("p50", "p99")},
    }


def _medianas(rondas: list[dict[str, float]]) -> dict[str, float]:
    return {
        "por_segundo": redondear(median(ronda["por_segundo"] for ronda in rondas)),
        **{f"{p}_ms": redondear(1000 * median(ronda[p] for ronda in rondas)) for p in ("p50", "p99")},
    }


def tabla_de_encargo(figura: dict[str, Any]) -> Table:
    """Returns for each number of buyers both ways to buy, each way to work, and their ratios."""
    tabla = Table(
        *("", "a second", "p50 ms", "p99 ms"),
        title="A purchase and its answer, to buyers who wait for it and buy again",
        caption=f"a mail takes the server {figura['correo_ms']:g} ms; medians of {figura['rondas']} rounds of "
        f"{figura['segundos']:g} s; {figura['ventas']} sales, the last invoice "
        f"{figura['trabajo_restante_s']:.1f} s after a round of the most buyers"
        + (", each once" if figura["valida"] else f". THIS RUN DOES NOT COUNT: {decir_faltas(figura)}"),
    )
    for cuantos, vias in figura["por_clientes"].items():
        for via, nombre in VIAS.items():
            titulo = f"buyers: {cuantos}, {nombre}"
            for modo, como in zip(MODOS, ("by a worker", "in the request"), strict=True):
                cifras = (f"{vias[via][modo][clave]:.1f}" for clave in ("por_segundo", "p50_ms", "p99_ms"))
                tabla.add_row(f"{titulo}: {como}", *cifras)
            veces = (f"{vias[via][f'veces_{clave}']:.2f} ×" for clave in ("por_segundo", "p50", "p99"))
            tabla.add_row(f"{titulo}: better", *veces, style="bold", end_section=True)
    return tabla
