"""What a camera wrote into a photo, as text and numbers. Pure Pillow; GPS apart, as it says where somebody lives."""

from __future__ import annotations

import math
import re
from datetime import datetime
from typing import Any

from PIL import Image
from PIL.ExifTags import GPS, IFD, Base

LARGO = 120
TEXTOS = {
    "fabricante": Base.Make,
    "camara": Base.Model,
    "programa": Base.Software,
    "autor": Base.Artist,
    "derechos": Base.Copyright,
}
NUMEROS = {"apertura": Base.FNumber, "distancia_focal": Base.FocalLength, "iso": Base.ISOSpeedRatings}


def leer(imagen: Image.Image) -> tuple[dict[str, str | float], dict[str, float] | None]:
    """Returns what is known of camera, date and exposure; and latitude and longitude, None where they are not there."""
    exif = imagen.getexif()
    camara = {**dict(exif), **exif.get_ifd(IFD.Exif)}
    hallado: dict[str, str | float | None] = {
        **{nombre: _texto(camara.get(etiqueta)) for nombre, etiqueta in TEXTOS.items()},
        "objetivo": _texto(camara.get(Base.LensModel)),
        "fecha": _fecha(camara.get(Base.DateTimeOriginal) or camara.get(Base.DateTime)),
        "exposicion": _exposicion(_numero(camara.get(Base.ExposureTime))),
        **{nombre: _numero(camara.get(etiqueta)) for nombre, etiqueta in NUMEROS.items()},
    }
    metadatos = {nombre: valor for nombre, valor in hallado.items() if valor not in {None, ""}}
    return {n: v for n, v in metadatos.items() if v is not None}, _ubicacion(exif.get_ifd(IFD.GPSInfo))


def _texto(valor: Any) -> str | None:
    if isinstance(valor, bytes):
        valor = valor.decode("utf-8", "replace")
    if not isinstance(valor, str):
        return None
    visible = "".join(letra for letra in valor if letra.isprintable())
    return " ".join(visible.split())[:LARGO]


def _numero(valor: Any) -> float | None:
    """Returns a finite number, whole where it is; cameras write divisions by zero too."""
    if isinstance(valor, tuple) and valor:
        valor = valor[0]
    try:
        numero = float(valor)
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
    if not math.isfinite(numero) or abs(numero) > 1e9:
        return None
    return int(numero) if numero == int(numero) else round(numero, 6)


def _exposicion(segundos: float | None) -> str | None:
    """Returns "1/250" or "2.5", in seconds, as cameras show it."""
    if segundos is None or segundos <= 0:
        return None
    return f"1/{round(1 / segundos)}" if segundos < 0.3 else f"{segundos:g}"


def _fecha(valor: Any) -> str | None:
    """Returns ISO 8601 without a zone: the camera's clock has none."""
    texto = _texto(valor) or ""
    if not re.fullmatch(r"\d{4}:\d\d:\d\d \d\d:\d\d:\d\d", texto):
        return None
    try:
        return datetime.strptime(texto, "%Y:%m:%d %H:%M:%S").isoformat()
    except ValueError:
        return None


def _ubicacion(gps: dict[int, Any]) -> dict[str, float] | None:
    latitud = _grados(gps.get(GPS.GPSLatitude), gps.get(GPS.GPSLatitudeRef), "S", 90)
    longitud = _grados(gps.get(GPS.GPSLongitude), gps.get(GPS.GPSLongitudeRef), "W", 180)
    if latitud is None or longitud is None:
        return None
    altitud = _numero(gps.get(GPS.GPSAltitude))
    return {
        "latitud": latitud,
        "longitud": longitud,
        **({"altitud": round(altitud, 1)} if altitud is not None else {}),
    }


def _grados(valor: Any, lado: Any, negativo: str, maximo: int) -> float | None:
    """Returns degrees with decimals of degrees, minutes and seconds."""
    if not isinstance(valor, tuple) or len(valor) != 3:
        return None
    partes = [_numero(parte) for parte in valor]
    if any(parte is None for parte in partes):
        return None
    grados = sum((parte or 0) / 60**lugar for lugar, parte in enumerate(partes))
    signo = -1 if _texto(lado) == negativo else 1
    return round(signo * grados, 6) if grados <= maximo else None
