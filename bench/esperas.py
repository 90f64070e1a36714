"""Waiting for processes of the benchmark, and what is raised when one fails."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Callable

PLAZO = 60.0
PASO = 0.05


class MedicionFallida(Exception):
    """A process of the benchmark failed: what it said."""


def esperar_puerto(proceso: subprocess.Popen[bytes], puerto: int, que: str) -> None:
    """Returns when the process takes connections on that port of 127.0.0.1. Raises MedicionFallida."""
    esperar(lambda: _responde(puerto), que, proceso)


def esperar(condicion: Callable[[], bool], que: str, proceso: subprocess.Popen[bytes] | None = None) -> None:
    """Returns when the condition holds. Raises MedicionFallida after a minute, or when the process has ended."""
    limite = time.monotonic() + PLAZO
    while not condicion():
        if time.monotonic() > limite or (proceso is not None and proceso.poll() is not None):
            raise MedicionFallida(f"{que} did not start.")
        time.sleep(PASO)


def _responde(puerto: int) -> bool:
    with socket.socket() as enchufe:
        enchufe.settimeout(0.2)
        return enchufe.connect_ex(("127.0.0.1", puerto)) == 0
