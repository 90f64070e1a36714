"""What people may type where others will read it."""

from __future__ import annotations

import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# They turn the text that follows around, the page's own included.
DE_SENTIDO = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
RENGLONES = frozenset("\t\n\r")
# Letters and symbols to Unicode, and nothing to the eye.
EN_BLANCO = frozenset("\u115f\u1160\u2800\u3164\uffa0")
SIN_TINTA = ("Cc", "Cf", "Cs", "Zs", "Zl", "Zp", "Mn", "Me")


def comprobar_texto(texto: str) -> None:
    """Raises ValidationError for what cannot be stored, shows nothing, or changes how its surroundings are read."""
    if any(_prohibida(letra) for letra in texto):
        raise ValidationError(_("El texto lleva caracteres de control. Escríbelo sin ellos."), code="control")
    if texto and not any(_se_ve(letra) for letra in texto):
        raise ValidationError(
            _("El texto no se ve. Escribe al menos una letra o una cifra."), code="invisible"
        )


def _prohibida(letra: str) -> bool:
    categoria = unicodedata.category(letra)
    return letra in DE_SENTIDO or categoria == "Cs" or (categoria == "Cc" and letra not in RENGLONES)


def _se_ve(letra: str) -> bool:
    return letra not in EN_BLANCO and unicodedata.category(letra) not in SIN_TINTA
