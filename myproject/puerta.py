"""What servers lack at the door: a refused handshake that says why, and frames of a bounded size and number.

ASGI lets an application refuse a handshake with any HTTP status (`websocket.http.response`). uvicorn does; Daphne, which
knows 403 alone, is taught here. A message too long for the protocol is answered by the application, and with it the client learns
why; what no memory should hold is cut off by the server, which is told here where to cut, and to say 1009 when it does.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from importlib import import_module
from typing import Any

from daphne.server import Server
from daphne.ws_protocol import WebSocketProtocol
from twisted.internet.interfaces import ISSLTransport

from notificaciones.protocolo import MAXIMO_BYTES

from .liviano import Cola

EXTENSION = "websocket.http.response"
# What a server may hold of one message; Daphne's own default.
BYTES_POR_MENSAJE = 1024 * 1024
# A client sends a message in one piece, a proxy may make a few of it.
PIEZAS_POR_MENSAJE = 64
MALA_PETICION = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

_crear_de_daphne = Server.create_application
_conectar_de_daphne = WebSocketProtocol.onConnect
_responder_de_daphne = WebSocketProtocol.handle_reply
_empezar_de_daphne = WebSocketProtocol.onMessageBegin
_pieza_de_daphne = WebSocketProtocol.onMessageFrameBegin


def _crear(self: Server, protocolo: Any, scope: dict[str, Any]) -> Any:
    if scope["type"] != "websocket":
        return _crear_de_daphne(self, protocolo, scope)
    cifrado = ISSLTransport.providedBy(protocolo.transport)
    cifrado = cifrado or getattr(protocolo, "client_scheme", None) == "https"
    scope |= {"asgi": {"version": "3.0"}, "scheme": "wss" if cifrado else "ws", "extensions": {EXTENSION: {}}}
    # Autobahn would cut the connection without a word.
    protocolo.failByDrop = False
    cola = Cola()
    instancia = self.application(scope, cola.get, partial(self.handle_reply, protocolo))
    self.connections[protocolo]["application_instance"] = asyncio.ensure_future(instancia)
    return cola


def _conectar(self: Any, request: Any) -> Any:
    # Daphne fails at one that is not ASCII, as no subprotocol is: it counts as none.
    if not request.headers.get("sec-websocket-protocol", "").isascii():
        del request.headers["sec-websocket-protocol"]
    return _conectar_de_daphne(self, request)


def _responder(self: Any, mensaje: dict[str, Any]) -> None:
    if mensaje["type"] == "websocket.send" and self.state in {self.STATE_CLOSING, self.STATE_CLOSED}:
        # Autobahn raises; the application is told of the end only when the client has answered.
        return
    if mensaje["type"] != f"{EXTENSION}.start":
        _responder_de_daphne(self, mensaje)
        return
    estado = HTTPStatus(mensaje["status"])
    cabeceras = [(nombre.decode("latin-1"), valor.decode("latin-1")) for nombre, valor in mensaje["headers"]]
    self.failHandshake(estado.phrase, estado.value, cabeceras)
    # What is said after it, Daphne throws away.
    self.server.protocol_disconnected(self)


def _empezar(self: Any, isBinary: bool) -> None:
    self.piezas = 0
    _empezar_de_daphne(self, isBinary)


def _pieza(self: Any, length: int) -> None:
    self.piezas += 1
    if self.piezas > PIEZAS_POR_MENSAJE and not self.failedByMe:
        self._max_message_size_exceeded(self.piezas, PIEZAS_POR_MENSAJE, "too many fragments")
    _pieza_de_daphne(self, length)


def en_daphne() -> None:
    """Teaches Daphne to refuse with a status, to tell wss from ws, and to close with 1009."""
    Server.create_application = _crear
    WebSocketProtocol.onConnect = _conectar
    WebSocketProtocol.handle_reply = _responder
    WebSocketProtocol.onMessageBegin = _empezar
    WebSocketProtocol.onMessageFrameBegin = _pieza


def en_uvicorn() -> None:
    """Bounds what uvicorn holds of a message, where uvicorn is what runs: by default it is 16 MB a socket."""
    if "uvicorn" not in sys.modules:
        return
    # It need not be installed.
    configuracion: Any = import_module("uvicorn.config").Config
    protocolo: Any = import_module(
        "uvicorn.protocols.websockets.websockets_sansio_impl"
    ).WebSocketsSansIOProtocol

    # The configuration in force was made before this application was imported; who asked for less gets it.
    configuracion.ws_max_size = property(
        lambda propia: min(vars(propia)["ws_max_size"], BYTES_POR_MENSAJE),
        lambda propia, valor: vars(propia).update(ws_max_size=valor),
    )
    # Without it each handshake that was refused with a status is logged as one that was forgotten.
    protocolo.handshake_complete = property(
        lambda propio: vars(propio)["handshake_complete"] or (propio.close_sent and propio.initial_response),
        lambda propio, valor: vars(propio).update(handshake_complete=valor),
    )
    protocolo.__init__ = _nacer(protocolo.__init__)
    protocolo.data_received = _leer(protocolo.data_received)
    protocolo.handle_cont = _continuar(protocolo.handle_cont)
    protocolo.send_receive_event_to_app = _entregar(protocolo.send_receive_event_to_app)


def _nacer(original: Callable[..., None]) -> Callable[..., None]:
    def nacer(self: Any, *args: Any, **opciones: Any) -> None:
        original(self, *args, **opciones)
        self.queue = Cola()

    return nacer


def _leer(original: Callable[[Any, bytes], None]) -> Callable[[Any, bytes], None]:
    def leer(self: Any, data: bytes) -> None:
        original(self, data)
        if self.conn.handshake_exc is not None and not self.handshake_initiated:
            # uvicorn would leave whoever asks for what is no handshake without an answer, and the connection open.
            self.transport.write(b"".join(self.conn.data_to_send()) or MALA_PETICION)
            self.transport.close()

    return leer


def _continuar(original: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
    def continuar(self: Any, event: Any) -> None:
        if len(self.frames) < PIEZAS_POR_MENSAJE:
            original(self, event)
        else:
            # The application closes with 1009 for what is too long, and what still comes is thrown away.
            self.frames = [b" " * (MAXIMO_BYTES + 1)]
            self.send_receive_event_to_app()

    return continuar


def _entregar(original: Callable[[Any], None]) -> Callable[[Any], None]:
    def entregar(self: Any) -> None:
        if self.curr_msg_data_type == "text" and not _es_texto(b"".join(self.frames)):
            # uvicorn does the same, and writes a traceback for it.
            self.frames = []
            self.conn.send_close(1007)
            self.handle_parser_exception()
        else:
            original(self)

    return entregar


def _es_texto(datos: bytes) -> bool:
    try:
        datos.decode()
    except UnicodeDecodeError:
        return False
    return True
