"""What a notification says, checked before anything is written: bad input gets a sentence, not a half-sent batch."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .models import Notificacion
from .protocolo import TIPOS, codificar_ajeno

MAXIMO_DATOS = 8 * 1024
# NUL as JSON writes it: an even number of backslashes before it are texts that only look so.
NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


@dataclass(frozen=True, slots=True)
class Borrador:
    """A notification without its user. Raises ValueError, saying what came and what is needed."""

    tipo: str
    titulo: str
    mensaje: str = ""
    datos: dict[str, Any] = field(default_factory=dict)
    enlace: str = ""
    clave: str | None = None

    def __post_init__(self) -> None:
        tipo = TIPOS.get(self.tipo)
        if tipo is None:
            declarados = ", ".join(TIPOS)
            raise ValueError(
                f"Unknown tipo {self.tipo!r}. Declare it in protocolo.TIPOS before sending; declared are {declarados}."
            )
        self._revisar_texto("titulo", self.titulo, 1, 200)
        self._revisar_texto("mensaje", self.mensaje, 0, 1000)
        self._revisar_texto("enlace", self.enlace, 0, 300)
        if self.clave is not None:
            self._revisar_texto("clave", self.clave, 1, 120)
        if self.enlace and not _es_ruta(self.enlace):
            raise ValueError(
                f"enlace is {self.enlace!r}, but must be a path of this site such as '/ventas/7/'."
            )
        self._revisar_datos(tipo.claves)

    def _revisar_texto(self, nombre: str, valor: object, minimo: int, maximo: int) -> None:
        if not isinstance(valor, str) or not minimo <= len(valor) <= maximo:
            raise ValueError(
                f"{nombre} is {valor!r:.80}, but must be a text of {minimo} to {maximo} characters."
            )
        if "\x00" in valor or any("\ud800" <= letra <= "\udfff" for letra in valor):
            raise ValueError(
                f"{nombre} contains NUL or half a surrogate pair, which no database and no frame can hold."
            )

    def _revisar_datos(self, claves: tuple[str, ...]) -> None:
        faltan = [clave for clave in claves if clave not in self.datos]
        if faltan:
            raise ValueError(
                f"datos of {self.tipo!r} lacks {', '.join(faltan)}; it has {', '.join(self.datos) or 'nothing'}."
            )
        try:
            texto = codificar_ajeno(self.datos)
            tamano = len(texto.encode())
            if NUL.search(texto):
                raise ValueError("it contains NUL")
        except (TypeError, ValueError) as error:
            raise ValueError(f"datos cannot be written as JSON: {error}.") from error
        if tamano > MAXIMO_DATOS:
            raise ValueError(f"datos takes {tamano} bytes, but at most {MAXIMO_DATOS} are stored.")

    def fila(self, usuario_id: int, numero: int, creada: datetime) -> Notificacion:
        """Returns the row of one user, not saved."""
        return Notificacion(
            usuario_id=usuario_id,
            numero=numero,
            secuencia=numero,
            tipo=self.tipo,
            titulo=self.titulo,
            mensaje=self.mensaje,
            datos=self.datos,
            enlace=self.enlace,
            clave=self.clave,
            creada=creada,
        )


def _es_ruta(enlace: str) -> bool:
    """False for what leads to another site. Browsers strip control characters before they read an address."""
    limpio = all(letra > " " for letra in enlace)
    return limpio and enlace.startswith("/") and not enlace.startswith(("//", "/\\"))
