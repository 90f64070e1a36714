"""A real SMTP server that keeps what it gets, and can be as difficult as those outside."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from myproject.hijos import puerto_libre


class ServidorSmtp:
    """`with ServidorSmtp() as servidor:` — settings in `servidor.ajustes`, messages in `servidor.recibidos`.

    `respuestas` says what it answers instead of yes: {"RCPT": "550 No such user", "DATA": "451 Later"}; a command may also
    be answered by "soltar", which drops the connection. With `solo_una_vez` it says yes again after the first such answer.
    """

    solo_una_vez = False

    def __init__(self, respuestas: dict[str, str] | None = None) -> None:
        self.respuestas = respuestas or {}
        self.recibidos: list[EmailMessage] = []
        self.sobres: list[Envelope] = []
        self.host, self.puerto = "127.0.0.1", puerto_libre()
        self._control = Controller(self, hostname=self.host, port=self.puerto, ready_timeout=20)

    @property
    def ajustes(self) -> dict[str, Any]:
        """Returns the settings with which Django sends to this server."""
        return ajustes(self.puerto)

    @property
    def url(self) -> str:
        return f"smtp://{self.host}:{self.puerto}"

    def __enter__(self) -> Self:
        self._control.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._control.stop()

    async def handle_RCPT(
        self, server: SMTP, session: Session, sobre: Envelope, direccion: str, opciones: list[str]
    ) -> str:
        if "RCPT" in self.respuestas:
            return self._responder(server, "RCPT")
        # A single recipient may be refused too: {"RCPT nadie@x": "550 …"}.
        if f"RCPT {direccion}" in self.respuestas:
            return self._responder(server, f"RCPT {direccion}")
        sobre.rcpt_tos.append(direccion)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, sobre: Envelope) -> str:
        if "DATA" in self.respuestas:
            return self._responder(server, "DATA")
        self.sobres.append(sobre)
        self.recibidos.append(message_from_bytes(sobre.content, policy=policy.default))
        if "DESPUES" in self.respuestas:
            return self._responder(server, "DESPUES")
        return "250 OK"

    def _responder(self, server: SMTP, orden: str) -> str:
        respuesta = self.respuestas[orden]
        if self.solo_una_vez:
            self.respuestas = {}
        if respuesta == "soltar":
            server.transport.abort()
        return respuesta


def ajustes(puerto: int) -> dict[str, Any]:
    """Returns the settings with which Django sends to a server at this port."""
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": puerto,
        "EMAIL_USE_TLS": False,
        "EMAIL_USE_SSL": False,
        "EMAIL_HOST_USER": "",
        "EMAIL_HOST_PASSWORD": "",
    }


class ServidorLento:
    """Accepts, and then leaves `hacer(enchufe, fin)` to try the patience of whoever has called."""

    def __init__(self, hacer: Callable[[socket.socket, threading.Event], None]) -> None:
        self._hacer, self._fin = hacer, threading.Event()
        self._oido = socket.create_server(("127.0.0.1", 0))
        self.puerto: int = self._oido.getsockname()[1]
        self._hilo = threading.Thread(target=self._atender, name="smtp lento")

    def __enter__(self) -> Self:
        self._hilo.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._fin.set()
        self._hilo.join()
        self._oido.close()

    def _atender(self) -> None:
        self._oido.settimeout(10)
        enchufe, _ = self._oido.accept()
        with enchufe, contextlib.suppress(OSError):
            self._hacer(enchufe, self._fin)


def callar(enchufe: socket.socket, fin: threading.Event) -> None:
    """Never says a word."""
    fin.wait()


def gotear(enchufe: socket.socket, fin: threading.Event) -> None:
    """A letter at a time, and never the end of the line: each one would keep a socket's own time limit from passing."""
    while not fin.wait(0.05):
        enchufe.sendall(b"2")


def callar_al_final(enchufe: socket.socket, fin: threading.Event) -> None:
    """Takes the message, says so, and does not answer the goodbye."""
    orden = enchufe.makefile("rb")
    enchufe.sendall(b"220 lento\r\n")
    for linea in orden:
        if linea.upper().startswith(b"DATA"):
            enchufe.sendall(b"354 go on\r\n")
            while orden.readline().strip() != b".":
                pass
        if linea.upper().startswith(b"QUIT"):
            break
        enchufe.sendall(b"250 OK\r\n")
    fin.wait()
