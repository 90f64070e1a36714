"""The files of a photo: their names, and writing, opening and deleting them wherever they are kept."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterable
from pathlib import Path

from django.core.files.base import ContentFile, File
from django.core.files.storage import storages

from .models import TAMANOS, ImagenUsuario

EXTENSIONES = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp"}
FORMATOS_PUBLICOS = ("jpg", "webp")


def guardar_original(imagen: ImagenUsuario, contenido: bytes) -> str:
    """Returns the name under which the original is kept. Raises OSError, and leaves nothing, where it cannot be."""
    ruta = f"{imagen.usuario_id}/{imagen.nombre_publico}.{EXTENSIONES[imagen.formato]}"
    return storages["privadas"].save(ruta, ContentFile(contenido))


def guardar_publicas(nombre_publico: str, carpeta: Path) -> dict[str, str]:
    """Keeps what was drawn into the folder; returns the names of the JPEGs by size. The same photo has the same names."""
    publicas = storages["publicas"]
    for tamano in TAMANOS:
        for formato in FORMATOS_PUBLICOS:
            with (carpeta / f"{tamano}.{formato}").open("rb") as archivo:
                publicas.save(f"{nombre_publico}/{tamano}.{formato}", File(archivo))
    return {tamano: f"{nombre_publico}/{tamano}.jpg" for tamano in TAMANOS}


def bajar_original(imagen: ImagenUsuario, destino: Path) -> None:
    """Writes the original to a file of this machine."""
    origen = storages["privadas"].open(imagen.archivo_original.name or "")
    with origen, destino.open("wb") as copia:
        shutil.copyfileobj(origen, copia)


def de(imagen: ImagenUsuario) -> list[tuple[str, str]]:
    """Returns alias of the storage and name of every file that the photo has or may come to have."""
    nombre = imagen.nombre_publico
    publicas = [f"{nombre}/{tamano}.{formato}" for tamano in TAMANOS for formato in FORMATOS_PUBLICOS]
    return [("privadas", imagen.archivo_original.name or ""), *(("publicas", uno) for uno in publicas)]


def borrar(archivos: Iterable[tuple[str, str]]) -> None:
    """Deletes the files; what is gone is gone. Raises OSError where the storage does not let it."""
    carpetas = set()
    for alias, nombre in archivos:
        storages[alias].delete(nombre)
        carpetas.add((alias, nombre.rpartition("/")[0]))
    for alias, carpeta in carpetas:
        # An empty folder of a disk; other storages have no folders.
        with contextlib.suppress(OSError, NotImplementedError):
            Path(storages[alias].path(carpeta)).rmdir()
