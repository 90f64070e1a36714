"""Reads the e-mails that Django's file backend wrote. Whatever lies in the folder, reading it never fails."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage, MIMEPart
from pathlib import Path, PurePosixPath
from typing import TypeVar

from django.conf import settings

# As Django names them: no other name is looked for, so that none leads out of the folder.
NOMBRE = re.compile(r"[0-9]{8}-[0-9]{6}-[0-9]{1,20}\.log", re.ASCII)
FIN = b"\n" + b"-" * 79 + b"\n"
MAXIMO_BYTES = 10 * 1024 * 1024
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Adjunto:
    nombre: str
    contenido: bytes


@dataclass(frozen=True, slots=True)
class Correo:
    """One e-mail: which of its file's it is, and whether all of it has been written."""

    archivo: str
    numero: int
    escrito: dt.datetime
    mensaje: EmailMessage
    entero: bool

    @property
    def asunto(self) -> str:
        return self._cabecera("Subject")

    @property
    def para(self) -> str:
        return self._cabecera("To")

    @property
    def cabeceras(self) -> list[tuple[str, str]]:
        return [(_limpio(nombre), self._cabecera(nombre)) for nombre in dict.fromkeys(self.mensaje.keys())]

    @property
    def texto(self) -> str | None:
        return self._cuerpo("plain")

    @property
    def html(self) -> str | None:
        return self._cuerpo("html")

    @property
    def adjuntos(self) -> list[Adjunto]:
        ningunos: list[MIMEPart] = []
        partes = _probar(lambda: list(self.mensaje.iter_attachments()), ningunos)
        return [_adjunto(parte, numero) for numero, parte in enumerate(partes, 1)]

    def _cabecera(self, nombre: str) -> str:
        return _probar(lambda: _limpio(", ".join(map(str, self.mensaje.get_all(nombre, [])))), "")

    def _cuerpo(self, subtipo: str) -> str | None:
        parte = _probar(lambda: self.mensaje.get_body((subtipo,)), None)
        if parte is None:
            return None
        bruto = _contenido(parte).decode(errors="replace")
        return _probar(lambda: _limpio(str(parte.get_content())), bruto)


def archivos() -> list[Path]:
    """Returns the files of e-mails, the newest first."""
    carpeta = Path(settings.EMAIL_FILE_PATH)
    if not carpeta.is_dir():
        return []
    propios = [ruta for ruta in carpeta.iterdir() if NOMBRE.fullmatch(ruta.name)]
    # A name begins with the second of its making; of those of one second the last one written comes first.
    return sorted(propios, key=lambda ruta: (ruta.name[:15], _escrito(ruta)), reverse=True)


def leer(nombre: str) -> list[Correo]:
    """Returns the e-mails in the file of that name, the oldest first; none where it is no file of e-mails, or gone."""
    ruta = Path(settings.EMAIL_FILE_PATH) / nombre
    if not NOMBRE.fullmatch(nombre) or ruta.is_symlink():
        return []
    try:
        with ruta.open("rb") as archivo:
            contenido = archivo.read(MAXIMO_BYTES)
    except OSError:
        return []
    escrito = dt.datetime.fromtimestamp(_escrito(ruta), dt.UTC)
    *enteros, resto = contenido.split(FIN)
    partes = [(parte, True) for parte in enteros] + ([(resto, False)] if resto.strip() else [])
    return [
        Correo(nombre, numero, escrito, message_from_bytes(parte, policy=policy.default), entero)
        for numero, (parte, entero) in enumerate(partes)
    ]


def _adjunto(parte: MIMEPart, numero: int) -> Adjunto:
    nombre = PurePosixPath(_probar(lambda: _limpio(parte.get_filename() or ""), "").replace("\\", "/")).name
    return Adjunto(re.sub(r"[\x00-\x1f\x7f]", "_", nombre)[:100] or f"adjunto-{numero}", _contenido(parte))


def _contenido(parte: MIMEPart) -> bytes:
    contenido: object = _probar(lambda: parte.get_payload(decode=True), None)
    return contenido if isinstance(contenido, bytes) else b""


def _escrito(ruta: Path) -> float:
    return _probar(lambda: ruta.stat().st_mtime, 0.0)


def _limpio(texto: str) -> str:
    """Returns the text without halves of surrogate pairs, which stand for bytes that were no text."""
    return texto.encode(errors="replace").decode()


def _probar(leer_algo: Callable[[], T], si_falla: T) -> T:
    """Returns what was read, or `si_falla`: the parser raises a dozen different errors on what is no e-mail."""
    try:
        return leer_algo()
    except Exception:
        return si_falla
