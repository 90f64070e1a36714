"""The processes of the benchmark: the service as `make run` starts it, and children that measure and answer in JSON."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import django

from myproject import hijos
from myproject.correr import responde_web
from myproject.instancia import COMPARTIDAS

RAIZ = Path(__file__).resolve().parent.parent
PLAZO = 900.0
CLAVE = "only-for-processes-of-the-benchmark"
ESPERA_DEL_SERVICIO = 60.0


class MedicionFallida(Exception):
    """A process of the benchmark failed: what it said."""


def iniciar_django() -> None:
    """Loads the settings of the service into a child that measures."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "myproject.settings"
    django.setup()


def entorno(**propio: str) -> dict[str, str]:
    """Returns variables under which nothing reaches the caller's own database, Redis or mailboxes."""
    # Empty and not absent: what is there, be it empty, is not taken from a .env file.
    ajenas = dict.fromkeys(COMPARTIDAS, "")
    return {
        **os.environ,
        **ajenas,
        "DEBUG": "1",
        "SECRET_KEY": CLAVE,
        "EMAIL_URL": "consolemail://",
        **propio,
    }


@dataclass(frozen=True, slots=True)
class Servicio:
    """A service that is running: its port, and the variables of a process that joins it."""

    puerto: int
    variables: dict[str, str]

    def medir(self, medidor: str, pedido: dict[str, Any]) -> Any:
        """Returns what a module of `bench.medidores` answers, run as a process of its own. Raises MedicionFallida."""
        proceso = hijos.lanzar(
            [sys.executable, "-m", f"bench.medidores.{medidor}", json.dumps(pedido)],
            cwd=RAIZ,
            # With DEBUG, Django would keep the text of every query that the child itself makes.
            env={**self.variables, "DEBUG": "0"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        try:
            salida, errores = proceso.communicate(timeout=PLAZO)
        finally:
            hijos.terminar([proceso], 2)
        if proceso.returncode != 0:
            ultimas = errores.decode(errors="replace")[-4000:]
            raise MedicionFallida(f"bench.medidores.{medidor} ended with {proceso.returncode}:\n{ultimas}")
        return json.loads(salida.splitlines()[-1])


@contextmanager
def make_run(base: str = "") -> Iterator[Servicio]:
    """Runs the service exactly as `make run` does, on the database of that URL where there is one."""
    puerto, carpeta = _puerto_y_carpeta()
    with (carpeta / "salida.log").open("wb") as registro:
        proceso = hijos.lanzar(
            [sys.executable, "-m", "myproject.correr"],
            cwd=RAIZ,
            env=entorno(PORT=str(puerto), DATABASE_URL=base),
            stdin=subprocess.DEVNULL,
            stdout=registro,
            stderr=registro,
        )
    try:
        _esperar_que_sirva(proceso, puerto)
        lineas = (carpeta / "entorno").read_text(encoding="utf-8").splitlines()
        yield Servicio(puerto, entorno(**dict(linea.split("=", 1) for linea in lineas)))
    except MedicionFallida as error:
        raise MedicionFallida(
            f"{error}\nThe service's last lines:\n{_final(carpeta / 'salida.log')}"
        ) from error
    finally:
        hijos.terminar([proceso], 12)
        shutil.rmtree(carpeta, ignore_errors=True)


def _puerto_y_carpeta() -> tuple[int, Path]:
    """Returns a free port whose folder is nobody's: `make run` keeps what an instance holds by its port."""
    while True:
        puerto = hijos.puerto_libre()
        carpeta = RAIZ / "var" / str(puerto)
        if not carpeta.exists():
            carpeta.mkdir(parents=True)
            return puerto, carpeta


def _esperar_que_sirva(proceso: subprocess.Popen[bytes], puerto: int) -> None:
    limite = time.monotonic() + ESPERA_DEL_SERVICIO
    while not responde_web(puerto):
        if proceso.poll() is not None or time.monotonic() > limite:
            raise MedicionFallida("The service did not start.")
        time.sleep(0.05)


def _final(registro: Path) -> str:
    return registro.read_text(encoding="utf-8", errors="replace")[-4000:]
