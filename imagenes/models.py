"""Photos: the original, its public versions, and how far each step of the work on it has come."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# The longer side of each public version in pixels, by the field that names its file: archivo_<name>.
TAMANOS = {"thumbnail": 150, "medium": 640, "large": 1080}
LARGO_DE_DESCRIPCION = 300
LARGO_DE_MOTIVO = 300


def nombre_nuevo() -> str:
    """Returns a name that nobody guesses: 128 random bits."""
    return secrets.token_urlsafe(16)


def privadas() -> Storage:
    """Returns where originals are kept."""
    return storages["privadas"]


def publicas() -> Storage:
    """Returns where public versions are kept."""
    return storages["publicas"]


class Paso(models.TextChoices):
    """How far a step is. A failed one was tried as often as it may be."""

    PENDIENTE = "pendiente", _("pendiente")
    HECHO = "hecho", _("hecho")
    FALLO = "fallo", _("falló")


class Moderacion(models.TextChoices):
    """What was decided about showing a photo to others."""

    PENDIENTE = "pendiente", _("por revisar")
    APROBADA = "aprobada", _("aprobada")
    RECHAZADA = "rechazada", _("rechazada")


# The steps that run side by side, in the order in which people read them; each has its column paso_<name>.
PASOS = ("miniaturas", "metadatos", "analisis")


class ImagenUsuario(models.Model):
    """One photo of a user's. Each task writes only its own columns: they run side by side."""

    usuario = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        # Deleting the rows would leave their files: `servicios.borrar` comes first.
        models.PROTECT,
        related_name="imagenes",
        db_index=False,
        verbose_name=_("usuario"),
    )
    producto = models.ForeignKey(
        "ventas.Producto",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="imagenes",
        db_index=False,
        verbose_name=_("producto"),
    )
    nombre_publico = models.CharField(
        _("nombre público"), max_length=32, unique=True, default=nombre_nuevo, editable=False
    )
    archivo_original = models.FileField(_("original"), storage=privadas, max_length=120)
    archivo_thumbnail = models.FileField(_("miniatura"), storage=publicas, max_length=120, blank=True)
    archivo_medium = models.FileField(_("mediana"), storage=publicas, max_length=120, blank=True)
    archivo_large = models.FileField(_("grande"), storage=publicas, max_length=120, blank=True)
    descripcion = models.CharField(_("descripción"), max_length=LARGO_DE_DESCRIPCION, blank=True, default="")
    formato = models.CharField(_("formato"), max_length=8, help_text=_("Del original: JPEG, PNG o WEBP."))
    bytes = models.PositiveIntegerField(_("bytes"), help_text=_("Lo que ocupa el original."))
    ancho = models.PositiveIntegerField(_("ancho"), help_text=_("En píxeles, ya derecha."))
    alto = models.PositiveIntegerField(_("alto"), help_text=_("En píxeles, ya derecha."))

    metadatos = models.JSONField(
        _("metadatos"), default=dict, blank=True, help_text=_("De la cámara; solo los ve quien la subió.")
    )
    ubicacion = models.JSONField(
        _("ubicación"),
        null=True,
        blank=True,
        help_text=_("Dónde se tomó: latitud y longitud; solo la ve quien la subió, y puede borrarla."),
    )
    ubicacion_borrada = models.BooleanField(_("ubicación borrada"), default=False, editable=False)

    contenido_seguro = models.BooleanField(
        _("contenido seguro"), null=True, blank=True, help_text=_("Según el servicio; vacío si no opinó.")
    )
    confianza_analisis = models.FloatField(_("confianza del análisis"), null=True, blank=True)
    moderacion = models.CharField(
        _("moderación"), max_length=10, choices=Moderacion.choices, default=Moderacion.PENDIENTE
    )
    motivo = models.CharField(_("motivo"), max_length=LARGO_DE_MOTIVO, blank=True, default="")
    revisada_por = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("revisada por"),
    )
    revisada_en = models.DateTimeField(_("revisada"), null=True, blank=True)

    paso_miniaturas = models.CharField(
        _("miniaturas"), max_length=10, choices=Paso.choices, default=Paso.PENDIENTE
    )
    paso_metadatos = models.CharField(
        _("metadatos leídos"), max_length=10, choices=Paso.choices, default=Paso.PENDIENTE
    )
    paso_analisis = models.CharField(
        _("análisis"), max_length=10, choices=Paso.choices, default=Paso.PENDIENTE
    )
    procesamiento_completo = models.BooleanField(_("procesada"), default=False)
    vuelta = models.PositiveSmallIntegerField(
        _("vuelta"), default=0, editable=False, help_text=_("Cuántas veces se pidió rehacer un paso.")
    )
    remates = models.PositiveSmallIntegerField(
        _("remates"), default=0, editable=False, help_text=_("Cuántas veces hubo que retomarla.")
    )
    creada = models.DateTimeField(_("subida"), default=timezone.now, editable=False)
    actualizada = models.DateTimeField(_("actualizada"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("foto")
        verbose_name_plural = _("fotos")
        ordering = ["-creada", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ancho__gte=1, alto__gte=1, bytes__gte=1), name="imagen_con_medidas"
            ),
            models.CheckConstraint(
                condition=models.Q(confianza_analisis__isnull=True)
                | models.Q(confianza_analisis__gte=0, confianza_analisis__lte=1),
                name="imagen_confianza_de_0_a_1",
            ),
            models.CheckConstraint(
                condition=~models.Q(moderacion="rechazada", motivo=""), name="imagen_rechazo_con_motivo"
            ),
        ]
        indexes = [
            models.Index(fields=["usuario", "-creada", "-id"], name="imagen_del_usuario"),
            models.Index(
                fields=["producto", "-creada"],
                condition=models.Q(moderacion="aprobada", producto__isnull=False),
                name="imagen_del_producto",
            ),
            models.Index(
                fields=["creada"],
                condition=models.Q(moderacion="pendiente", procesamiento_completo=True),
                name="imagen_por_revisar",
            ),
            models.Index(
                fields=["actualizada"],
                condition=models.Q(procesamiento_completo=False),
                name="imagen_sin_acabar",
            ),
        ]

    def __str__(self) -> str:
        return f"Foto {self.pk} de {self.usuario_id}"

    @property
    def es_publica(self) -> bool:
        """Returns whether others than its owner and staff may see it."""
        return self.moderacion == Moderacion.APROBADA and self.paso_miniaturas == Paso.HECHO

    @property
    def con_fallo(self) -> list[str]:
        """Returns the names of the steps that failed for good."""
        return [paso for paso in PASOS if self.paso(paso) == Paso.FALLO]

    @property
    def pasos_terminados(self) -> int:
        """Returns how many steps need nothing more, of len(PASOS)."""
        return sum(self.paso(nombre) != Paso.PENDIENTE for nombre in PASOS)

    def paso(self, nombre: str) -> str:
        """Returns how far one of PASOS is."""
        return {
            "miniaturas": self.paso_miniaturas,
            "metadatos": self.paso_metadatos,
            "analisis": self.paso_analisis,
        }[nombre]

    def url_de(self, tamano: str, formato: str = "jpg") -> str:
        """Returns the path of a public version, one of TAMANOS as "jpg" or "webp"; "" while there is none."""
        if not self.archivo_de(tamano):
            return ""
        return reverse("imagenes:publica", args=[self.nombre_publico, tamano, formato])

    def archivo_de(self, tamano: str, formato: str = "jpg") -> str:
        """Returns the name in the storage "publicas" of one of TAMANOS; "" while there is none."""
        archivo = {
            "thumbnail": self.archivo_thumbnail,
            "medium": self.archivo_medium,
            "large": self.archivo_large,
        }[tamano]
        return (archivo.name or "").removesuffix("jpg") + formato if archivo else ""

    def medidas_de(self, tamano: str) -> tuple[int, int]:
        """Returns width and height of one of TAMANOS: never larger than the original."""
        escala = min(1.0, TAMANOS[tamano] / max(self.ancho, self.alto))
        return max(1, round(self.ancho * escala)), max(1, round(self.alto * escala))
