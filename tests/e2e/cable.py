"""A network cable between a browser and the service, to be pulled out and put back."""

from __future__ import annotations

import contextlib
import select
import socket
import threading
from typing import Self


class Cable:
    """Passes TCP on from a port of its own. Cut, it drops what is open and takes nothing new."""

    def __init__(self, puerto_de_destino: int) -> None:
        self._destino = puerto_de_destino
        self._oido = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._oido.getsockname()[1]}"
        self._pares: set[tuple[socket.socket, socket.socket]] = set()
        self._candado = threading.Lock()
        self._cortado = self._fin = False
        self._hilo = threading.Thread(target=self._aceptar, name="cable")

    def __enter__(self) -> Self:
        self._hilo.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._fin = True
        self.cortar()
        self._hilo.join()
        self._oido.close()

    def cortar(self) -> None:
        self._cortado = True
        with self._candado:
            pares = list(self._pares)
        for enchufe in [extremo for par in pares for extremo in par]:
            with contextlib.suppress(OSError):
                enchufe.shutdown(socket.SHUT_RDWR)

    def reparar(self) -> None:
        self._cortado = False

    def _aceptar(self) -> None:
        while not self._fin:
            if not select.select([self._oido], [], [], 0.1)[0]:
                continue
            cliente, _ = self._oido.accept()
            if self._cortado:
                cliente.close()
                continue
            par = (cliente, socket.create_connection(("127.0.0.1", self._destino)))
            with self._candado:
                self._pares.add(par)
            threading.Thread(target=self._pasar, args=par, name="cable").start()

    def _pasar(self, uno: socket.socket, otro: socket.socket) -> None:
        with uno, otro, contextlib.suppress(OSError):
            while True:
                for origen in select.select([uno, otro], [], [])[0]:
                    datos = origen.recv(65536)
                    if not datos:
                        break
                    (otro if origen is uno else uno).sendall(datos)
                else:
                    continue
                break
        with self._candado:
            self._pares.discard((uno, otro))
