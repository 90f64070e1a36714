"""A moderation service, real and as difficult as those outside."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

SI = b'{"safe": true, "confidence": 0.98}'
NO = b'{"safe": false, "confidence": 0.91}'


class Peticion(BaseHTTPRequestHandler):
    """Gives `server.hacer(self)` the word; the body has been read by then."""

    server: Servidor

    def do_POST(self) -> None:
        self.cuerpo = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.recibidas.append(self)
        self.server.hacer(self)

    do_GET = do_POST

    def responder(self, estado: int, cuerpo: bytes = b"", **cabeceras: str) -> None:
        self.send_response(estado)
        for nombre, valor in {"Content-Length": str(len(cuerpo)), **cabeceras}.items():
            self.send_header(nombre, valor)
        self.end_headers()
        self.wfile.write(cuerpo)

    def handle(self) -> None:
        try:
            super().handle()
        except OSError:
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Nothing."""


class Servidor(ThreadingHTTPServer):
    daemon_threads = True
    hacer: Callable[[Peticion], None]

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Peticion)
        self.recibidas: list[Peticion] = []
        self.fin = threading.Event()


class Juez:
    """`with Juez(respuesta(SI)) as juez:` — it is asked at `juez.url`, and keeps what it was asked in `juez.recibidas`."""

    def __init__(self, hacer: Callable[[Peticion], None]) -> None:
        self._servidor = Servidor()
        self._servidor.hacer = hacer
        self.recibidas = self._servidor.recibidas
        self.url = f"http://127.0.0.1:{self._servidor.server_port}/juzgar"
        self._hilo = threading.Thread(
            target=self._servidor.serve_forever, args=(0.05,), name="juez", daemon=True
        )

    def __enter__(self) -> Self:
        self._hilo.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._servidor.fin.set()
        self._servidor.shutdown()
        self._hilo.join()
        self._servidor.server_close()


def respuesta(cuerpo: bytes, estado: int = 200, **cabeceras: str) -> Callable[[Peticion], None]:
    return lambda peticion: peticion.responder(estado, cuerpo, **cabeceras)


def callar(peticion: Peticion) -> None:
    """Never says a word."""
    peticion.server.fin.wait(20)


def gotear(peticion: Peticion) -> None:
    """A letter at a time: no read ever takes long."""
    peticion.send_response(200)
    peticion.end_headers()
    while not peticion.server.fin.wait(0.05):
        peticion.wfile.write(b" ")


def gotear_cabeceras(peticion: Peticion) -> None:
    """The same before the answer has begun."""
    peticion.wfile.write(b"HTTP/1.1 200 OK\r\n")
    while not peticion.server.fin.wait(0.05):
        peticion.wfile.write(f"X-{time.time()}: 1\r\n".encode())


def no_acabar(peticion: Peticion) -> None:
    """10 MB, and it goes on."""
    peticion.send_response(200)
    peticion.end_headers()
    while not peticion.server.fin.is_set():
        peticion.wfile.write(b"x" * 10_000_000)


def soltar(peticion: Peticion) -> None:
    """Hangs up."""
    peticion.connection.close()
