"""The health check of the image, against a web server that really answers, refuses or is not there."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from myproject.hijos import puerto_libre
from myproject.vivo import host_admitido

VIVO = Path(__file__).resolve().parents[2] / "myproject/vivo.py"


class Tienda(BaseHTTPRequestHandler):
    """Answers 200 to those who call it by its name, and 400 to others, as Django does."""

    def do_GET(self):
        bien = self.path == "/livez" and self.headers["Host"] == "tienda.example"
        self.send_response(200 if bien else 400)
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def puerto():
    with HTTPServer(("127.0.0.1", 0), Tienda) as servidor:
        hilo = threading.Thread(target=servidor.serve_forever, kwargs={"poll_interval": 0.01})
        hilo.start()
        yield servidor.server_port
        servidor.shutdown()
        hilo.join()


def preguntar(puerto: int, ruta: str = "/livez") -> int:
    orden = [sys.executable, "-I", str(VIVO), str(puerto), ruta]
    entorno = {"PATH": os.environ["PATH"], "ALLOWED_HOSTS": ".tienda.example,otra.example"}
    return subprocess.run(orden, env=entorno, timeout=30, check=False).returncode


def test_it_calls_the_server_by_a_name_that_it_admits(puerto):
    assert preguntar(puerto) == 0


def test_it_reports_a_server_that_refuses(puerto):
    assert preguntar(puerto, "/otra/") == 1


def test_it_reports_a_server_that_is_gone():
    assert preguntar(puerto_libre()) == 1


@pytest.mark.parametrize(
    ("hosts", "host"),
    [
        ("", "localhost"),
        ("*", "localhost"),
        (".tienda.example", "tienda.example"),
        ("a.example, b", "a.example"),
    ],
)
def test_it_picks_a_host(hosts, host):
    assert host_admitido(hosts) == host
