"""Names that people chose, as mails and invoices can carry them."""

from __future__ import annotations

import re

from django.contrib.auth.models import AbstractUser

# Ends of lines, other controls, and what turns the direction of a text around.
_CONTROLES = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


def una_linea(texto: str) -> str:
    """Returns the text as one line: a name may not begin a header, nor a line of its own among ours."""
    return " ".join(_CONTROLES.sub(" ", texto).split())


def nombre_de(usuario: AbstractUser) -> str:
    """Returns the full name where there is one, else the name of the account."""
    return una_linea(usuario.get_full_name()) or una_linea(usuario.get_username())
