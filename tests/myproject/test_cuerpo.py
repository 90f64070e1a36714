"""A body that is too long is refused before it is stored: on Daphne, which stores it itself, and on uvicorn."""

from __future__ import annotations

import contextlib
import json
import re
import socket
import time
from pathlib import Path

import pytest

from imagenes.views_subir import CUERPO_MAXIMO
from tests.procesos import Servicio, esperar

MIB = 1024 * 1024
PLAZO = 20


@pytest.fixture(scope="module", params=["daphne", "uvicorn"])
def servicio(request):
    with Servicio(servidor=request.param) as abierto:
        yield abierto


@contextlib.contextmanager
def conexion(servicio, ruta, *cabeceras):
    with socket.create_connection(("127.0.0.1", servicio.puerto), timeout=PLAZO) as enchufe:
        lineas = [f"POST {ruta} HTTP/1.1", f"Host: 127.0.0.1:{servicio.puerto}", *cabeceras, "", ""]
        enchufe.sendall("\r\n".join(lineas).encode())
        yield enchufe


def respuesta(enchufe):
    """Returns the status that is answered; 0 where the connection ends without one."""
    recibido = b""
    with contextlib.suppress(ConnectionError):
        while b"\r\n" not in recibido:
            trozo = enchufe.recv(4096)
            if not trozo:
                break
            recibido += trozo
    hallado = re.match(rb"HTTP/1\.1 (\d+)", recibido)
    return int(hallado[1]) if hallado else 0


def sin_fin(enchufe, tope):
    """Sends chunks until the other side has enough; returns how many bytes it took."""
    trozo = b"10000\r\n" + bytes(65536) + b"\r\n"
    enviados = 0
    with contextlib.suppress(ConnectionError):
        while enviados < tope:
            enchufe.sendall(trozo)
            enviados += 65536
    return enviados


def memoria(proceso):
    return int(re.search(r"VmRSS:\s+(\d+)", (proceso / "status").read_text())[1]) * 1024


def temporales(proceso):
    """Returns the files without a name that the process has open."""
    abiertos = [str(uno.readlink()) for uno in (proceso / "fd").iterdir() if uno.is_symlink()]
    return [uno for uno in abiertos if uno.startswith("/tmp/") and uno.endswith("(deleted)")]


def test_what_declares_too_much_is_answered_before_it_is_sent(servicio):
    for ruta, largo in (
        ("/imagenes/subir/", CUERPO_MAXIMO + 1),
        ("/ventas/procesar/", 4 * MIB),
        ("/no/existe/?x=/imagenes/subir/", 10**18),
    ):
        with conexion(servicio, ruta, f"Content-Length: {largo}") as enchufe:
            comienzo = time.monotonic()
            assert respuesta(enchufe) == 413
            assert time.monotonic() - comienzo < 5


def test_an_endless_body_is_broken_off_and_the_service_keeps_nothing_of_it(servicio):
    web = Path(f"/proc/{servicio.procesos['web'].pid}")
    antes = memoria(web)
    for ruta in ("/ventas/procesar/", "/cuentas/login/"):
        with conexion(servicio, ruta, "Transfer-Encoding: chunked") as enchufe:
            assert sin_fin(enchufe, 400 * MIB) < 400 * MIB
    assert memoria(web) - antes < 40 * MIB
    esperar(lambda: temporales(web) == [], "no file of it is left", 10)
    assert "Traceback" not in servicio.registro("web")


def test_a_little_too_much_is_told_so(servicio):
    with conexion(servicio, "/ventas/procesar/", "Transfer-Encoding: chunked") as enchufe:
        sin_fin(enchufe, 4 * MIB)
        assert respuesta(enchufe) == 413


def test_the_next_request_is_served_and_photos_have_a_limit_of_their_own(servicio):
    cuerpo = json.dumps({"producto_id": 1}).encode()
    cabeceras = ("Content-Type: application/json", f"Content-Length: {len(cuerpo)}")
    with conexion(servicio, "/ventas/procesar/", *cabeceras) as enchufe:
        enchufe.sendall(cuerpo)
        assert respuesta(enchufe) == 403
    with conexion(servicio, "/imagenes/subir/", f"Content-Length: {8 * MIB}") as enchufe:
        enchufe.sendall(bytes(8 * MIB))
        assert respuesta(enchufe) == 302


def test_the_server_leaves_the_reading_of_a_form_to_the_application(servicio):
    """Who reads a photo in the event loop holds up everybody's notifications; whoever does would refuse this one."""
    cabeceras = ("Content-Type: multipart/form-data; boundary=x", "Content-Length: 5")
    with conexion(servicio, "/imagenes/subir/", *cabeceras) as enchufe:
        enchufe.sendall(b"nada!")
        assert respuesta(enchufe) == 302
