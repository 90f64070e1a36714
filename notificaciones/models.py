"""The inbox of each user: the truth, and the log from which a device catches up."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .protocolo import TIPOS, Tipo


def nueva_epoca() -> str:
    """Returns a short random text; a cursor is only comparable within one epoch."""
    return secrets.token_hex(4)


class Bandeja(models.Model):
    """One row a user: the end of its sequence and its counters. Locked by whoever changes the inbox."""

    usuario = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        primary_key=True,
        related_name="bandeja",
        verbose_name=_("usuario"),
    )
    epoca = models.CharField(_("época"), max_length=16, default=nueva_epoca, editable=False)
    ultima_secuencia = models.PositiveBigIntegerField(_("última secuencia"), default=0)
    no_leidas = models.PositiveIntegerField(_("no leídas"), default=0)
    no_vistas = models.PositiveIntegerField(_("no vistas"), default=0)

    class Meta:
        verbose_name = _("bandeja")
        verbose_name_plural = _("bandejas")

    def __str__(self) -> str:
        return f"Bandeja {self.usuario_id}: {self.ultima_secuencia}"


class NotificacionQuerySet(models.QuerySet["Notificacion"]):
    """The states of a notification, by name."""

    def de(self, usuario_id: int) -> NotificacionQuerySet:
        return self.filter(usuario_id=usuario_id)

    def en_bandeja(self) -> NotificacionQuerySet:
        return self.filter(archivada_en=None)

    def archivadas(self) -> NotificacionQuerySet:
        # Not `exclude`: SQLite does not see that NOT (… IS NULL) is the condition of the partial index.
        return self.filter(archivada_en__isnull=False)

    def no_leidas(self) -> NotificacionQuerySet:
        return self.filter(archivada_en=None, leida_en=None)

    def no_vistas(self) -> NotificacionQuerySet:
        return self.filter(archivada_en=None, vista_en=None)


class Notificacion(models.Model):
    """One notification of one user. Written by `servicios` alone."""

    usuario = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="notificaciones",
        db_index=False,
        verbose_name=_("usuario"),
    )
    numero = models.PositiveBigIntegerField(_("número"), help_text=_("Su secuencia al crearse."))
    secuencia = models.PositiveBigIntegerField(_("secuencia"), help_text=_("La de su último cambio."))
    tipo = models.CharField(_("tipo"), max_length=40)
    titulo = models.CharField(_("título"), max_length=200)
    mensaje = models.CharField(_("mensaje"), max_length=1000, blank=True)
    datos = models.JSONField(_("datos"), default=dict, blank=True)
    # NULL and not "": rows without a key must not be alike in the unique constraint.
    clave = models.CharField(  # noqa: DJ001
        _("clave"),
        max_length=120,
        null=True,
        blank=True,
        help_text=_("Una tarea repetida no notifica dos veces."),
    )
    enlace = models.CharField(_("enlace"), max_length=300, blank=True)
    creada = models.DateTimeField(_("creada"))
    vista_en = models.DateTimeField(_("vista"), null=True, blank=True)
    leida_en = models.DateTimeField(_("leída"), null=True, blank=True)
    archivada_en = models.DateTimeField(_("archivada"), null=True, blank=True)

    objects = NotificacionQuerySet.as_manager()

    class Meta:
        verbose_name = _("notificación")
        verbose_name_plural = _("notificaciones")
        constraints = [
            models.UniqueConstraint(fields=["usuario", "numero"], name="notificacion_numero_unico"),
            models.UniqueConstraint(fields=["usuario", "secuencia"], name="notificacion_secuencia_unica"),
            models.UniqueConstraint(
                fields=["usuario", "clave"],
                condition=models.Q(clave__isnull=False),
                name="notificacion_clave_unica",
            ),
        ]
        indexes = [
            models.Index(
                fields=["usuario", "-numero"],
                condition=models.Q(archivada_en=None),
                name="notificacion_en_bandeja",
            ),
            models.Index(
                fields=["usuario", "-numero"],
                condition=models.Q(archivada_en=None, leida_en=None),
                name="notificacion_no_leida",
            ),
            models.Index(
                fields=["usuario", "-numero"],
                condition=models.Q(archivada_en__isnull=False),
                name="notificacion_archivada",
            ),
            models.Index(fields=["creada"], name="notificacion_creada"),
        ]

    def __str__(self) -> str:
        return f"{self.tipo} {self.numero}: {self.titulo}"

    @property
    def clase(self) -> Tipo:
        """Its kind; a kind that is no longer declared shows as a plain notice."""
        return TIPOS.get(self.tipo, TIPOS["aviso"])

    @property
    def leida(self) -> bool:
        return self.leida_en is not None

    @property
    def vista(self) -> bool:
        return self.vista_en is not None

    @property
    def archivada(self) -> bool:
        return self.archivada_en is not None
