"""What a file says of itself before a pixel of it is decoded: format, size, and whether its end is there.

Pure, and by our own reading: a decoder that is handed a hostile file has begun to work on it.

CabeceraInvalida
├── Irreconocible      no picture of a known format
└── Incompleta         it begins well, and its end is missing
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass

PIXELES_MAXIMOS = 40_000_000
FORMATOS = ("JPEG", "PNG", "WEBP")
# A file of 15 MB may pretend to be of millions of pieces; a photo has hundreds.
PIEZAS_MAXIMAS = 100_000
# A segment of a JPEG may have filling before it.
SEGMENTO = re.compile(rb"\xff+[^\x00\xff]")
CON_MEDIDAS = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}


class CabeceraInvalida(Exception):
    """The file is no whole picture."""


class Irreconocible(CabeceraInvalida):
    """Nothing that is known begins so."""


class Incompleta(CabeceraInvalida):
    """It was cut off."""


@dataclass(frozen=True, slots=True)
class Cabecera:
    """What the file says of itself; a picture that moves has several frames."""

    formato: str
    ancho: int
    alto: int
    cuadros: int = 1

    @property
    def pixeles(self) -> int:
        return self.ancho * self.alto * self.cuadros


def leer(datos: bytes) -> Cabecera:
    """Returns what the file says of itself. Raises CabeceraInvalida."""
    for comienzo, leer_formato in LECTORES.items():
        if datos.startswith(comienzo):
            try:
                cabecera = leer_formato(datos)
            except (IndexError, struct.error) as error:
                raise Incompleta from error
            if cabecera.ancho < 1 or cabecera.alto < 1:
                raise Irreconocible
            return cabecera
    raise Irreconocible


def _jpeg(datos: bytes) -> Cabecera:
    medidas, lugar = (0, 0), 2
    for _ in range(PIEZAS_MAXIMAS):
        segmento = SEGMENTO.match(datos, lugar)
        if segmento is None:
            raise Incompleta
        marca, lugar = datos[segmento.end() - 1], segmento.end()
        if marca == 0xDA:
            break
        if marca in CON_MEDIDAS:
            alto, ancho = struct.unpack_from(">HH", datos, lugar + 3)
            medidas = (ancho, alto)
        (largo,) = struct.unpack_from(">H", datos, lugar)
        lugar += max(largo, 2)
    # From here on pixels: in them every 0xFF has a 0 or a restart behind it, so that this is the end and nothing else.
    if datos.find(b"\xff\xd9", lugar) < 0:
        raise Incompleta
    return Cabecera("JPEG", *medidas)


def _png(datos: bytes) -> Cabecera:
    if datos[12:16] != b"IHDR":
        raise Irreconocible
    ancho, alto = struct.unpack_from(">II", datos, 16)
    lugar, cuadros = 8, 1
    for _ in range(PIEZAS_MAXIMAS):
        largo, clase = struct.unpack_from(">I4s", datos, lugar)
        if clase == b"acTL":
            (cuadros,) = struct.unpack_from(">I", datos, lugar + 8)
        lugar += 12 + largo
        if clase == b"IEND":
            break
    if lugar > len(datos):
        raise Incompleta
    return Cabecera("PNG", ancho, alto, max(cuadros, 1))


def _webp(datos: bytes) -> Cabecera:
    if datos[8:12] != b"WEBP":
        raise Irreconocible
    final = 8 + struct.unpack_from("<I", datos, 4)[0]
    if final > len(datos):
        raise Incompleta
    medidas, cuadros = (0, 0), 0
    for clase, lugar in _piezas_de_riff(datos, final):
        if not any(medidas):
            medidas = _medidas_de_webp(clase, datos, lugar)
        cuadros += clase == b"ANMF"
    return Cabecera("WEBP", *medidas, max(cuadros, 1))


def _piezas_de_riff(datos: bytes, final: int) -> Iterator[tuple[bytes, int]]:
    lugar = 12
    for _ in range(PIEZAS_MAXIMAS):
        if lugar + 8 > final:
            return
        clase, largo = struct.unpack_from("<4sI", datos, lugar)
        yield clase, lugar + 8
        lugar += 8 + largo + largo % 2


def _medidas_de_webp(clase: bytes, datos: bytes, lugar: int) -> tuple[int, int]:
    if clase == b"VP8X":
        ancho, alto = (int.from_bytes(datos[lugar + n : lugar + n + 3], "little") for n in (4, 7))
        return ancho + 1, alto + 1
    if clase == b"VP8L":
        (bits,) = struct.unpack_from("<I", datos, lugar + 1)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if clase == b"VP8 ":
        ancho, alto = struct.unpack_from("<HH", datos, lugar + 6)
        return ancho & 0x3FFF, alto & 0x3FFF
    return 0, 0


def _gif(datos: bytes) -> Cabecera:
    """Counts frames only as far as they matter: no GIF is taken, but it is told apart why."""
    ancho, alto, opciones = struct.unpack_from("<HHB", datos, 6)
    lugar, cuadros = 13 + _paleta(opciones), 0
    for _ in range(PIEZAS_MAXIMAS):
        clase = datos[lugar]
        if clase == 0x2C:
            cuadros += 1
            lugar = _tras_bloques(datos, lugar + 11 + _paleta(datos[lugar + 9]))
        elif clase == 0x21:
            lugar = _tras_bloques(datos, lugar + 2)
        if clase not in {0x2C, 0x21} or cuadros * ancho * alto > PIXELES_MAXIMOS:
            break
    return Cabecera("GIF", ancho, alto, max(cuadros, 1))


def _paleta(opciones: int) -> int:
    return 3 << (opciones & 7) + 1 if opciones & 0x80 else 0


def _tras_bloques(datos: bytes, lugar: int) -> int:
    for _ in range(PIEZAS_MAXIMAS):
        if not datos[lugar]:
            break
        lugar += datos[lugar] + 1
    return lugar + 1


LECTORES: dict[bytes, Callable[[bytes], Cabecera]] = {
    b"\xff\xd8\xff": _jpeg,
    b"\x89PNG\r\n\x1a\n": _png,
    b"RIFF": _webp,
    b"GIF8": _gif,
}
