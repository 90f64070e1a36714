"""The processes of the benchmark: the service as `make run` starts it, and children that measure and answer in JSON."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import django

from bench.correo import correo_lento
from bench.esperas import MedicionFallida, esperar_puerto
from myproject import hijos
from myproject.instancia import COMPARTIDAS, RAIZ

__all__ = ["RAIZ", "MedicionFallida", "Servicio", "entorno", "iniciar_django", "make_run"]
PLAZO = 900.0
CLAVE = "only-for-processes-of-the-benchmark-and-for-nothing-else-0123456789"
# Its people buy faster than people do, all from one address.
SIN_LIMITES = {
    "ENVIOS_POR_MINUTO": "1000000",
    "SUBIDAS_POR_MINUTO": "1000000",
    "SOCKETS_POR_USUARIO": "100000",
    "SOCKETS_POR_DIRECCION": "1000000",
}


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
        **SIN_LIMITES,
        **propio,
    }


@dataclass(frozen=True, slots=True)
class Servicio:
    """A service that is running: its port, the variables of a process that joins it, and what its mail server accepted."""

    puerto: int
    variables: dict[str, str]
    correos: Path

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
    """Runs the service exactly as `make run` does, on the database of that URL where there is one, with a mail server."""
    with correo_lento() as correo, _servicio(DATABASE_URL=base, EMAIL_URL=correo.url) as (puerto, variables):
        yield Servicio(puerto, variables, correo.archivo)


@contextmanager
def _servicio(**propias: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Gives the port of a service that runs with these variables, and all its variables."""
    puerto, carpeta = _puerto_y_carpeta()
    with (carpeta / "salida.log").open("wb") as registro:
        proceso = hijos.lanzar(
            [sys.executable, "-m", "myproject.correr"],
            cwd=RAIZ,
            env=entorno(PORT=str(puerto), **propias),
            stdin=subprocess.DEVNULL,
            stdout=registro,
            stderr=registro,
        )
    try:
        esperar_puerto(proceso, puerto, "The service")
        lineas = (carpeta / "entorno").read_text(encoding="utf-8").splitlines()
        yield puerto, entorno(**dict(linea.split("=", 1) for linea in lineas))
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


def _final(registro: Path) -> str:
    return registro.read_text(encoding="utf-8", errors="replace")[-4000:]
