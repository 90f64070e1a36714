"""A frame's way past ASGI, on the servers that are known: straight into the connection, without a task or a copy for each.

ASGI's own way costs several times what the frame does. It stays in charge of everything else, and takes every frame that
does not fit: where a client is slow, or the server is another one.
"""

from __future__ import annotations

from collections.abc import Callable
from struct import Struct
from typing import Any

from daphne.ws_protocol import WebSocketProtocol
from twisted.internet import tcp

from .en_daphne import BYTES_POR_ENVIAR

Escribir = Callable[[str | bytes], bool]
MEDIANA = Struct("!HH").pack


class Enmarcador:
    """Makes the frame of a text, RFC 6455 section 5.2; the same text for many sockets is framed once."""

    def __init__(self) -> None:
        self._texto: str | bytes = ""
        self._marco = b"\x81\x00"

    def __call__(self, texto: str | bytes) -> bytes:
        if texto is not self._texto:
            carga = texto if isinstance(texto, bytes) else texto.encode()
            largo = len(carga)
            if largo < 126:
                cabecera = bytes((0x81, largo))
            elif largo < 65_536:
                cabecera = MEDIANA(0x817E, largo)
            else:
                cabecera = b"\x81\x7f" + largo.to_bytes(8, "big")
            self._texto, self._marco = texto, cabecera + carga
        return self._marco


enmarcar = Enmarcador()


def tubo(duena: Any) -> Escribir | None:
    """Returns what writes a text frame at once, and answers False where it cannot; None where the server is not known."""
    if isinstance(duena, WebSocketProtocol):
        # Over TLS the transport is another.
        return _de_daphne(duena) if isinstance(duena.transport, tcp.Connection) else None
    if hasattr(duena, "writable") and hasattr(duena, "close_sent"):
        return _de_uvicorn(duena)
    return None


def _de_daphne(protocolo: Any) -> Escribir:
    transporte, abierto = protocolo.transport, WebSocketProtocol.STATE_OPEN
    enchufe = transporte.getHandle()

    def escribir(texto: str | bytes) -> bool:
        if protocolo.state != abierto or transporte.disconnecting:
            return False
        marco = enmarcar(texto)
        if not transporte._tempDataBuffer and not transporte.dataBuffer:
            try:
                enviados = enchufe.send(marco)
            except OSError:
                # It is full, or gone: Twisted finds out which.
                enviados = 0
            if enviados < len(marco):
                transporte.write(marco[enviados:])
            return True
        if len(transporte.dataBuffer) - transporte.offset + transporte._tempDataLen > BYTES_POR_ENVIAR:
            return False
        transporte.write(marco)
        return True

    return escribir


def _de_uvicorn(protocolo: Any) -> Escribir:
    transporte, puede = protocolo.transport, protocolo.writable.is_set

    def escribir(texto: str | bytes) -> bool:
        if not puede() or protocolo.close_sent or transporte.is_closing():
            return False
        transporte.write(enmarcar(texto))
        return True

    return escribir
