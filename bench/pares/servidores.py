"""The servers that are compared, and how each is started."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.esperas import esperar_puerto
from bench.procesos import RAIZ
from myproject import hijos
from myproject.correr import lineas_del_procfile

NUESTRO, DE_CHANNELS, DE_SOCKETIO, PISO = "nuestro", "channels", "socketio", "piso"
DE_PYTHON = shlex.quote(sys.executable)
UVICORN = f"{DE_PYTHON} -m uvicorn --host 127.0.0.1 --port {{puerto}}"
APLICACION = "bench.pares.sin_filas:application"
# The very line of `make run`, but for the application, which is its own but for one check.
DE_MAKE_RUN = (
    lineas_del_procfile()["web"]
    .replace("$PORT", "{puerto}")
    .replace("myproject.asgi:application", APLICACION)
)
# As docs/operacion.md has it.
NUESTRO_UVICORN = f"{UVICORN} --ws-per-message-deflate false"
DAPHNE = f"{DE_PYTHON} -m daphne -b 127.0.0.1 -p {{puerto}}"
EN_SOCKETIO = RAIZ / "bench" / "pares" / "socketio"


@dataclass(frozen=True, slots=True)
class Par:
    """A server: what it is called in tables, how it is started, what it speaks, and what else it needs to know."""

    titulo: str
    orden: str
    habla: str
    mensaje: str
    variables: dict[str, str] = field(default_factory=dict)


PARES = {
    "daphne": Par(
        "ours on Daphne",
        f"{DE_PYTHON} -m {DE_MAKE_RUN}",
        NUESTRO,
        "nuestro",
    ),
    "uvicorn": Par("ours on uvicorn", f"{NUESTRO_UVICORN} {APLICACION}", NUESTRO, "nuestro"),
    "socketio": Par(
        "Socket.IO", f"node {EN_SOCKETIO}/servidor.js {{puerto}} {{redis}}", DE_SOCKETIO, "de_socketio"
    ),
    "python_socketio": Par(
        "python-socketio",
        f"{UVICORN} bench.pares.con_socketio:application",
        DE_SOCKETIO,
        "de_python_socketio",
    ),
    "llano_pubsub": Par(
        "plain consumer, pub/sub layer",
        f"{DAPHNE} bench.pares.llano:application",
        DE_CHANNELS,
        "de_channels",
        {"CAPA": "pubsub.RedisPubSubChannelLayer"},
    ),
    "llano_core": Par(
        "plain consumer, core layer",
        f"{DAPHNE} bench.pares.llano:application",
        DE_CHANNELS,
        "del_core",
        {"CAPA": "core.RedisChannelLayer"},
    ),
    "piso": Par("floor", f"{DE_PYTHON} -m bench.pares.piso {{puerto}} {{redis}}", PISO, "del_piso"),
    "daphne_sin_sesion": Par(
        "ours on Daphne, no session", f"{DAPHNE} bench.pares.sin_sesion:application", NUESTRO, "nuestro"
    ),
    "uvicorn_sin_sesion": Par(
        "ours on uvicorn, no session",
        f"{NUESTRO_UVICORN} bench.pares.sin_sesion:application",
        NUESTRO,
        "nuestro",
    ),
}
NUESTROS = ("daphne", "uvicorn")
SIN_SESION = ("daphne_sin_sesion", "uvicorn_sin_sesion")
DE_NODE = ("socketio",)
# Those of whom a ratio says something of many sockets.
DE_MUCHOS = (*NUESTROS, "socketio", "piso")


@contextmanager
def servidor(par: Par, variables: dict[str, str], registro: Path) -> Iterator[tuple[int, int]]:
    """Runs the server under these variables, REDIS_URL among them; gives its port and the id of its process."""
    puerto = hijos.puerto_libre()
    orden = par.orden.format(puerto=puerto, redis=variables["REDIS_URL"])
    with registro.open("ab") as salida:
        proceso = hijos.lanzar(
            shlex.split(orden),
            cwd=RAIZ,
            env={**os.environ, **variables, **par.variables, "PYTHONPATH": str(RAIZ)},
            stdin=subprocess.DEVNULL,
            stdout=salida,
            stderr=salida,
        )
    try:
        esperar_puerto(proceso, puerto, par.titulo)
        yield puerto, proceso.pid
    finally:
        # What it would still do politely is not measured.
        hijos.terminar([proceso], 0)
