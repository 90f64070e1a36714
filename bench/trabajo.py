"""The figure of background work: what follows a sale, by one worker, on either broker."""

from __future__ import annotations

import shutil
import tempfile
from typing import Any

from rich.table import Table

from bench.base import base_preparada
from bench.correo import SEGUNDOS_POR_CORREO, correo_lento
from bench.cumplido import decir_faltas
from bench.medidas import Medidas
from bench.procesos import Servicio, entorno
from bench.redis_embebido import redis_embebido
from tests.capacidades import COMO_OBTENER, rabbitmq_servidor
from tests.rabbit_privado import RabbitMQ

BROKERS = {"redis": "Redis", "rabbitmq": "RabbitMQ"}


def trabajo(medidas: Medidas) -> dict[str, Any]:
    """Returns the figures on each broker; they count only where nothing was lost or repeated on any."""
    figura = {
        "correo_ms": SEGUNDOS_POR_CORREO * 1000,
        "redis": _medir(medidas),
        "rabbitmq": _en_rabbitmq(medidas),
    }
    return {**figura, "valida": all(figura[broker].get("valida", True) for broker in BROKERS)}


def _en_rabbitmq(medidas: Medidas) -> dict[str, Any]:
    if rabbitmq_servidor() is None:
        return {"omitida": f"It needs {COMO_OBTENER['rabbitmq_propio']}."}
    with RabbitMQ() as rabbit:
        return _medir(medidas, rabbit.url)


def _medir(medidas: Medidas, broker: str = "") -> dict[str, Any]:
    """Returns the figures on that broker; on the embedded Redis where none is given."""
    with (
        tempfile.TemporaryDirectory(prefix="bench-trabajo-") as carpeta,
        correo_lento() as correo,
        redis_embebido(carpeta) as redis,
    ):
        base = shutil.copy(base_preparada(), carpeta)
        variables = entorno(
            DATABASE_URL=f"sqlite:///{base}",
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
