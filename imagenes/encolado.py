"""What is promised of photos, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable

from colas.encolado import encolar, terminar

from .tasks import borrar_archivos, clave_de_imagen, prometer


def prometer_procesado(imagen_id: int) -> None:
    """Promises the work on a photo; what was promised of it before is promised no more."""
    prometer(imagen_id)


def prometer_borrado(imagen_id: int, archivos: Iterable[tuple[str, str]]) -> None:
    """Promises that these files (alias of the storage, name) go, once no row names them any more."""
    terminar(clave_de_imagen(imagen_id))
    encolar(borrar_archivos, list(archivos), clave=f"imagen-{imagen_id}-borrada")
