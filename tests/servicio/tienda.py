"""A running shop with ana, who sells, and bruno, who buys; and what its table holds, read past its code."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any

from tests.procesos import RAIZ, Servicio

from .aparato import Aparato
from .persona import Persona

TAZA = "Taza de talavera"


class Tienda:
    """A service with the demonstration data, and the people in it."""

    def __init__(self, servicio: Servicio) -> None:
        self.servicio = servicio
        self.ana = Persona(servicio.url, "ana")
        self.bruno = Persona(servicio.url, "bruno")
        self.id_de_ana = int(self.leer("SELECT id FROM auth_user WHERE username = 'ana'")[0][0])
        self.taza = int(self.leer("SELECT id FROM ventas_producto WHERE nombre = ?", TAZA)[0][0])

    def leer(self, consulta: str, *valores: Any) -> list[tuple[Any, ...]]:
        archivo = self.servicio.database_url.removeprefix("sqlite:///")
        with closing(sqlite3.connect(archivo, timeout=10)) as base:
            return base.execute(consulta, valores).fetchall()

    def vender(self, cuantas: int = 1) -> None:
        """Bruno buys from ana, one purchase after the other."""
        for _ in range(cuantas):
            self.bruno.comprar(self.taza)

    def creadas(self, desde: int = 0) -> list[int]:
        """Returns the ids of ana's notifications made after that place of her sequence, in order."""
        consulta = (
            "SELECT id FROM notificaciones_notificacion WHERE usuario_id = ? AND numero > ? ORDER BY numero"
        )
        return [fila[0] for fila in self.leer(consulta, self.id_de_ana, desde)]

    def en_bandeja(self) -> list[int]:
        """Returns the ids of those that ana has not archived, in order."""
        consulta = (
            "SELECT id FROM notificaciones_notificacion"
            " WHERE usuario_id = ? AND archivada_en IS NULL ORDER BY numero"
        )
        return [fila[0] for fila in self.leer(consulta, self.id_de_ana)]

    def aparato(self, *, de: Persona | None = None, ws_urls: Sequence[str] = ()) -> Aparato:
        """Returns a device, ana's unless said; it knows the other addresses of the service that it may turn to."""
        return Aparato(de or self.ana, ws_urls or [self.servicio.ws_url])

    def entera(self, aparato: Aparato, segundos: float = 10) -> None:
        """Waits until the device has shown ana's newest notification, then compares: all of them, once each, in order."""
        deseadas = self.creadas(aparato.inicio)
        aparato.esperar_que(
            lambda: deseadas[-1] in aparato.mostradas, "the newest notification is shown", segundos
        )
        assert aparato.mostradas == deseadas

    def ejecutar(self, guion: str, *argumentos: object, acaba: int = 0) -> subprocess.CompletedProcess[str]:
        """Runs Python code in a process of its own that uses the project's code, as a worker or a command would.

        It must end with the code `acaba`.
        """
        orden = [sys.executable, "-c", f"import django; django.setup()\n{guion}", *map(str, argumentos)]
        entorno = {**self.servicio.entorno, "DJANGO_SETTINGS_MODULE": "myproject.settings"}
        hecho = subprocess.run(
            orden, cwd=RAIZ, env=entorno, capture_output=True, text=True, timeout=60, check=False
        )
        assert hecho.returncode == acaba, hecho.stderr
        return hecho


@contextmanager
def tienda_abierta(**opciones: Any) -> Iterator[Tienda]:
    """Opens a shop for the tests of a module. Whatever they did to it, its processes may not have stumbled."""
    with Servicio(demo=True, **opciones) as servicio:
        yield Tienda(servicio)
        for parte in servicio.partes:
            antes, tropiezo, despues = servicio.registro(parte).partition("Traceback")
            assert not tropiezo, f"{parte} stumbled:\n{antes[-1000:]}{tropiezo}{despues[:4000]}"
