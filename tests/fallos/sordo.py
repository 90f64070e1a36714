"""A client that opens a socket and never reads from it."""

from __future__ import annotations

import base64
import os
import socket

from .medidas import establecidas

ALMACEN = 4096


class Sordo:
    """Connected when made. What is sent to it stays in the server's hands as soon as the kernel's are full."""

    def __init__(self, puerto: int, sesion: str) -> None:
        self._enchufe = socket.socket()
        # Before connecting: so the kernel takes little in its place.
        self._enchufe.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, ALMACEN)
        self._enchufe.settimeout(10)
        self._enchufe.connect(("127.0.0.1", puerto))
        clave = base64.b64encode(os.urandom(16)).decode()
        self._enchufe.sendall(
            f"GET /ws/notificaciones/ HTTP/1.1\r\nHost: 127.0.0.1:{puerto}\r\nOrigin: http://127.0.0.1:{puerto}\r\n"
            f"Cookie: sessionid={sesion}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {clave}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        recibido = b""
        while b"sincronizado" not in recibido:
            trozo = self._enchufe.recv(1024)
            assert trozo, f"refused: {recibido!r}"
            recibido += trozo
        self._puerto = puerto

    def cortado(self) -> bool:
        """Returns whether the server has ended the connection.

        The kernel knows, and not this socket: what says so to it waits behind what it does not read.
        """
        return self._enchufe.getsockname()[1] not in establecidas(self._puerto)

    def cerrar(self) -> None:
        self._enchufe.close()
