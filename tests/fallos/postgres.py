"""A PostgreSQL cluster of a test's own, to be restarted, emptied of connections and filled with them."""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

import psycopg

from myproject import hijos
from tests.capacidades import initdb
from tests.redis_privado import esperar

# PostgreSQL refuses to run as root; Debian's package brings this user.
OTRO_USUARIO: dict[str, Any] = {"user": "postgres", "group": "postgres"} if os.geteuid() == 0 else {}
CONEXIONES = 60
ESPERA = 30


class Postgres:
    """Gives `url`, an empty database of an ordinary role; by `administrar` speaks its superuser."""

    def __init__(self) -> None:
        self.puerto = hijos.puerto_libre()
        self.carpeta = Path(tempfile.mkdtemp(prefix="fallos-postgres-"))
        atexit.register(shutil.rmtree, self.carpeta, ignore_errors=True)
        self.url = f"postgres://tienda@127.0.0.1:{self.puerto}/tienda"
        self.proceso: subprocess.Popen[bytes] | None = None
        self._ocupadas: list[psycopg.Connection[Any]] = []

    def __enter__(self) -> Self:
        if OTRO_USUARIO:
            shutil.chown(self.carpeta, **OTRO_USUARIO)
        orden = [_programa("initdb"), "-D", str(self.carpeta / "datos"), "-U", "jefe", "--auth=trust"]
        orden += ["-E", "UTF8", "--locale=C", "--no-sync"]
        subprocess.run(orden, check=True, stdout=subprocess.DEVNULL, cwd=self.carpeta, **OTRO_USUARIO)
        self.iniciar()
        self.administrar("CREATE ROLE tienda LOGIN")
        self.administrar("CREATE DATABASE tienda OWNER tienda")
        return self

    def __exit__(self, *_: object) -> None:
        self.desocupar()
        if self.proceso is not None:
            hijos.avisar(self.proceso, signal.SIGQUIT)
            self.proceso.wait()
        shutil.rmtree(self.carpeta, ignore_errors=True)

    def iniciar(self) -> None:
        """Starts it, or starts it again, and waits until it answers."""
        orden = [_programa("postgres"), "-D", str(self.carpeta / "datos"), "-k", str(self.carpeta)]
        orden += ["-h", "127.0.0.1", "-p", str(self.puerto), "-c", f"max_connections={CONEXIONES}"]
        with (self.carpeta / "salida.log").open("ab") as registro:
            self.proceso = hijos.lanzar(
                orden, cwd=self.carpeta, stdout=registro, stderr=registro, **OTRO_USUARIO
            )
        esperar(self._responde, "the private PostgreSQL answers", ESPERA)

    def matar(self) -> None:
        """What `pg_ctl -m immediate` does: every backend is gone at once, and the next start recovers."""
        assert self.proceso is not None
        hijos.avisar(self.proceso, signal.SIGQUIT)
        self.proceso.wait()
        self.proceso = None

    def administrar(self, orden: str) -> None:
        with psycopg.connect(self._del_jefe(), autocommit=True) as conexion:
            conexion.execute(orden.encode())

    def conexiones(self) -> int:
        """Returns how many connections the service has now."""
        with psycopg.connect(self._del_jefe()) as conexion:
            fila = conexion.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE usename = 'tienda'"
            ).fetchone()
            return int(fila[0]) if fila else 0

    def expulsar(self) -> None:
        """Ends every other connection."""
        self.administrar(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
            " AND backend_type = 'client backend' AND application_name <> 'ocupante'"
        )

    def ocupar(self) -> None:
        """Takes every connection that there is, also those that others have now."""
        self._llenar()
        # By one of ours: there is no connection left for another administrator.
        expulsar = (
            b"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name <> 'ocupante'"
            b" AND backend_type = 'client backend'"
        )
        while self._ocupadas[0].execute(expulsar).fetchone() != (0,):
            self._llenar()

    def desocupar(self) -> None:
        for conexion in self._ocupadas:
            with suppress(psycopg.Error):
                conexion.close()
        self._ocupadas.clear()

    def _llenar(self) -> None:
        with suppress(psycopg.OperationalError):
            while True:
                url = f"{self._del_jefe()}?application_name=ocupante"
                self._ocupadas.append(psycopg.connect(url, autocommit=True))

    def _del_jefe(self) -> str:
        return f"postgres://jefe@127.0.0.1:{self.puerto}/postgres"

    def _responde(self) -> bool:
        try:
            psycopg.connect(self._del_jefe(), connect_timeout=1).close()
        except psycopg.OperationalError:
            return False
        return True


def _programa(nombre: str) -> str:
    uno = initdb()
    assert uno, "There is no initdb: install Debian's package postgresql."
    return str(uno.resolve().parent / nombre)
