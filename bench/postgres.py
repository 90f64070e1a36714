"""A PostgreSQL to measure on: the caller's by POSTGRES_URL, else a private cluster, else the usual local one."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from bench.procesos import MedicionFallida
from myproject import hijos
from tests.capacidades import COMO_OBTENER, postgres_url

ESPERA = 20.0
# PostgreSQL refuses to run as root; Debian's package brings this user.
OTRO_USUARIO: dict[str, Any] = {"user": "postgres", "group": "postgres"} if os.geteuid() == 0 else {}


class SinPostgres(Exception):
    """There is none on this machine: a sentence that says how to get one."""


@contextmanager
def base_nueva() -> Iterator[str]:
    """Gives the URL of an empty database, which is gone afterwards. Raises SinPostgres."""
    with _servidor() as servidor:
        nombre = f"bench_{secrets.token_hex(4)}"
        with psycopg.connect(servidor, autocommit=True) as conexion:
            conexion.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(nombre)))
            try:
                yield urlunsplit(urlsplit(servidor)._replace(path=f"/{nombre}"))
            finally:
                conexion.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(nombre)))


def descripcion(url: str) -> dict[str, str]:
    """Returns what of a server's settings decides its figures: without fsync they flatter."""
    nombres = ["server_version", "fsync", "synchronous_commit"]
    with psycopg.connect(url) as conexion:
        filas = conexion.execute("SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", [nombres])
        return dict(filas.fetchall())


@contextmanager
def _servidor() -> Iterator[str]:
    initdb = _initdb()
    if os.environ.get("POSTGRES_URL") or initdb is None:
        url = postgres_url()
        if url is None:
            raise SinPostgres(f"It needs {COMO_OBTENER['postgres']}; or Debian's package postgresql.")
        yield url
    else:
        with _cluster_privado(initdb) as url:
            yield url


def _initdb() -> Path | None:
    """Returns the program that makes clusters: Debian keeps it out of PATH, one a version."""
    en_ruta = shutil.which("initdb")
    de_debian = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    return Path(en_ruta) if en_ruta else max(de_debian, key=lambda ruta: float(ruta.parts[4]), default=None)


@contextmanager
def _cluster_privado(initdb: Path) -> Iterator[str]:
    """Runs a server of our own with the settings that it comes with, so every commit reaches the disk."""
    carpeta, puerto = Path(tempfile.mkdtemp(prefix="bench-postgres-")), hijos.puerto_libre()
    if OTRO_USUARIO:
        shutil.chown(carpeta, **OTRO_USUARIO)
    datos = str(carpeta / "datos")
    orden = [str(initdb), "-D", datos, "-U", "bench", "--auth=trust", "-E", "UTF8", "--locale=C"]
    subprocess.run(orden, check=True, stdout=subprocess.DEVNULL, cwd=carpeta, **OTRO_USUARIO)
    with (carpeta / "salida.log").open("wb") as registro:
        orden = [str(initdb.parent / "postgres"), "-D", datos, "-k", str(carpeta)]
        orden += ["-h", "127.0.0.1", "-p", str(puerto)]
        proceso = hijos.lanzar(orden, cwd=carpeta, stdout=registro, stderr=registro, **OTRO_USUARIO)
    url = f"postgres://bench@127.0.0.1:{puerto}/postgres"
    try:
        _esperar(url, carpeta / "salida.log")
        yield url
    finally:
        hijos.terminar([proceso], 5)
        shutil.rmtree(carpeta, ignore_errors=True)


def _esperar(url: str, registro: Path) -> None:
    limite = time.monotonic() + ESPERA
    while time.monotonic() < limite:
        try:
            psycopg.connect(url, connect_timeout=1).close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return
    raise MedicionFallida(
        f"The private PostgreSQL did not answer:\n{registro.read_text(errors='replace')[-2000:]}"
    )
