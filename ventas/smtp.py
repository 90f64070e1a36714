"""The mail server: one message, one connection, one deadline; and which of its refusals no later try would mend."""

from __future__ import annotations

import contextlib
import smtplib
import socket
import threading
import time

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.smtp import EmailBackend

PLAZO = 30.0
DE_DJANGO = "django.core.mail.backends.smtp.EmailBackend"


def entregar(mensaje: EmailMessage) -> None:
    """Hands the message to the mail server, within PLAZO. Raises what the server or the network raised."""
    clase = f"{__name__}.CorreoConPlazo" if settings.EMAIL_BACKEND == DE_DJANGO else None
    conexion = get_connection(clase)
    try:
        conexion.send_messages([mensaje])
    finally:
        # Django leaves open what failed half way through its opening.
        conexion.close()


def es_definitivo(error: smtplib.SMTPException) -> bool:
    """Returns whether the server refused this recipient or this message for good, with a code of 5xx."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(500 <= codigo < 600 for codigo, _ in error.recipients.values())
    # A refused sender, name or password is the shop's to mend, not a fault of this message.
    return isinstance(error, smtplib.SMTPDataError) and 500 <= error.smtp_code < 600


def respuesta(error: smtplib.SMTPException) -> str:
    """Returns what the server said, in one line: "550 No such user"."""
    codigo: int
    texto: bytes | str
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codigo, texto = next(iter(error.recipients.values()))
    elif isinstance(error, smtplib.SMTPResponseException):
        codigo, texto = error.smtp_code, error.smtp_error
    else:
        return str(error)
    dicho = texto.decode(errors="replace") if isinstance(texto, bytes) else texto
    return " ".join(f"{codigo} {dicho}".split())[:200]


class _ConPlazo:
    """Cuts the connection when time is up. A socket's own time limit begins anew with each byte that trickles in."""

    sock: socket.socket | None
    _reloj: threading.Timer | None = None

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        desde = time.monotonic()
        enchufe: socket.socket = super()._get_socket(host, port, timeout)  # type: ignore[misc]
        resta = max(PLAZO - (time.monotonic() - desde), 0.1)
        self._reloj = threading.Timer(resta, self._cortar)
        self._reloj.daemon = True
        self._reloj.start()
        return enchufe

    def close(self) -> None:
        if self._reloj is not None:
            self._reloj.cancel()
        super().close()  # type: ignore[misc]

    def _cortar(self) -> None:
        if self.sock is not None:
            with contextlib.suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)


class _Smtp(_ConPlazo, smtplib.SMTP):
    pass


class _SmtpCifrado(_ConPlazo, smtplib.SMTP_SSL):
    pass


class CorreoConPlazo(EmailBackend):
    """Django's own, whose whole conversation ends by PLAZO."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _SmtpCifrado if self.use_ssl else _Smtp
