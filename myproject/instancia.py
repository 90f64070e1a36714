"""One instance of `make run`: its port, its folder under var/, and the variables of its processes."""

from __future__ import annotations

import fcntl
import hashlib
import os
import socket
import sys
from pathlib import Path
from typing import IO

import environ

RAIZ = Path(__file__).resolve().parent.parent
# What commands in another terminal need to know to join: manage.py reads it.
COMPARTIDAS = (
    "PORT",
    "DEBUG",
    "SECRET_KEY",
    "DATABASE_URL",
    "REDIS_URL",
    "CELERY_BROKER_URL",
    "CELERY_RESULT_BACKEND",
    "MEDIA_ROOT",
    "EMAIL_URL",
    "SITIO_URL",
)


class NoSePuede(Exception):
    """Why the service cannot start, in a sentence for whoever typed the command."""


def puerto_pedido() -> int:
    """Returns the port of the web server. Raises NoSePuede when it is no port or somebody has it."""
    texto = os.environ.get("PORT") or "8000"
    if not texto.isdecimal() or not 1 <= int(texto) <= 65535:
        raise NoSePuede(f"PORT={texto!r} is not a port. Give a number from 1 to 65535: make run PORT=8000")
    with socket.socket() as enchufe:
        # As the web server will: connections that are still closing do not count.
        enchufe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            enchufe.bind(("127.0.0.1", int(texto)))
        except OSError as error:
            otro = f"make run PORT={int(texto) % 65535 + 1}"
            raise NoSePuede(f"Port {texto} cannot be used ({error.strerror}). Try another: {otro}") from error
    return int(texto)


class Instancia:
    """What belongs to one port. Two instances share no file."""

    def __init__(self, puerto: int) -> None:
        self.puerto = puerto
        self.carpeta = RAIZ / "var" / str(puerto)
        self.carpeta.mkdir(parents=True, exist_ok=True)
        self.entorno = self._leer_entorno()

    def _leer_entorno(self) -> dict[str, str]:
        """Returns the variables for the processes: the caller's, and ours where the caller says nothing."""
        if (RAIZ / ".env").is_file():
            environ.Env.read_env(RAIZ / ".env")
        propias = {
            "DEBUG": "1",
            "DATABASE_URL": f"sqlite:///{self.carpeta / 'db.sqlite3'}",
            "MEDIA_ROOT": str(self.carpeta / "media"),
            "EMAIL_URL": f"filemail://{self.carpeta / 'correo'}",
            "PYTHONUNBUFFERED": "1",
        }
        dadas = {nombre: valor for nombre, valor in os.environ.items() if valor or nombre not in COMPARTIDAS}
        ruta = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
        fijas = {"PORT": str(self.puerto), "INSTANCE_DIR": str(self.carpeta), "PATH": ruta}
        return {**propias, **dadas, **fijas}

    def reservar(self) -> IO[str]:
        """Makes the folder ours while the returned file is open. Raises NoSePuede when it is somebody's."""
        candado = (self.carpeta / "candado").open("w")
        try:
            fcntl.flock(candado, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            candado.close()
            raise NoSePuede(f"Another `make run` is using port {self.puerto}. Give another PORT.") from error
        return candado

    def publicar_entorno(self) -> None:
        """Tells commands in other terminals how to join. Only the user may read it: URLs carry passwords."""
        archivo = self.carpeta / "entorno"
        archivo.touch(mode=0o600)
        lineas = [f"{nombre}={self.entorno[nombre]}\n" for nombre in COMPARTIDAS if nombre in self.entorno]
        archivo.write_text("".join(lineas), encoding="utf-8")

    def retirar_entorno(self) -> None:
        (self.carpeta / "entorno").unlink(missing_ok=True)

    def al_dia(self) -> bool:
        """Returns whether this database had these migrations when it was last prepared."""
        hecha = self.carpeta / "preparada"
        base = self.entorno["DATABASE_URL"]
        esta = not base.startswith("sqlite:///") or Path(base.removeprefix("sqlite:///")).is_file()
        return esta and hecha.is_file() and hecha.read_text() == self._huella()

    def anotar_al_dia(self) -> None:
        (self.carpeta / "preparada").write_text(self._huella())

    def _huella(self) -> str:
        migraciones = sorted(str(archivo) for archivo in RAIZ.glob("*/migrations/*.py"))
        return hashlib.sha256("\n".join([self.entorno["DATABASE_URL"], *migraciones]).encode()).hexdigest()
