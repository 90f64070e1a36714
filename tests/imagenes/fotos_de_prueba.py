"""Photos of any state, with their files, as the work on them leaves them; and the people around them."""

from __future__ import annotations

import io
from typing import Any

from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import TestCase
from PIL import Image

from imagenes.models import TAMANOS, ImagenUsuario, nombre_nuevo
from tests.ventas.constructores import crear_usuario, entrar


def contenido(formato: str = "JPEG", tamano: tuple[int, int] = (64, 48)) -> bytes:
    """Returns the bytes of a small picture."""
    salida = io.BytesIO()
    Image.new("RGB", tamano, "teal").save(salida, formato)
    return salida.getvalue()


def archivo(nombre: str = "playa.jpg", datos: bytes | None = None) -> SimpleUploadedFile:
    """Returns a file as a form sends it."""
    return SimpleUploadedFile(nombre, contenido() if datos is None else datos, content_type="image/jpeg")


def crear_foto(
    usuario: User, descripcion: str = "", *, procesada: bool = True, **campos: Any
) -> ImagenUsuario:
    """A photo and its files; unless said, all work on it is done and nobody has looked at it yet."""
    nombre = nombre_nuevo()
    valores: dict[str, Any] = {"ancho": 64, "alto": 48, "formato": "JPEG", "bytes": len(contenido())}
    if procesada:
        valores |= {f"paso_{paso}": "hecho" for paso in ("miniaturas", "metadatos", "analisis")}
        valores |= {f"archivo_{tamano}": f"{nombre}/{tamano}.jpg" for tamano in TAMANOS}
        for tamano in TAMANOS:
            for extension, formato in (("jpg", "JPEG"), ("webp", "WEBP")):
                publica = ContentFile(contenido(formato, (32, 24)))
                storages["publicas"].save(f"{nombre}/{tamano}.{extension}", publica)
    original = storages["privadas"].save(f"{usuario.pk}/{nombre}.jpg", ContentFile(contenido()))
    return ImagenUsuario.objects.create(
        usuario=usuario,
        descripcion=descripcion,
        nombre_publico=nombre,
        archivo_original=original,
        procesamiento_completo=procesada,
        **{**valores, **campos},
    )


class ConFotos(TestCase):
    """Ana, who sells and is signed in at `cliente`, and carla, who must see nothing of hers."""

    def setUp(self) -> None:
        self.ana, self.carla = crear_usuario("ana"), crear_usuario("carla")
        self.cliente = entrar(self.ana)
