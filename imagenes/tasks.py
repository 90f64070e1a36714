"""What workers do with a photo: a chord of three steps side by side, and the end. Each may come twice.

A step's column is its ledger: what is done is not done again, and each task writes only its own columns. A step that fails
for good is recorded as any task is, and the chord goes on; what the chord loses, the sweep finds (remate.py).
"""

from __future__ import annotations

import logging
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

from billiard.einfo import ExceptionInfo
from celery import chord, shared_task
from celery.exceptions import Ignore, Reject, Retry
from django.conf import settings
from django.db import InterfaceError, OperationalError
from kombu.exceptions import OperationalError as IntermediarioCaido
from redis.exceptions import RedisError

from colas.encolado import encolar, terminar
from colas.periodos import una_vez_cada
from colas.tareas import CallbackTask, FalloDefinitivo

from . import archivos, moderacion, pasos, remate, revelado
from .models import ImagenUsuario

# The store, the database, Redis, the memory of this machine: later all may be well.
PASAJEROS = (OSError, OperationalError, InterfaceError, IntermediarioCaido, RedisError)
FALLO = "fallo"
logger = logging.getLogger(__name__)


class TareaDePaso(CallbackTask):
    """One of the steps side by side: when it fails for good that is recorded, and the others' chord goes on without it."""

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().__call__(*args, **kwargs)
        except (Retry, Ignore, Reject):
            raise
        except Exception as error:
            if self.request.called_directly:
                raise
            self.on_failure(error, self.request.id, args, kwargs, ExceptionInfo())
            return FALLO


def clave_de_imagen(imagen_id: int) -> str:
    """Returns the name under which the work on a photo is promised until it is done."""
    return f"imagen-{imagen_id}"


def prometer(imagen_id: int) -> None:
    """Promises the work on a photo in the caller's transaction, in the place of what was promised of it before."""
    terminar(clave_de_imagen(imagen_id))
    encolar(procesar_imagen_subida, imagen_id, clave=clave_de_imagen(imagen_id))


@shared_task(name="imagenes.tasks.procesar_imagen_subida", reintentar_por=PASAJEROS, termina_despues=True)
def procesar_imagen_subida(imagen_id: int) -> None:
    """Starts the chord: three steps side by side, then the end. Steps that are done end at once."""
    imagen = ImagenUsuario.objects.filter(pk=imagen_id).first()
    if imagen is None or imagen.procesamiento_completo:
        logger.info("Photo %s needs no work.", imagen_id)
        terminar(clave_de_imagen(imagen_id))
        return
    lado_a_lado = (generar_thumbnails, extraer_metadatos, analizar_contenido)
    chord([tarea.si(imagen_id) for tarea in lado_a_lado], finalizar_procesamiento.si(imagen_id)).apply_async()


@shared_task(
    name="imagenes.tasks.generar_thumbnails",
    base=TareaDePaso,
    reintentar_por=PASAJEROS,
    al_fallar=partial(pasos.dar_por_fallido, "miniaturas"),
    # A chord counts the results of its steps.
    ignore_result=False,
)
def generar_thumbnails(imagen_id: int) -> None:
    """Draws and keeps the public versions: 150, 640 and 1080 pixels, JPEG and WebP, without metadata."""
    imagen = pasos.por_hacer(imagen_id, "miniaturas")
    if imagen is None:
        return
    with tempfile.TemporaryDirectory() as carpeta:
        ancho, alto = _revelar(imagen, Path(carpeta), "versiones")["medidas"]
        nombres = archivos.guardar_publicas(imagen.nombre_publico, Path(carpeta))
    campos: dict[str, Any] = {f"archivo_{tamano}": nombre for tamano, nombre in nombres.items()}
    pasos.anotar(imagen, "miniaturas", ancho=ancho, alto=alto, **campos)


@shared_task(
    name="imagenes.tasks.extraer_metadatos",
    base=TareaDePaso,
    reintentar_por=PASAJEROS,
    al_fallar=partial(pasos.dar_por_fallido, "metadatos"),
    ignore_result=False,
)
def extraer_metadatos(imagen_id: int) -> None:
    """Reads what the camera wrote, as text and numbers; where it was stays apart, and forgotten once it was deleted."""
    imagen = pasos.por_hacer(imagen_id, "metadatos")
    if imagen is None:
        return
    with tempfile.TemporaryDirectory() as carpeta:
        leidos = _revelar(imagen, Path(carpeta), "exif")
    con_ubicacion = ImagenUsuario.objects.filter(pk=imagen_id, ubicacion_borrada=False)
    con_ubicacion.update(ubicacion=leidos["ubicacion"])
    pasos.anotar(imagen, "metadatos", metadatos=leidos["metadatos"])


@shared_task(
    name="imagenes.tasks.analizar_contenido",
    base=TareaDePaso,
    reintentar_por=(*PASAJEROS, moderacion.ServicioCaido),
    esperas=settings.MODERACION_REINTENTOS,
    al_fallar=partial(pasos.dar_por_fallido, "analisis"),
    ignore_result=False,
)
def analizar_contenido(imagen_id: int) -> None:
    """Asks the moderation service; without one, or when it does not answer, the photo waits for a person."""
    imagen = pasos.por_hacer(imagen_id, "analisis")
    if imagen is None:
        return
    foto = imagen
    dictamen = moderacion.moderador().juzgar(lambda: _mediana(foto))
    if dictamen is None:
        pasos.anotar(imagen, "analisis")
        return
    pasos.decidir(imagen, seguro=dictamen.seguro)
    pasos.anotar(imagen, "analisis", contenido_seguro=dictamen.seguro, confianza_analisis=dictamen.confianza)


@shared_task(name="imagenes.tasks.finalizar_procesamiento", reintentar_por=PASAJEROS)
def finalizar_procesamiento(imagen_id: int) -> None:
    """Says that the photo is done, once, and tells its owner; staff hears of what waits for a person."""
    if pasos.acabar(imagen_id):
        terminar(clave_de_imagen(imagen_id))


@shared_task(name="imagenes.tasks.borrar_archivos", reintentar_por=PASAJEROS)
def borrar_archivos(cuales: list[tuple[str, str]]) -> None:
    """Deletes the files of a photo that is no more."""
    archivos.borrar(cuales)


@shared_task(name="imagenes.tasks.rematar_atascadas")
@una_vez_cada(60)
def rematar_atascadas() -> None:
    """Has photos finished whose chord was lost."""
    for imagen_id in remate.por_acabar():
        encolar(finalizar_procesamiento, imagen_id, clave=f"imagen-{imagen_id}-final")
    for imagen_id in remate.por_retomar():
        prometer(imagen_id)


def _mediana(imagen: ImagenUsuario) -> bytes:
    """Returns the medium version as JPEG; the step that keeps it runs at the same time, so this draws its own."""
    with tempfile.TemporaryDirectory() as carpeta:
        _revelar(imagen, Path(carpeta), "mediana")
        return (Path(carpeta) / "medium.jpg").read_bytes()


def _revelar(imagen: ImagenUsuario, carpeta: Path, que: str) -> dict[str, Any]:
    try:
        archivos.bajar_original(imagen, carpeta / revelado.ORIGINAL)
        return revelado.pedir(que, carpeta)
    except FileNotFoundError as error:
        raise FalloDefinitivo(f"The original is gone: {error}") from error
    except revelado.NoSePuede as error:
        raise FalloDefinitivo(f"It cannot be decoded: {error}") from error
