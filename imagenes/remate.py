"""The sweep: photos whose work stands still, because a worker or the count of a chord was lost."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from .models import PASOS, ImagenUsuario, Paso

# The end follows the last step at once.
SIN_FINAL = timedelta(seconds=60)
# Longer than all the tries of a moderation service; doubled each time, as a long queue is not a lost one.
SIN_PASO = timedelta(minutes=10)
VECES = 6
LOTE = 100

_CON_PENDIENTES = Q(*((f"paso_{paso}", Paso.PENDIENTE) for paso in PASOS), _connector=Q.OR)


def por_acabar() -> list[int]:
    """Returns photos of which every step has ended, and nobody came to say so."""
    quietas = _sin_acabar().exclude(_CON_PENDIENTES).filter(actualizada__lte=timezone.now() - SIN_FINAL)
    return list(quietas.values_list("pk", flat=True)[:LOTE])


def por_retomar() -> list[int]:
    """Returns photos that nothing happened to for long, and counts it; those of which there is no hope are given up."""
    ahora = timezone.now()
    quietas = Q()
    for veces in range(VECES):
        quietas |= Q(remates=veces, actualizada__lte=ahora - SIN_PASO * 2**veces)
    atascadas = _sin_acabar().filter(_CON_PENDIENTES)
    _rendirse(atascadas.filter(remates__gte=VECES, actualizada__lte=ahora - SIN_PASO * 2**VECES))
    suyas = []
    for imagen_id, visto in atascadas.filter(quietas).values_list("pk", "actualizada")[:LOTE]:
        # Of two sweeps at once one has it.
        libre = ImagenUsuario.objects.filter(pk=imagen_id, actualizada=visto)
        if libre.update(actualizada=ahora, remates=F("remates") + 1):
            suyas.append(imagen_id)
    return suyas


def _sin_acabar() -> QuerySet[ImagenUsuario]:
    return ImagenUsuario.objects.filter(procesamiento_completo=False).order_by("actualizada")


def _rendirse(perdidas: QuerySet[ImagenUsuario]) -> None:
    for imagen in perdidas[:LOTE]:
        fallidos = {f"paso_{paso}": Paso.FALLO for paso in PASOS if imagen.paso(paso) == Paso.PENDIENTE}
        ImagenUsuario.objects.filter(pk=imagen.pk).update(**fallidos)
