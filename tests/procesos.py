"""Real processes for tests, on free ports, in folders of their own; ended by pid whatever the test does."""

from __future__ import annotations

import functools
import os
import shutil
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from myproject import hijos
from tests.redis_privado import Redis, carpeta_nueva, esperar

__all__ = ["Redis", "Servicio", "carpeta_nueva", "esperar"]

RAIZ = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
COLAS = "emails,procesamiento_pesado,analytics,celery"


@functools.cache
def _base_preparada(con_demo: bool) -> Path:
    """Returns a migrated SQLite file, made once per test run: migrating takes seconds, copying none."""
    base = carpeta_nueva("base") / "db.sqlite3"
    entorno = _entorno({"DATABASE_URL": f"sqlite:///{base}", "REDIS_URL": "redis://127.0.0.1:1/0"})
    _manage(entorno, "migrate", "-v", "0")
    if con_demo:
        _manage(entorno, "datos_demo")
    return base


def _entorno(propio: Mapping[str, str]) -> dict[str, str]:
    ruta = f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}"
    return {**os.environ, "DEBUG": "1", "PYTHONUNBUFFERED": "1", "PATH": ruta, **propio}


def _manage(entorno: Mapping[str, str], *argumentos: str) -> str:
    orden = [sys.executable, "manage.py", *argumentos]
    hecho = subprocess.run(
        orden, cwd=RAIZ, env=entorno, capture_output=True, text=True, timeout=120, check=False
    )
    assert hecho.returncode == 0, f"manage.py {' '.join(argumentos)}:\n{hecho.stdout}{hecho.stderr}"
    return hecho.stdout


class Servicio:
    """The whole service as real processes: a web server and, if asked, a worker and beat.

    `redis_url` and `database_url` join others' servers (a second web process, PostgreSQL); without them it
    starts its own Redis, at `self.redis`, and its own SQLite file. `entorno` adds variables of settings.py.
    """

    def __init__(
        self,
        *,
        redis_url: str | None = None,
        database_url: str | None = None,
        entorno: Mapping[str, str] | None = None,
        servidor: str = "daphne",
        aplicacion: str = "myproject.asgi:application",
        worker: bool = False,
        beat: bool = False,
        demo: bool = False,
    ) -> None:
        self.carpeta = carpeta_nueva("servicio")
        self.puerto = hijos.puerto_libre()
        self.url = f"http://127.0.0.1:{self.puerto}"
        self.ws_url = f"ws://127.0.0.1:{self.puerto}/ws/notificaciones/"
        self.redis = None if redis_url else Redis()
        self.redis_url = redis_url or (self.redis.url if self.redis else "")
        self.database_url = database_url or f"sqlite:///{self.carpeta / 'db.sqlite3'}"
        self.base_propia = database_url is None
        self.demo = demo
        self.aplicacion = aplicacion
        self.partes = {"web": self._orden_web(servidor, self.puerto)}
        if worker:
            self.partes["worker"] = f"celery -A myproject worker -Q {COLAS} -P threads -c 4"
        if beat:
            self.partes["beat"] = f"celery -A myproject beat -s {self.carpeta / 'beat'}"
        self.procesos: dict[str, subprocess.Popen[bytes]] = {}
        self.entorno = _entorno(
            {
                "DATABASE_URL": self.database_url,
                "REDIS_URL": self.redis_url,
                "CELERY_BROKER_URL": self.redis_url,
                "CELERY_RESULT_BACKEND": self.redis_url,
                "MEDIA_ROOT": str(self.carpeta / "media"),
                "PORT": str(self.puerto),
                **(entorno or {}),
            }
        )

    def _orden_web(self, servidor: str, puerto: int) -> str:
        return {
            "daphne": f"daphne -b 127.0.0.1 -p {puerto} {self.aplicacion}",
            "uvicorn": f"uvicorn --host 127.0.0.1 --port {puerto} {self.aplicacion}",
        }[servidor]

    def agregar_web(self, servidor: str) -> int:
        """Adds one more web process, named after its server, on a port that it returns. Before the start."""
        puerto = hijos.puerto_libre()
        self.partes[servidor] = self._orden_web(servidor, puerto)
        return puerto

    def __enter__(self) -> Self:
        try:
            self.iniciar()
        except BaseException:
            self.mostrar_registros()
            self.detener()
            raise
        return self

    def __exit__(self, tipo: type[BaseException] | None, *_: object) -> None:
        if tipo is not None:
            self.mostrar_registros()
        self.detener()

    def iniciar(self) -> None:
        """Starts everything and waits until the web server answers."""
        if self.redis:
            self.redis.iniciar()
        if self.base_propia:
            shutil.copy(_base_preparada(self.demo), self.carpeta / "db.sqlite3")
        else:
            self.manage("migrate", "-v", "0")
            if self.demo:
                self.manage("datos_demo")
        for nombre in self.partes:
            self.lanzar(nombre)
        esperar(self.vive, f"{self.url}/livez answers", 30)

    def manage(self, *argumentos: str) -> str:
        """Runs `manage.py` on this service's database and Redis; returns what it printed."""
        return _manage(self.entorno, *argumentos)

    def lanzar(self, nombre: str) -> None:
        """Starts one part, also again after `matar`."""
        with (self.carpeta / f"{nombre}.log").open("ab") as registro:
            self.procesos[nombre] = hijos.lanzar(
                self.partes[nombre].split(), cwd=RAIZ, env=self.entorno, stdout=registro, stderr=registro
            )

    def matar(self, nombre: str) -> None:
        """SIGKILL to one part."""
        hijos.avisar(self.procesos[nombre], signal.SIGKILL)
        self.procesos.pop(nombre).wait()

    def vive(self) -> bool:
        muertos = [nombre for nombre, proceso in self.procesos.items() if proceso.poll() is not None]
        assert not muertos, f"Ended at once: {', '.join(muertos)}"
        try:
            with urllib.request.urlopen(f"{self.url}/livez", timeout=2) as respuesta:
                return bool(respuesta.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def registro(self, nombre: str) -> str:
        """Returns all that a part has written."""
        archivo = self.carpeta / f"{nombre}.log"
        return archivo.read_text(errors="replace") if archivo.is_file() else ""

    def mostrar_registros(self) -> None:
        for nombre in self.partes:
            print(f"--- {nombre}, its last lines", *self.registro(nombre).splitlines()[-40:], sep="\n")

    def detener(self) -> None:
        """Ends everything and removes its folder."""
        hijos.terminar(self.procesos.values(), 8)
        self.procesos.clear()
        if self.redis:
            self.redis.detener()
        shutil.rmtree(self.carpeta, ignore_errors=True)
