"""A client that does not read: it costs little memory, it is cut off, and nobody else notices it."""

from __future__ import annotations

import base64
import os
import re
import socket
import struct
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.procesos import esperar

from .tienda import tienda_abierta

MIB = 1024 * 1024
EMPUJAR = """
import sys, time
from notificaciones import entrega
usuario_id, megas = map(int, sys.argv[1:])
evento = {"type": "venta_progreso", "venta_id": 1, "paso": "correo", "hecho": 1, "de": 2, "relleno": "x" * 16_000}
lote = [(entrega.grupo(usuario_id), evento)] * 64
for _ in range(megas):
    entrega.capa().publicar(lote)
    # As fast as it goes, all but the first would be dropped as too much for a mailbox.
    time.sleep(0.05)
"""


@pytest.fixture(scope="module", params=["daphne", "uvicorn"])
def tienda(request):
    with tienda_abierta(servidor=request.param) as abierta:
        yield abierta


@contextmanager
def sordo(tienda, ruta="/ws/notificaciones/"):
    """A client of ana's that opens a stream and never reads from it again. Gives its socket."""
    puerto = tienda.servicio.puerto
    with socket.socket() as enchufe:
        enchufe.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        enchufe.settimeout(10)
        enchufe.connect(("127.0.0.1", puerto))
        lineas = [
            f"GET {ruta} HTTP/1.1",
            f"Host: 127.0.0.1:{puerto}",
            f"Origin: http://127.0.0.1:{puerto}",
            f"Cookie: {tienda.ana.galletas()}",
        ]
        if ruta.startswith("/ws/"):
            clave = base64.b64encode(os.urandom(16)).decode()
            lineas += ["Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13"]
            lineas += [f"Sec-WebSocket-Key: {clave}"]
        enchufe.sendall("\r\n".join([*lineas, "", ""]).encode())
        assert enchufe.recv(12) in {b"HTTP/1.1 101", b"HTTP/1.1 200"}
        yield enchufe


def memoria(tienda):
    estado = Path(f"/proc/{tienda.servicio.procesos['web'].pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", estado)[1]) * 1024


def conexiones(tienda):
    """Returns how many connections the web process holds open."""
    abiertos = Path(f"/proc/{tienda.servicio.procesos['web'].pid}/fd").iterdir()
    return sum(1 for uno in abiertos if uno.is_symlink() and str(uno.readlink()).startswith("socket:"))


def test_who_does_not_read_is_cut_off_and_costs_little(tienda):
    with tienda.aparato() as laptop, sordo(tienda), sordo(tienda, "/notificaciones/flujo/"):
        tienda.ejecutar(EMPUJAR, tienda.id_de_ana, 4)
        antes, abiertas = memoria(tienda), conexiones(tienda)
        tienda.ejecutar(EMPUJAR, tienda.id_de_ana, 100)
        esperar(lambda: conexiones(tienda) <= abiertas - 2, "both are cut off", 12)
        assert memoria(tienda) - antes < 4 * MIB
        tienda.vender()
        laptop.esperar_trama("nueva_venta", 5)
        assert (laptop.cierres, laptop.fallos) == ([], [])


def test_who_reads_slowly_keeps_the_socket_and_gets_everything(tienda):
    with sordo(tienda) as enchufe, tienda.aparato() as laptop:
        tienda.vender(3)
        tienda.ejecutar(EMPUJAR, tienda.id_de_ana, 8)
        leido, limite = b"", time.monotonic() + 15
        while leido.count(b'"nueva_venta"') < 3:
            assert time.monotonic() < limite
            leido += enchufe.recv(65_536)
            time.sleep(0.002)
        tienda.entera(laptop)


def test_a_flood_of_frames_that_nobody_waits_for_ends_the_socket(tienda):
    """Sent faster than they are answered: what the server keeps of them is bounded."""
    antes = memoria(tienda)
    texto = b'{"action": "listar", "limite": 100, "ref": "' + b"x" * 15_000 + b'"}'
    trama = b"\x81" + bytes([0x80 | 126]) + struct.pack(">H", len(texto)) + bytes(4) + texto
    with sordo(tienda) as enchufe, pytest.raises(ConnectionError):  # noqa: PT012
        limite = time.monotonic() + 20
        while time.monotonic() < limite:
            enchufe.sendall(trama * 100)
    assert memoria(tienda) - antes < 30 * MIB
