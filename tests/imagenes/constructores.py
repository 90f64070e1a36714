"""Photos with everything that cameras, editors and strangers put into them, made here."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from imagenes import servicios
from imagenes.models import ImagenUsuario

# The tasks that a photo goes through, in their order.
DE_LA_FOTO = (
    "procesar_imagen_subida",
    "generar_thumbnails",
    "extraer_metadatos",
    "analizar_contenido",
    "finalizar_procesamiento",
)
ROJO, VERDE, AZUL = (220, 30, 30), (30, 200, 60), (30, 60, 220)


def dibujo(ancho: int = 1200, alto: int = 800, modo: str = "RGB") -> Image.Image:
    """A picture of which one sees how it lies: red on the left, blue on the right, a green band on top."""
    imagen = Image.new("RGB", (ancho, alto), ROJO)
    trazo = ImageDraw.Draw(imagen)
    trazo.rectangle((ancho // 2, 0, ancho, alto), fill=AZUL)
    trazo.rectangle((0, 0, ancho, alto // 8), fill=VERDE)
    return imagen.convert(modo)


def guardada(imagen: Image.Image, formato: str = "JPEG", **opciones: Any) -> bytes:
    salida = io.BytesIO()
    imagen.save(salida, formato, **opciones)
    return salida.getvalue()


def foto(ancho: int = 1200, alto: int = 800, formato: str = "JPEG", **opciones: Any) -> bytes:
    return guardada(dibujo(ancho, alto), formato, **opciones)


def exif_de_camara() -> Image.Exif:
    """Camera, date, exposure, place, and a photo that lies on its side."""
    exif = Image.Exif()
    exif[0x0110] = "Camara de ana"
    exif[0x0112] = 6
    exif.get_ifd(0x8769).update({0x9003: "2026:11:20 10:30:00", 0x829A: 1 / 250, 0x829D: 2.8, 0x8827: 100})
    exif.get_ifd(0x8825).update({1: "N", 2: (20.0, 40.0, 12.0), 3: "W", 4: (103.0, 20.0, 36.0), 6: 1566.0})
    return exif


def png_de(ancho: int, alto: int) -> bytes:
    """A PNG that says that it is so large, in a few bytes."""
    cabeza = struct.pack(">IIBBBBB", ancho, alto, 8, 2, 0, 0, 0)
    piezas = [(b"IHDR", cabeza), (b"IDAT", zlib.compress(bytes(100_000))), (b"IEND", b"")]
    return _png(piezas)


def gif_de(cuadros: int, lado: int = 100) -> bytes:
    """A GIF of so many frames."""
    cabeza = b"GIF89a" + struct.pack("<HHBBB", lado, lado, 0x80, 0, 0) + bytes(6)
    cuadro = b"\x2c" + struct.pack("<HHHHB", 0, 0, lado, lado, 0) + b"\x02\x02\x4c\x01\x00"
    return cabeza + cuadro * cuadros + b"\x3b"


def subida(contenido: bytes, nombre: str = "foto.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(nombre, contenido, "image/jpeg")


def subir(usuario: Any, contenido: bytes | None = None, **campos: Any) -> ImagenUsuario:
    """The user uploads it; the work on it is promised, not done."""
    return servicios.recibir(
        usuario_id=usuario.pk, archivo=subida(foto() if contenido is None else contenido), **campos
    )


def foto_rota() -> bytes:
    """A JPEG that is whole, says what camera took it, and is coded in a way that nobody can decode."""
    return foto(300, 200, exif=exif_de_camara()).replace(b"\xff\xc0", b"\xff\xc5", 1)


def _png(piezas: list[tuple[bytes, bytes]]) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(datos)) + clase + datos + struct.pack(">I", zlib.crc32(clase + datos))
        for clase, datos in piezas
    )
