"""Has photos decoded by a process beside this one (cuarto_oscuro.py), which stays for the next: to start it takes longer."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import select
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import IO, Any

ORIGINAL = "original"
PLAZO = 25.0
RAIZ = Path(__file__).resolve().parent.parent


class NoSePuede(Exception):
    """The picture cannot be decoded: broken, or it needs more memory or time than there is. Trying again would not help."""


def pedir(que: str, carpeta: Path) -> dict[str, Any]:
    """Returns what came of "versiones", "mediana" or "exif", done to ORIGINAL in the folder. Raises NoSePuede, OSError."""
    orden = json.dumps({"que": que, "carpeta": str(carpeta)}).encode() + b"\n"
    with _CUARTO.turno:
        linea = _CUARTO.preguntar(orden)
    respuesta: dict[str, Any] = json.loads(linea)
    if "error" in respuesta:
        raise NoSePuede(respuesta["error"])
    return respuesta


class _Cuarto:
    """The process, one for each of ours: a fork begins with none."""

    def __init__(self) -> None:
        self.turno = threading.Lock()
        self._proceso: subprocess.Popen[bytes] | None = None
        self._de = 0

    def preguntar(self, orden: bytes) -> bytes:
        proceso = self._vivo()
        try:
            self._escribir(proceso, orden)
        except BrokenPipeError:
            # It has just gone for want of work.
            self.cerrar()
            proceso = self._vivo()
            self._escribir(proceso, orden)
        try:
            return self._leer(proceso)
        except BaseException:
            self.cerrar()
            raise

    def cerrar(self) -> None:
        proceso, self._proceso = self._proceso, None
        if proceso is not None and self._de == os.getpid():
            proceso.kill()
            proceso.wait()
            for tubo in (proceso.stdin, proceso.stdout):
                if tubo is not None:
                    with contextlib.suppress(OSError):
                        tubo.close()

    def _vivo(self) -> subprocess.Popen[bytes]:
        if self._proceso is None or self._de != os.getpid() or self._proceso.poll() is not None:
            self.cerrar()
            # Only what Python needs: no password of ours is anywhere in a process that strangers' files run in.
            entorno = {"PATH": os.defpath, "LANG": "C.UTF-8", "MALLOC_ARENA_MAX": "2"}
            self._proceso = subprocess.Popen(
                [sys.executable, "-m", "imagenes.cuarto_oscuro"],
                cwd=RAIZ,
                env=entorno,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
            self._de = os.getpid()
        return self._proceso

    def _escribir(self, proceso: subprocess.Popen[bytes], orden: bytes) -> None:
        entrada = _tubo(proceso.stdin)
        entrada.write(orden)
        entrada.flush()

    def _leer(self, proceso: subprocess.Popen[bytes]) -> bytes:
        salida, hasta, leido = _tubo(proceso.stdout), time.monotonic() + PLAZO, b""
        while not leido.endswith(b"\n"):
            if not select.select([salida], [], [], max(0.0, hasta - time.monotonic()))[0]:
                raise NoSePuede(f"It took more than {PLAZO:g} s.")
            trozo = os.read(salida.fileno(), 65_536)
            if not trozo:
                # Somebody ended it, or the picture did: the tries of the task tell which.
                raise ChildProcessError("The process that was decoding it has ended.")
            leido += trozo
        return leido


def _tubo(tubo: IO[bytes] | None) -> IO[bytes]:
    if tubo is None:
        raise RuntimeError("A pipe of the process is not there.")
    return tubo


_CUARTO = _Cuarto()
atexit.register(_CUARTO.cerrar)
