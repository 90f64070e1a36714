"""What the steps of the work on a photo write: each its own columns, and its owner sees it."""

from __future__ import annotations

import logging
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from . import archivos
from .avisos import AvisoDeFoto, avisar_de_cola, decir_paso
from .models import PASOS, ImagenUsuario, Moderacion, Paso

logger = logging.getLogger(__name__)


def por_hacer(imagen_id: int, paso: str) -> ImagenUsuario | None:
    """Returns the photo where this step is still to be done; None is no failure."""
    imagen = ImagenUsuario.objects.filter(pk=imagen_id).first()
    if imagen is None:
        logger.warning("Photo %s does not exist: nothing to do for it.", imagen_id)
    return imagen if imagen and imagen.paso(paso) == Paso.PENDIENTE else None


def anotar(imagen: ImagenUsuario, paso: str, estado: Paso = Paso.HECHO, **campos: Any) -> None:
    """Writes that a step has ended, with its columns. Where the photo was deleted meanwhile, its new files go too."""
    campos |= {f"paso_{paso}": estado, "actualizada": timezone.now()}
    if not ImagenUsuario.objects.filter(pk=imagen.pk).update(**campos):
        archivos.borrar(archivos.de(imagen))
        return
    ahora = ImagenUsuario.objects.filter(pk=imagen.pk).first()
    if ahora is not None:
        decir_paso(ahora, paso)


def dar_por_fallido(paso: str, imagen_id: int) -> None:
    """Writes that a step has failed for good: the photo goes on without it."""
    imagen = por_hacer(imagen_id, paso)
    if imagen is not None:
        anotar(imagen, paso, Paso.FALLO)


def decidir(imagen: ImagenUsuario, *, seguro: bool) -> None:
    """Writes what the service's answer means, unless a person has decided."""
    with translation.override(settings.LANGUAGE_CODE):
        motivo = "" if seguro else _("El servicio de moderación no la considera apta.")
    decision = Moderacion.APROBADA if seguro else Moderacion.RECHAZADA
    sin_revisar = ImagenUsuario.objects.filter(pk=imagen.pk, revisada_en__isnull=True)
    sin_revisar.update(moderacion=decision, motivo=motivo)


def acabar(imagen_id: int) -> bool:
    """Returns whether the work on the photo needs nobody any more; told once, by whoever comes first."""
    with transaction.atomic():
        imagen = ImagenUsuario.objects.select_for_update(of=("self",)).filter(pk=imagen_id).first()
        if imagen is None:
            return True
        if imagen.pasos_terminados < len(PASOS):
            # A step was asked for anew; who does it also ends it.
            return False
        if not imagen.procesamiento_completo:
            imagen.procesamiento_completo, imagen.actualizada = True, timezone.now()
            imagen.save(update_fields=["procesamiento_completo", "actualizada"])
            AvisoDeFoto(imagen).enviar()
    if imagen.moderacion == Moderacion.PENDIENTE:
        avisar_de_cola(imagen)
    return True
