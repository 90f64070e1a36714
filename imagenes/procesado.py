"""From an original to its public versions. Pure Pillow: it runs in a process of its own (cuarto_oscuro.py)."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image, ImageCms, ImageOps

FORMATOS = ("JPEG", "PNG", "WEBP")
# As in models.py, which a process without Django cannot import; a test compares.
LADOS = {"large": 1080, "medium": 640, "thumbnail": 150}
CALIDAD_JPEG, CALIDAD_WEBP = 82, 78
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


def hacer_versiones(original: Path, carpeta: Path) -> tuple[int, int]:
    """Draws each size as JPEG and WebP into the folder; returns width and height of the upright original."""
    imagen, medidas = abrir(original, LADOS["large"])
    for nombre, lado in LADOS.items():
        # Each from the one before it: the big one is read once.
        reducir(imagen, lado)
        guardar(imagen, carpeta / f"{nombre}.jpg")
        imagen.save(carpeta / f"{nombre}.webp", "WEBP", quality=CALIDAD_WEBP, method=4)
    return medidas


def hacer_mediana(original: Path, carpeta: Path) -> tuple[int, int]:
    """Draws only medium.jpg."""
    imagen, medidas = abrir(original, LADOS["medium"])
    guardar(imagen, carpeta / "medium.jpg")
    return medidas


def abrir(original: Path, lado: int) -> tuple[Image.Image, tuple[int, int]]:
    """Returns the picture, upright, in sRGB, at most so large, without anything besides its pixels; and its full size."""
    with Image.open(original, formats=FORMATOS) as archivo:
        tumbada = archivo.getexif().get(0x0112, 1) in {5, 6, 7, 8}
        medidas = (archivo.height, archivo.width) if tumbada else archivo.size
        # The decoder of JPEG itself can leave out pixels that nobody will see: some more than are needed remain.
        sobra = 1.5 * lado / max(archivo.size)
        archivo.draft(None, (round(archivo.width * sobra), round(archivo.height * sobra)))
        imagen: Image.Image = _sin_paleta(archivo)
        perfil = archivo.info.get("icc_profile")
        reducir(imagen, lado)
        ImageOps.exif_transpose(imagen, in_place=True)
    limpia = _a_rgb(imagen, perfil)
    limpia.info = {}
    return limpia, medidas


def reducir(imagen: Image.Image, lado: int) -> None:
    """Makes it at most so large, in its place; one that is small already stays."""
    imagen.thumbnail((lado, lado), Image.Resampling.LANCZOS, reducing_gap=2.0)


def guardar(imagen: Image.Image, destino: Path) -> None:
    """Writes it as JPEG, coarse first."""
    imagen.save(destino, "JPEG", quality=CALIDAD_JPEG, optimize=True, progressive=True)


def _sin_paleta(imagen: Image.Image) -> Image.Image:
    """Returns modes in which pixels can be mixed: a palette cannot, and 16 bits would be cut off instead of scaled."""
    if imagen.mode.startswith("I") or imagen.mode == "F":
        return imagen.convert("I").point(lambda valor: valor * (1 / 256) + 0).convert("L")
    if imagen.mode in {"P", "PA", "LA"} or "transparency" in imagen.info:
        return imagen.convert("RGBA")
    if imagen.mode == "1":
        return imagen.convert("L")
    imagen.load()
    return imagen


def _a_rgb(imagen: Image.Image, perfil: bytes | None) -> Image.Image:
    alfa = imagen.getchannel("A") if "A" in imagen.getbands() else None
    color = imagen.convert("RGB") if alfa else imagen
    color = _a_srgb(color, perfil) if perfil else color
    color = color.convert("RGB")
    if alfa is None:
        return color
    fondo = Image.new("RGB", color.size, "white")
    fondo.paste(color, mask=alfa)
    return fondo


def _a_srgb(imagen: Image.Image, perfil: bytes) -> Image.Image:
    try:
        origen = ImageCms.ImageCmsProfile(io.BytesIO(perfil))
        return ImageCms.profileToProfile(imagen, origen, SRGB, outputMode="RGB") or imagen
    except (ImageCms.PyCMSError, OSError, ValueError):
        # A profile that is broken, or of another mode, says nothing.
        return imagen
