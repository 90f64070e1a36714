"""Why a photo, or what is asked of one, is refused.

ErrorDeImagen
├── ArchivoVacio           400
├── FormatoDesconocido     400
├── ArchivoTruncado        400
├── DemasiadosPixeles      400
├── TextoInvalido          400
├── MotivoVacio            400
├── ArchivoGrande          413
├── ImagenDesconocida      404
├── ProductoDesconocido    404
├── CuotaLlena             409
└── SinAlmacen             503
"""

from __future__ import annotations

from typing import ClassVar, Self

from django.utils.translation import gettext

from .cabecera import PIXELES_MAXIMOS

BYTES_MAXIMOS = 15 * 1024 * 1024


class ErrorDeImagen(Exception):
    """A refusal: `codigo` for programs, `estado` for HTTP, `mensaje` for people, in their language."""

    codigo: ClassVar[str]
    estado: ClassVar[int] = 400

    def __init__(self, mensaje: str) -> None:
        super().__init__(mensaje)
        self.mensaje = mensaje


class ArchivoVacio(ErrorDeImagen):
    """0 bytes."""

    codigo = "vacia"

    def __init__(self) -> None:
        super().__init__(gettext("El archivo está vacío."))


class FormatoDesconocido(ErrorDeImagen):
    """Something else than a JPEG, PNG or WebP, whatever its name says."""

    codigo = "formato"

    def __init__(self) -> None:
        super().__init__(gettext("El archivo no es una foto JPEG, PNG o WebP."))


class ArchivoTruncado(ErrorDeImagen):
    """Its end is missing."""

    codigo = "truncada"

    def __init__(self) -> None:
        super().__init__(gettext("La foto está incompleta: le falta el final. Cópiala de nuevo."))


class DemasiadosPixeles(ErrorDeImagen):
    """More pixels than are decoded, all frames together."""

    codigo = "demasiados_pixeles"

    def __init__(self, ancho: int, alto: int) -> None:
        super().__init__(
            gettext("La foto mide %(ancho)s × %(alto)s píxeles; se aceptan hasta %(maximo)s megapíxeles.")
            % {"ancho": ancho, "alto": alto, "maximo": PIXELES_MAXIMOS // 1_000_000}
        )


class ArchivoGrande(ErrorDeImagen):
    """Over BYTES_MAXIMOS."""

    codigo = "demasiado_grande"
    estado = 413

    def __init__(self) -> None:
        super().__init__(
            gettext("El archivo pesa más de %(maximo)s MB.") % {"maximo": BYTES_MAXIMOS // 1024 // 1024}
        )


class TextoInvalido(ErrorDeImagen):
    """A description or a reason that is too long, or not to be shown to others."""

    codigo = "texto_invalido"

    @classmethod
    def largo(cls, maximo: int) -> Self:
        """Returns the one for a text of more than so many letters."""
        return cls(gettext("El texto debe tener hasta %(maximo)s letras.") % {"maximo": maximo})


class MotivoVacio(ErrorDeImagen):
    """Whose photo is rejected is told why."""

    codigo = "motivo_vacio"

    def __init__(self) -> None:
        super().__init__(gettext("Escribe el motivo del rechazo."))


class ImagenDesconocida(ErrorDeImagen):
    """No such photo, or somebody else's: the answer is the same for both."""

    codigo = "imagen_desconocida"
    estado = 404

    def __init__(self) -> None:
        super().__init__(gettext("Esa foto no existe."))


class ProductoDesconocido(ErrorDeImagen):
    """No such product, or somebody else's."""

    codigo = "producto_desconocido"
    estado = 404

    def __init__(self) -> None:
        super().__init__(gettext("Ese producto no existe."))


class CuotaLlena(ErrorDeImagen):
    """The user's originals would take more than they may."""

    codigo = "cuota"
    estado = 409

    def __init__(self, megas: int) -> None:
        super().__init__(
            gettext("No cabe: tus fotos pueden ocupar %(megas)s MB en total. Borra alguna.")
            % {"megas": megas}
        )


class SinAlmacen(ErrorDeImagen):
    """The disk is full, or what stands in its place does not answer. Nothing was kept."""

    codigo = "sin_almacen"
    estado = 503

    def __init__(self) -> None:
        super().__init__(gettext("No pudimos guardar la foto. Inténtalo en unos minutos."))
