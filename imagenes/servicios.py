"""What people do with photos. Each function writes what must be true together, and promises the work on commit.

Whose photo it is, is in the query: for somebody else's there is the same ImagenDesconocida as for nobody's.
"""

from __future__ import annotations

import contextlib
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import models, transaction
from django.utils import timezone

from myproject.textos import comprobar_texto

from . import archivos, cabecera
from .avisos import AvisoDeDecision, decir_a_personal
from .encolado import prometer_borrado, prometer_procesado
from .errores import (
    BYTES_MAXIMOS,
    ArchivoGrande,
    ArchivoTruncado,
    ArchivoVacio,
    CuotaLlena,
    DemasiadosPixeles,
    FormatoDesconocido,
    ImagenDesconocida,
    MotivoVacio,
    ProductoDesconocido,
    SinAlmacen,
    TextoInvalido,
)
from .models import (
    LARGO_DE_DESCRIPCION,
    LARGO_DE_MOTIVO,
    PASOS,
    ImagenUsuario,
    Moderacion,
    Paso,
)


def recibir(*, usuario_id: int, archivo: File[Any], descripcion: str = "") -> ImagenUsuario:
    """Keeps a photo and promises the work on it. Raises an ErrorDeImagen, and keeps nothing, where it cannot.

    The file's own name is not looked at.
    """
    descripcion = _texto(descripcion, LARGO_DE_DESCRIPCION)
    contenido = _leer(archivo)
    medidas = comprobar(contenido)
    _comprobar_cuota(usuario_id, len(contenido))
    imagen = ImagenUsuario(
        usuario_id=usuario_id,
        descripcion=descripcion,
        formato=medidas.formato,
        bytes=len(contenido),
        ancho=medidas.ancho,
        alto=medidas.alto,
    )
    _guardar(imagen, contenido)
    return imagen


def comprobar(contenido: bytes) -> cabecera.Cabecera:
    """Returns what the file says of itself; raises an ErrorDeImagen for what is not taken. Decodes nothing."""
    try:
        medidas = cabecera.leer(contenido)
    except cabecera.Incompleta as error:
        raise ArchivoTruncado from error
    except cabecera.CabeceraInvalida as error:
        raise FormatoDesconocido from error
    if medidas.pixeles > cabecera.PIXELES_MAXIMOS:
        raise DemasiadosPixeles(medidas.ancho, medidas.alto)
    if medidas.formato not in cabecera.FORMATOS:
        raise FormatoDesconocido
    return medidas


def borrar(*, usuario_id: int, imagen_id: int) -> None:
    """Deletes the photo at once and promises that its files go. Raises ImagenDesconocida."""
    with transaction.atomic():
        imagen = _bloquear(imagen_id, usuario_id=usuario_id)
        prometer_borrado(imagen.pk, archivos.de(imagen))
        imagen.delete()


def describir(*, usuario_id: int, imagen_id: int, descripcion: str) -> None:
    """Says what is to be seen. Raises ImagenDesconocida, TextoInvalido."""
    _cambiar(usuario_id, imagen_id, descripcion=_texto(descripcion, LARGO_DE_DESCRIPCION))


def dar_a_producto(*, usuario_id: int, imagen_id: int, producto_id: int | None) -> None:
    """Gives the photo to one of the user's own products, or to none. Raises ImagenDesconocida, ProductoDesconocido."""
    if producto_id is not None:
        productos: Any = apps.get_model("ventas", "Producto")
        propios = productos.objects.filter(vendedor_id=usuario_id)
        if not 0 < producto_id < 2**63 or not propios.filter(pk=producto_id).exists():
            raise ProductoDesconocido
    _cambiar(usuario_id, imagen_id, producto_id=producto_id)


def borrar_ubicacion(*, usuario_id: int, imagen_id: int) -> bool:
    """Forgets where the photo was taken, also for when its metadata are read again; False when nothing was known."""
    with transaction.atomic():
        imagen = _bloquear(imagen_id, usuario_id=usuario_id)
        habia = imagen.ubicacion is not None
        imagen.ubicacion, imagen.ubicacion_borrada = None, True
        imagen.save(update_fields=["ubicacion", "ubicacion_borrada"])
    return habia


def aprobar(*, quien_id: int, imagen_id: int) -> bool:
    """Shows the photo to everybody and tells its owner; False when it was approved already. Raises ImagenDesconocida."""
    return _decidir(quien_id, imagen_id, Moderacion.APROBADA, "")


def rechazar(*, quien_id: int, imagen_id: int, motivo: str) -> bool:
    """Keeps the photo to its owner, who is told why; False when it was rejected already.

    Raises ImagenDesconocida, MotivoVacio, TextoInvalido.
    """
    motivo = _texto(motivo, LARGO_DE_MOTIVO)
    if not motivo:
        raise MotivoVacio
    return _decidir(quien_id, imagen_id, Moderacion.RECHAZADA, motivo)


def rehacer_paso(*, imagen_id: int, paso: str) -> None:
    """Has staff's wish done: one of PASOS begins anew, and the owner hears of its end. Raises ImagenDesconocida."""
    if paso not in PASOS:
        raise ValueError(f"paso is {paso!r}, but must be one of {', '.join(PASOS)}.")
    with transaction.atomic():
        imagen = _bloquear(imagen_id)
        setattr(imagen, f"paso_{paso}", Paso.PENDIENTE)
        imagen.procesamiento_completo, imagen.remates = False, 0
        imagen.vuelta += 1
        imagen.actualizada = timezone.now()
        campos = [f"paso_{paso}", "procesamiento_completo", "remates", "vuelta", "actualizada"]
        imagen.save(update_fields=campos)
        prometer_procesado(imagen.pk)


def _leer(archivo: File[Any]) -> bytes:
    if not archivo.size:
        raise ArchivoVacio
    if archivo.size > BYTES_MAXIMOS:
        raise ArchivoGrande
    archivo.seek(0)
    contenido: bytes = archivo.read(BYTES_MAXIMOS + 1)
    if len(contenido) > BYTES_MAXIMOS:
        raise ArchivoGrande
    return contenido


def _guardar(imagen: ImagenUsuario, contenido: bytes) -> None:
    """Writes the file and the row, or neither."""
    try:
        # Outside of the transaction: a store behind a network may take its time.
        imagen.archivo_original.name = archivos.guardar_original(imagen, contenido)
    except OSError as error:
        raise SinAlmacen from error
    try:
        _asentar(imagen)
    except BaseException:
        with contextlib.suppress(OSError):
            archivos.borrar(archivos.de(imagen)[:1])
        raise


def _asentar(imagen: ImagenUsuario) -> None:
    with transaction.atomic():
        # Two uploads at once each see the other's bytes.
        usuarios = get_user_model().objects.select_for_update(no_key=True)
        usuarios.get(pk=imagen.usuario_id)
        _comprobar_cuota(imagen.usuario_id, imagen.bytes)
        imagen.save(force_insert=True)
        prometer_procesado(imagen.pk)


def _comprobar_cuota(usuario_id: int, mas: int) -> None:
    suyas = ImagenUsuario.objects.filter(usuario_id=usuario_id)
    ocupan = suyas.aggregate(total=models.Sum("bytes"))["total"] or 0
    if ocupan + mas > settings.CUOTA_DE_FOTOS * 1024 * 1024:
        raise CuotaLlena(settings.CUOTA_DE_FOTOS)


def _texto(texto: str, maximo: int) -> str:
    texto = texto.strip()
    if len(texto) > maximo:
        raise TextoInvalido.largo(maximo)
    try:
        comprobar_texto(texto)
    except ValidationError as error:
        raise TextoInvalido(error.messages[0]) from error
    return texto


def _bloquear(imagen_id: int, **de_quien: int) -> ImagenUsuario:
    bloqueadas = ImagenUsuario.objects.select_for_update(of=("self",))
    imagen = bloqueadas.filter(pk=imagen_id, **de_quien).first() if 0 < imagen_id < 2**63 else None
    if imagen is None:
        raise ImagenDesconocida
    return imagen


def _cambiar(usuario_id: int, imagen_id: int, **campos: Any) -> None:
    suya = ImagenUsuario.objects.filter(usuario_id=usuario_id, pk=imagen_id)
    if not 0 < imagen_id < 2**63 or not suya.update(**campos):
        raise ImagenDesconocida


def _decidir(quien_id: int, imagen_id: int, decision: Moderacion, motivo: str) -> bool:
    with transaction.atomic():
        imagen = _bloquear(imagen_id)
        if imagen.moderacion == decision:
            return False
        imagen.moderacion, imagen.motivo = decision, motivo
        imagen.revisada_por_id, imagen.revisada_en = quien_id, timezone.now()
        imagen.save(update_fields=["moderacion", "motivo", "revisada_por", "revisada_en"])
        AvisoDeDecision(imagen).enviar()
        decir_a_personal(imagen)
    return True
