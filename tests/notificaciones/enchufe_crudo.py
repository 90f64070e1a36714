"""A WebSocket by hand: what no library would send, byte by byte."""

from __future__ import annotations

import os
import socket
import struct
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import urlsplit

FIN, TEXTO, BINARIO, CONTINUACION, CIERRE, PING, PONG = 0x80, 1, 2, 0, 8, 9, 10
ESPERA = 10


def trama(datos: bytes, opcode: int = FIN | TEXTO, *, declara: int | None = None) -> bytes:
    """Returns a masked frame, as clients must send it; `declara` is a length that it may lie about."""
    largo = len(datos) if declara is None else declara
    if largo < 126:
        cabeza = struct.pack("!BB", opcode, 0x80 | largo)
    elif largo < 2**16:
        cabeza = struct.pack("!BBH", opcode, 0x80 | 126, largo)
    else:
        cabeza = struct.pack("!BBQ", opcode, 0x80 | 127, largo)
    # A mask of zeros changes nothing, and is one.
    return cabeza + bytes(4) + datos


class Crudo:
    """One connection to a server: a handshake, and then whatever is sent."""

    def __init__(self, url: str) -> None:
        partes = urlsplit(url)
        self.anfitrion = partes.netloc
        self._enchufe = socket.create_connection((partes.hostname, partes.port), timeout=ESPERA)
        self._recibido = b""

    def saludar(self, ruta: bytes, cabeceras: Mapping[str, str]) -> int:
        """Asks for a WebSocket; returns the status of the answer, 0 where there is none."""
        clave = os.urandom(16).hex()[:22] + "=="
        fijas = {"Host": self.anfitrion, "Upgrade": "websocket", "Connection": "Upgrade"}
        fijas |= {"Sec-WebSocket-Key": clave, "Sec-WebSocket-Version": "13"}
        lineas = "".join(f"{nombre}: {valor}\r\n" for nombre, valor in {**fijas, **cabeceras}.items())
        self.enviar(b"GET " + ruta + b" HTTP/1.1\r\n" + lineas.encode() + b"\r\n")
        while b"\r\n\r\n" not in self._recibido and self._leer():
            pass
        cabeza, _, self._recibido = self._recibido.partition(b"\r\n\r\n")
        return int(cabeza.split()[1]) if cabeza else 0

    def enviar(self, datos: bytes) -> None:
        """Sends; a server that has closed already is no error."""
        try:
            self._enchufe.sendall(datos)
        except OSError:
            return

    def cierre(self) -> int:
        """Reads to the end; returns the close code, 1006 where the server sent none."""
        for opcode, datos in self._tramas():
            if opcode == CIERRE:
                self.enviar(trama(datos[:2], FIN | CIERRE))
                return int.from_bytes(datos[:2])
        return 1006

    def _tramas(self) -> Iterator[tuple[int, bytes]]:
        while True:
            while len(self._recibido) >= 2:
                primero, largo, cabeza = self._recibido[0], self._recibido[1], 2
                if largo >= 126:
                    cabeza = 4 if largo == 126 else 10
                    largo = int.from_bytes(self._recibido[2:cabeza])
                if len(self._recibido) < cabeza + largo:
                    break
                datos = self._recibido[cabeza : cabeza + largo]
                self._recibido = self._recibido[cabeza + largo :]
                yield primero & 0x0F, datos
            if not self._leer():
                return

    def _leer(self) -> bool:
        try:
            datos = self._enchufe.recv(65536)
        except ConnectionError:
            return False
        self._recibido += datos
        return bool(datos)

    def cerrar(self) -> None:
        self._enchufe.close()


@contextmanager
def crudo(url: str) -> Iterator[Crudo]:
    """One connection to the server at `url`, closed when the block ends."""
    enchufe = Crudo(url)
    try:
        yield enchufe
    finally:
        enchufe.cerrar()
