"""The runs of the comparison: one server, one Redis and one load generator each, on a copy of the same people."""

from __future__ import annotations

import fcntl
import json
import resource
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.base import SIN_REDIS, base_preparada
from bench.esperas import MedicionFallida
from bench.pares.mensajes import TRAMA
from bench.pares.servidores import EN_SOCKETIO, PARES, servidor
from bench.procesos import Servicio, entorno
from bench.redis_embebido import redis_embebido

PLAZO_DE_NODE = 120
COMO_OBTENER_NODE = "It needs node and npm on PATH, and npm its registry or a cache."


@dataclass(frozen=True, slots=True)
class Terreno:
    """A folder with a database of many people, and the list of them."""

    carpeta: Path
    base: Path
    gente: Path

    def correr(self, par: str, **pedido: Any) -> dict[str, Any]:
        """Returns what the load generator says of a server that was just started."""
        with self._lugar() as variables:
            registro = self.carpeta / "servidores.log"
            with servidor(PARES[par], variables, registro) as (puerto, pid):
                propio = {"par": par, "puerto": puerto, "pid": pid, "redis": variables["REDIS_URL"]}
                quien = Servicio(0, variables, Path())
                try:
                    cifras: dict[str, Any] = quien.medir(
                        "pares", {**propio, "gente": str(self.gente), **pedido}
                    )
                except MedicionFallida as error:
                    dicho = registro.read_text(errors="replace")[-4000:]
                    raise MedicionFallida(
                        f"{error}\nThe last lines of {PARES[par].titulo}:\n{dicho}"
                    ) from error
        return cifras

    def producir(self, cuantas: int, usuarios: int, con_node: bool) -> dict[str, float]:
        """Returns microseconds of the processor a notification published, ours and the emitter's."""
        with self._lugar() as variables:
            pedido = {"cuantas": cuantas, "usuarios": usuarios}
            cifras: dict[str, float] = Servicio(0, variables, Path()).medir("pares_productor", pedido)
            if con_node:
                cifras["socketio"] = _emitir(variables["REDIS_URL"], cuantas, usuarios)
        return cifras

    @contextmanager
    def _lugar(self) -> Iterator[dict[str, str]]:
        """Gives the variables of a Redis and a database that nothing was done with yet."""
        with tempfile.TemporaryDirectory(dir=self.carpeta) as carpeta, redis_embebido(carpeta) as redis:
            shutil.copy(self.base, carpeta)
            yield entorno(
                DATABASE_URL=f"sqlite:///{carpeta}/{self.base.name}", REDIS_URL=redis, CELERY_BROKER_URL=redis
            )


@contextmanager
def terreno(gente: int) -> Iterator[Terreno]:
    """Gives one with so many people."""
    _abrir_archivos()
    with tempfile.TemporaryDirectory(prefix="bench-pares-") as nombre:
        carpeta = Path(nombre)
        base = Path(shutil.copy(base_preparada(), carpeta))
        variables = entorno(DATABASE_URL=f"sqlite:///{base}", REDIS_URL=SIN_REDIS)
        ellas = carpeta / "gente.json"
        quienes = Servicio(0, variables, Path()).medir("pares_gente", {"cuantas": gente})
        ellas.write_text(json.dumps(quienes), encoding="utf-8")
        yield Terreno(carpeta, base, ellas)


def instalar_socketio() -> bool:
    """Returns whether Socket.IO is there: installed by npm as the lock file has it, where that was not done yet."""
    if shutil.which("node") is None:
        return False
    candado = EN_SOCKETIO / "package-lock.json"
    # One installs, and who comes meanwhile waits.
    with candado.open() as abierto:
        fcntl.flock(abierto, fcntl.LOCK_EX)
        marca = EN_SOCKETIO / "node_modules" / ".package-lock.json"
        instalado = marca.is_file() and marca.stat().st_mtime >= candado.stat().st_mtime
        return instalado or _instalar()


def _instalar() -> bool:
    orden = ["npm", "ci", "--silent"]
    if shutil.which(orden[0]) is None:
        return False
    nada = subprocess.DEVNULL
    hecho = subprocess.run(
        orden, cwd=EN_SOCKETIO, check=False, timeout=PLAZO_DE_NODE, stdout=nada, stderr=nada
    )
    return hecho.returncode == 0


def _emitir(redis: str, cuantas: int, usuarios: int) -> float:
    orden = ["node", str(EN_SOCKETIO / "emisor.js"), redis, str(cuantas), str(usuarios), json.dumps(TRAMA)]
    hecho = subprocess.run(orden, capture_output=True, check=False, timeout=PLAZO_DE_NODE)
    if hecho.returncode != 0:
        raise MedicionFallida(f"The emitter of Socket.IO failed:\n{hecho.stderr.decode()[-2000:]}")
    return float(json.loads(hecho.stdout)["cpu_us"])


def _abrir_archivos() -> None:
    """Lets us and our children have as many sockets as the machine allows at all."""
    _, mas = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (mas, mas))
