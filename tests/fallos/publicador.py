"""Our side of the publisher (`imprenta.py`): sends it orders, and starts another one when it died."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from myproject import hijos
from tests.procesos import RAIZ


class PublicadorMuerto(Exception):
    """The publisher ended before it answered."""


class Publicador:
    """A process that publishes with the environment of a service."""

    def __init__(self, entorno: Mapping[str, str], registro: Path) -> None:
        self._entorno = {**entorno, "DJANGO_SETTINGS_MODULE": "myproject.settings"}
        self._registro = registro
        self._turno = asyncio.Lock()
        self._proceso: subprocess.Popen[bytes] | None = None

    def lanzar(self) -> None:
        orden = [sys.executable, "-m", "tests.fallos.imprenta"]
        with self._registro.open("ab") as registro:
            self._proceso = hijos.lanzar(
                orden,
                cwd=RAIZ,
                env=self._entorno,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=registro,
            )

    def detener(self) -> None:
        if self._proceso is not None:
            hijos.terminar([self._proceso], 2)
            for tubo in (self._proceso.stdin, self._proceso.stdout):
                assert tubo
                tubo.close()
        self._proceso = None

    async def pedir(self, orden: str, **campos: Any) -> Any:
        """Returns what the order returned. One at a time. Raises PublicadorMuerto."""
        async with self._turno:
            if self._proceso is None:
                self.lanzar()
            linea = await asyncio.to_thread(self._preguntar, json.dumps({"orden": orden, **campos}))
            if not linea:
                self.detener()
                dicho = self._registro.read_text(errors="replace")[-2000:]
                raise PublicadorMuerto(f"It ended while it was to {orden}:\n{dicho}")
            return json.loads(linea)

    def _preguntar(self, linea: str) -> bytes:
        assert self._proceso
        assert self._proceso.stdin
        assert self._proceso.stdout
        self._proceso.stdin.write(f"{linea}\n".encode())
        self._proceso.stdin.flush()
        return self._proceso.stdout.readline()
