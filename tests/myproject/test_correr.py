"""`make run`, really: its runner started as make starts it, on free ports."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis

from myproject import hijos
from tests.procesos import RAIZ, esperar

ORDEN = [sys.executable, "-m", "myproject.correr"]


class Marcha:
    """One `make run`, as somebody at a terminal has it."""

    def __init__(self, puerto: int) -> None:
        self.puerto = puerto
        self.carpeta = RAIZ / "var" / str(puerto)
        self.salida = self.carpeta.parent / f"{puerto}.txt"
        self.carpeta.parent.mkdir(exist_ok=True)
        with self.salida.open("wb") as salida:
            self.proceso = hijos.lanzar(
                ORDEN, cwd=RAIZ, env=entorno_de(puerto), stdout=salida, stderr=subprocess.STDOUT
            )
        self.partes: list[int] = []

    def esperar_abierta(self) -> None:
        esperar(lambda: "The shop is open" in self.dicho() or self.proceso.poll() is not None, "it opens", 60)
        assert self.proceso.poll() is None, self.dicho()
        self.partes = hijos_de(self.proceso.pid)

    def dicho(self) -> str:
        return self.salida.read_text(errors="replace")

    def responde(self) -> bool:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.puerto}/livez", timeout=5) as respuesta:
            return bool(respuesta.read() == b"ok")

    def entorno(self) -> dict[str, str]:
        """Returns what commands in another terminal read."""
        lineas = (self.carpeta / "entorno").read_text().splitlines()
        return dict(linea.split("=", 1) for linea in lineas)

    def parte(self, palabra: str) -> int:
        """Returns the pid of the part in whose command line this word stands."""
        return next(
            pid for pid in self.partes if palabra in Path(f"/proc/{pid}/cmdline").read_text().split("\0")
        )

    def termina(self) -> int:
        """Returns the exit code; no process may be left."""
        codigo = self.proceso.wait(10)
        esperar(lambda: not any(map(vive, self.partes)), "every part is gone", 2)
        return codigo


@contextmanager
def marcha(puerto: int) -> Iterator[Marcha]:
    """Starts it, and leaves nothing of it behind but the folder of its instance."""
    una = Marcha(puerto)
    try:
        yield una
    finally:
        hijos.terminar([una.proceso], 10)
        una.salida.unlink()


@contextmanager
def puertos(cuantos: int) -> Iterator[list[int]]:
    """Gives free ports, and removes the instances that were started on them."""
    elegidos = [hijos.puerto_libre() for _ in range(cuantos)]
    try:
        yield elegidos
    finally:
        for puerto in elegidos:
            shutil.rmtree(RAIZ / "var" / str(puerto), ignore_errors=True)


def entorno_de(puerto: int | str) -> dict[str, str]:
    """Returns the environment of a shell that says nothing but the port."""
    return {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "PORT": str(puerto)}


def correr_y_esperar(puerto: int | str) -> tuple[int, str]:
    """Runs it to its end; returns its exit code and what it said."""
    hecho = subprocess.run(
        ORDEN, cwd=RAIZ, env=entorno_de(puerto), capture_output=True, text=True, timeout=20, check=False
    )
    return hecho.returncode, hecho.stdout + hecho.stderr


def hijos_de(padre: int) -> list[int]:
    texto = Path(f"/proc/{padre}/task/{padre}/children").read_text()
    return [int(pid) for pid in texto.split()]


def vive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_it_runs_twice_side_by_side_and_each_ends_with_one_signal() -> None:
    with puertos(2) as [primero, segundo], marcha(primero) as de_ana, marcha(segundo) as de_bruno:
        de_ana.esperar_abierta()
        de_bruno.esperar_abierta()
        assert de_ana.responde()
        assert len(de_ana.partes) == 4, "Redis, web, worker and beat"
        for nombre in ("DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL", "MEDIA_ROOT", "PORT"):
            assert de_ana.entorno()[nombre] != de_bruno.entorno()[nombre]

        de_ana.proceso.send_signal(signal.SIGINT)
        assert de_ana.termina() == 0, de_ana.dicho()
        assert not (de_ana.carpeta / "entorno").exists()

        assert de_bruno.responde(), "the end of ana's is none of bruno's"
        de_bruno.proceso.send_signal(signal.SIGTERM)
        assert de_bruno.termina() == 0, de_bruno.dicho()


def test_it_ends_whole_when_a_part_or_the_runner_is_killed_and_keeps_what_was_queued() -> None:
    with puertos(1) as [puerto]:
        with marcha(puerto) as primera:
            primera.esperar_abierta()
            with redis.Redis.from_url(primera.entorno()["REDIS_URL"]) as cola:
                cola.rpush("una-cola", "un trabajo")
            os.kill(primera.parte("worker"), signal.SIGKILL)
            assert primera.termina() == 1
            assert "Everything was stopped, because worker was killed by SIGKILL." in primera.dicho()

        with marcha(puerto) as segunda:
            segunda.esperar_abierta()
            with redis.Redis.from_url(segunda.entorno()["REDIS_URL"]) as cola:
                assert cola.lrange("una-cola", 0, -1) == [b"un trabajo"]
            segunda.proceso.kill()
            assert segunda.termina() == -signal.SIGKILL


def test_it_says_that_the_port_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as ajeno:
        puerto = ajeno.getsockname()[1]
        codigo, dicho = correr_y_esperar(puerto)
    assert codigo == 1
    assert dicho.startswith(f"Port {puerto} cannot be used (Address already in use).")
    assert "Traceback" not in dicho


def test_it_says_that_a_word_is_no_port() -> None:
    codigo, dicho = correr_y_esperar("ocho mil")
    assert (codigo, dicho) == (
        1,
        "PORT='ocho mil' is not a port. Give a number from 1 to 65535: make run PORT=8000\n",
    )


def test_it_leaves_the_folder_of_another_that_is_still_starting_alone() -> None:
    with puertos(1) as [puerto]:
        carpeta = RAIZ / "var" / str(puerto)
        carpeta.mkdir(parents=True)
        with (carpeta / "candado").open("w") as candado:
            fcntl.flock(candado, fcntl.LOCK_EX)
            codigo, dicho = correr_y_esperar(puerto)
    assert (codigo, dicho) == (1, f"Another `make run` is using port {puerto}. Give another PORT.\n")
