"""The mail server of the benchmark, as a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.esperas import esperar_puerto
from myproject import hijos
from myproject.instancia import RAIZ

# What a mail server nearby takes to accept a message.
SEGUNDOS_POR_CORREO = 0.02


@dataclass(frozen=True, slots=True)
class Correo:
    """A mail server that is running: its port, and the file with the Message-ID of each message it accepted."""

    puerto: int
    archivo: Path

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.puerto}"


@contextmanager
def correo_lento() -> Iterator[Correo]:
    """Runs one that accepts a message after SEGUNDOS_POR_CORREO. Raises MedicionFallida when it does not start."""
    with tempfile.TemporaryDirectory(prefix="bench-correo-") as carpeta:
        correo = Correo(hijos.puerto_libre(), Path(carpeta) / "aceptados.txt")
        pedido: dict[str, Any] = {"puerto": correo.puerto, "archivo": str(correo.archivo)}
        proceso = hijos.lanzar(
            [
                sys.executable,
                "-m",
                "bench.medidores.correo",
                json.dumps({**pedido, "segundos": SEGUNDOS_POR_CORREO}),
            ],
            cwd=RAIZ,
            stdin=subprocess.DEVNULL,
        )
        try:
            esperar_puerto(proceso, correo.puerto, "The mail server")
            yield correo
        finally:
            hijos.terminar([proceso], 2)
