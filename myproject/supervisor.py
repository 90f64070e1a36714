"""Several processes as one: their output side by side, one end for all."""

from __future__ import annotations

import contextlib
import select
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from . import hijos

PASO = 0.2
ESPERA_PARTES = 6.0
ESPERA_REDIS = 2.0
LINEA_MAXIMA = 65_536


class Parada(Exception):
    """Somebody wants the end."""


class ParteCaida(Exception):
    """A part ended that nobody had asked to."""


@dataclass
class Parte:
    """One child with its name, whether it is to end by itself, and the line that it has not finished writing."""

    nombre: str
    proceso: subprocess.Popen[bytes]
    pasajera: bool
    resto: bytes = b""

    def fin(self) -> str:
        """Returns how it ended, in words."""
        codigo = self.proceso.returncode
        if codigo is not None and codigo < 0:
            return f"was killed by {signal.Signals(-codigo).name}"
        return f"ended with exit code {codigo}"


@dataclass
class Supervisor:
    """Starts parts, passes their lines on, notices when one ends, and ends them all."""

    carpeta: Path
    partes: list[Parte] = field(default_factory=list)
    parar: bool = False
    ya: bool = False
    _selector: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)
    _salida: select.poll = field(default_factory=select.poll)

    def escuchar_senales(self) -> None:
        """From now on SIGINT, SIGTERM and SIGHUP ask for the end; a second SIGINT does not wait for anybody."""
        for senal in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(senal, self._al_llegar)
        # No event is asked for: what is left are hang-ups.
        self._salida.register(sys.stdout, 0)

    def _al_llegar(self, senal: int, _marco: object) -> None:
        # A terminal sends SIGINT once a key; make and a process group may each send us the same SIGTERM.
        self.ya = self.parar and senal == signal.SIGINT
        self.parar = True

    def lanzar(self, nombre: str, orden: str, entorno: Mapping[str, str], *, pasajera: bool = False) -> Parte:
        """Starts a line of a Procfile, with its variables, as a part of this name."""
        proceso = hijos.lanzar(
            ["sh", "-c", f"exec {orden}"],
            cwd=self.carpeta,
            env=entorno,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            bufsize=0,
        )
        parte = Parte(nombre, proceso, pasajera)
        self._selector.register(self._tubo(parte), selectors.EVENT_READ, parte)
        self.partes.append(parte)
        return parte

    def atender(self) -> None:
        """Passes on what the parts write, for a moment. A terminal that is gone is a wish to end."""
        self.parar = self.parar or bool(self._salida.poll(0))
        for clave, _ in self._selector.select(PASO):
            parte: Parte = clave.data
            trozo = self._tubo(parte).read(LINEA_MAXIMA)
            if trozo:
                *lineas, parte.resto = (parte.resto + trozo).split(b"\n")
                if len(parte.resto) > LINEA_MAXIMA:
                    lineas, parte.resto = [*lineas, parte.resto], b""
            else:
                self._selector.unregister(clave.fileobj)
                lineas, parte.resto = [parte.resto] if parte.resto else [], b""
            for linea in lineas:
                self.decir(f"{parte.nombre:<9}| ".encode() + linea)

    def decir(self, linea: bytes) -> None:
        """Prints a line, where somebody still reads."""
        with contextlib.suppress(OSError):
            sys.stdout.buffer.write(linea + b"\n")
            sys.stdout.buffer.flush()

    def mientras(self, condicion: Callable[[], bool]) -> None:
        """Serves the parts while the condition holds.

        Raises Parada when the end is wanted, ParteCaida when a part ends, or one fails that was to end.
        """
        while condicion():
            self.atender()
            if self.parar:
                raise Parada
            for parte in self.partes:
                codigo = parte.proceso.poll()
                if codigo or (codigo == 0 and not parte.pasajera):
                    raise ParteCaida(f"{parte.nombre} {parte.fin()}")

    def detener(self) -> None:
        """Ends all parts, Redis last: the others still write to it. Within the two times of waiting."""
        self._terminar([parte for parte in self.partes if parte.nombre != "redis"], ESPERA_PARTES)
        self._terminar(self.partes, ESPERA_REDIS)
        while any(self._selector.select(0)):
            self.atender()

    def _terminar(self, partes: list[Parte], plazo: float) -> None:
        for parte in partes:
            hijos.avisar(parte.proceso, signal.SIGTERM)
        limite = time.monotonic() + plazo
        while (
            any(parte.proceso.poll() is None for parte in partes)
            and not self.ya
            and time.monotonic() < limite
        ):
            self.atender()
        hijos.terminar([parte.proceso for parte in partes], 0)

    @staticmethod
    def _tubo(parte: Parte) -> BinaryIO:
        assert parte.proceso.stdout is not None  # noqa: S101  (we asked for a pipe)
        return parte.proceso.stdout  # type: ignore[return-value]
