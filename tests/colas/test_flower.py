"""`make flower`: for nobody without a password, on this machine only, and it sees the workers of the service."""

from __future__ import annotations

import base64
import os
import socket
import subprocess
import urllib.error
import urllib.request

import pytest

from myproject import hijos
from tests.procesos import RAIZ, Redis, carpeta_nueva, esperar

CLAVE = "operador:una-clave"


def entorno(redis: Redis, puerto: int, **mas: str) -> dict[str, str]:
    propio = {"REDIS_URL": redis.url, "CELERY_BROKER_URL": redis.url, "CELERY_RESULT_BACKEND": redis.url}
    return {**os.environ, **propio, "PORT": "none", "FLOWER_PORT": str(puerto), **mas}


def pedir(puerto: int, clave: str = "") -> int:
    pedido = urllib.request.Request(f"http://127.0.0.1:{puerto}/")
    if clave:
        pedido.add_header("Authorization", f"Basic {base64.b64encode(clave.encode()).decode()}")
    try:
        with urllib.request.urlopen(pedido, timeout=5) as respuesta:
            return int(respuesta.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


@pytest.mark.parametrize("clave", ["", "operador", ":clave", "operador:", "operador:clave,otro"])
def test_it_does_not_start_without_a_user_and_a_password(clave):
    orden = ["make", "--no-print-directory", "flower"]
    propio = {**os.environ, "FLOWER_BASIC_AUTH": clave, "PORT": "none"}
    hecho = subprocess.run(
        orden, cwd=RAIZ, env=propio, capture_output=True, text=True, check=False, timeout=300
    )
    assert hecho.returncode != 0
    assert "FLOWER_BASIC_AUTH=user:password make flower" in hecho.stderr
    assert "Traceback" not in hecho.stderr


def test_it_lets_in_who_knows_the_password_and_listens_on_this_machine_only():
    puerto = hijos.puerto_libre()
    registro = carpeta_nueva("flower") / "registro"
    with Redis() as redis, registro.open("wb") as salida:
        propio = entorno(redis, puerto, FLOWER_BASIC_AUTH=CLAVE)
        proceso = hijos.lanzar(["make", "flower"], cwd=RAIZ, env=propio, stdout=salida, stderr=salida)
        try:
            esperar(lambda: pedir(puerto) == 401 or proceso.poll() is not None, "Flower answers", 60)
            assert (pedir(puerto), pedir(puerto, "operador:otra"), pedir(puerto, CLAVE)) == (401, 401, 200)
            with socket.socket() as enchufe, pytest.raises(ConnectionRefusedError):
                enchufe.connect(("127.0.0.2", puerto))
            with open(f"/proc/{proceso.pid}/cmdline", "rb") as orden:  # noqa: PTH123
                assert b"una-clave" not in orden.read()
        finally:
            hijos.terminar([proceso], 8)
            print(registro.read_text())
