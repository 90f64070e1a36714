"""A pass for clients without cookies: good for a minute and for the WebSocket alone, offered as a subprotocol.

It is the key of the session that asked for it, signed and encrypted: whoever listens with a pass is known, and sent away,
as whoever has the cookie is, and a page that holds a pass cannot make a cookie of it. Never in the URL, which every proxy logs.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.crypto import salted_hmac

SUBPROTOCOLO = "notificaciones.v1"
PREFIJO = "token."
VIGENCIA = 60
# Another purpose would have another one, and so another key.
SAL = "notificaciones.pase"


def emitir(clave_de_sesion: str) -> str:
    """Returns a pass, in letters that a subprotocol may have."""
    return _cifrado().encrypt(clave_de_sesion.encode()).decode().rstrip("=")


def leer(pase: str) -> str | None:
    """Returns the session key of a pass; None for one that is too old, or not ours."""
    relleno = "=" * (-len(pase) % 4)
    try:
        return _cifrado().decrypt((pase + relleno).encode(), ttl=VIGENCIA).decode()
    except InvalidToken:
        return None


def ofrecido(subprotocolos: Sequence[str]) -> str | None:
    """Returns the pass among the subprotocols that a client offers, None where there is none."""
    pases = (nombre for nombre in subprotocolos if nombre.startswith(PREFIJO))
    pase = next(pases, None)
    return None if pase is None else pase.removeprefix(PREFIJO)


def _cifrado() -> MultiFernet:
    """Encrypts with the key of today, and reads what those before it encrypted."""
    secretos = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return MultiFernet([Fernet(_clave(secreto)) for secreto in secretos])


def _clave(secreto: str) -> bytes:
    return urlsafe_b64encode(salted_hmac(SAL, "", secret=secreto, algorithm="sha256").digest())
