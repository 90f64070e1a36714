"""What is told of photos: to their owner, and to staff, who look at them."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from colas.fallidas import personal
from notificaciones.servicios import empujar, notificar, notificar_muchos

from .models import PASOS, ImagenUsuario, Moderacion, Paso


class AvisoDeFoto:
    """Tells the owner that the work on a photo is done, or what of it could not be."""

    tipo = "imagen_procesada"

    def __init__(self, imagen: ImagenUsuario) -> None:
        self.imagen = imagen
        self.clave = f"imagen-{imagen.pk}" + (f"-{imagen.vuelta}" if imagen.vuelta else "")

    def titulo(self) -> str:
        if self.imagen.con_fallo:
            return _("Tu foto quedó incompleta")
        return _("Tu foto está lista")

    def mensaje(self) -> str:
        if self.imagen.paso_miniaturas == Paso.FALLO:
            return _("No pudimos preparar sus tamaños; la tienda ya lo sabe.")
        if self.imagen.moderacion == Moderacion.APROBADA:
            return _("Ya puede verse en la tienda.")
        if self.imagen.moderacion == Moderacion.RECHAZADA:
            return _("No se mostrará en la tienda: %(motivo)s") % {"motivo": self.imagen.motivo}
        if self.imagen.paso_metadatos == Paso.FALLO:
            return _("No pudimos leer los datos de la cámara. Alguien de la tienda la revisará.")
        return _("Alguien de la tienda la revisará antes de mostrarla.")

    def datos(self) -> dict[str, object]:
        return {
            "imagen_id": self.imagen.pk,
            "url_thumbnail": self.imagen.url_de("thumbnail"),
            "moderacion": self.imagen.moderacion,
            "con_fallo": self.imagen.con_fallo,
        }

    def enviar(self) -> None:
        """Stores the notification in the caller's transaction; it is shown once that commits."""
        with translation.override(settings.LANGUAGE_CODE):
            notificar(
                usuario_id=self.imagen.usuario_id,
                tipo=self.tipo,
                titulo=self.titulo(),
                mensaje=self.mensaje(),
                datos=self.datos(),
                enlace=reverse("imagenes:detalle", args=[self.imagen.pk]),
                clave=self.clave,
            )


class AvisoDeDecision(AvisoDeFoto):
    """Tells the owner what a person has decided."""

    tipo = "aviso"

    def __init__(self, imagen: ImagenUsuario) -> None:
        super().__init__(imagen)
        momento = imagen.revisada_en or timezone.now()
        # Each decision is news, the same one twice is not.
        self.clave = f"imagen-{imagen.pk}-{imagen.moderacion}-{momento.timestamp():.6f}"

    def titulo(self) -> str:
        aprobada = self.imagen.moderacion == Moderacion.APROBADA
        return _("Tu foto fue aprobada") if aprobada else _("Tu foto no fue aprobada")


def decir_paso(imagen: ImagenUsuario, paso: str) -> None:
    """Shows on the owner's open pages that a step is done, or failed for good."""
    fallo = imagen.paso(paso) == Paso.FALLO
    evento = {"type": "imagen_progreso", "imagen_id": imagen.pk, "paso": paso, "fallo": fallo}
    evento |= {"hecho": imagen.pasos_terminados, "de": len(PASOS)}
    empujar(usuario_ids=[imagen.usuario_id], evento=evento)


def decir_a_personal(imagen: ImagenUsuario) -> None:
    """Has the open moderation pages look again."""
    evento = {"type": "imagen_progreso", "imagen_id": imagen.pk, "paso": "moderacion", "fallo": False}
    evento |= {"hecho": len(PASOS), "de": len(PASOS)}
    empujar(usuario_ids=personal(), evento=evento)


def avisar_de_cola(imagen: ImagenUsuario) -> None:
    """Tells staff, once an hour, that photos wait for them; the open pages hear of each.

    In a transaction of its own: whoever holds the owner's inbox must not wait for others.
    """
    with translation.override(settings.LANGUAGE_CODE):
        notificar_muchos(
            usuario_ids=personal(),
            tipo="aviso",
            titulo=_("Hay fotos por revisar"),
            mensaje=_("Nadie más las ve hasta que alguien las apruebe."),
            datos={"imagen_id": imagen.pk},
            enlace=reverse("imagenes:moderar"),
            clave=f"fotos-por-revisar-{timezone.localtime():%Y%m%d%H}",
        )
    decir_a_personal(imagen)
