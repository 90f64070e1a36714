"""What is known of background work in the database, whatever brokers forget."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


def nueva_clave() -> str:
    return secrets.token_urlsafe(12)


class Pendiente(models.Model):
    """Work that was promised and is not known to be done. Written with what it follows from; gone when it is done."""

    clave = models.CharField(_("clave"), max_length=128, unique=True, default=nueva_clave)
    tarea = models.CharField(_("tarea"), max_length=200)
    argumentos = models.JSONField(_("argumentos"), default=list)
    cola = models.CharField(_("cola"), max_length=64)
    opciones = models.JSONField(_("opciones"), default=dict)
    encolada = models.BooleanField(_("en la cola"), default=False)
    desde = models.DateTimeField(
        _("siguiente intento"), help_text=_("Cuándo se encola, o se vuelve a encolar si no se sabe de ella.")
    )
    veces = models.PositiveSmallIntegerField(_("veces encolada"), default=0)
    creada = models.DateTimeField(_("creada"), default=timezone.now)

    class Meta:
        verbose_name = _("tarea pendiente")
        verbose_name_plural = _("tareas pendientes")
        ordering = ["creada", "pk"]
        indexes = [models.Index(fields=["desde"], name="pendiente_desde")]

    def __str__(self) -> str:
        return f"{self.tarea} {self.argumentos}"


class Efecto(models.Model):
    """An effect that may be made once: who claimed it, until when, and when it was done."""

    clave = models.CharField(_("clave"), max_length=160, unique=True)
    quien = models.CharField(_("quién"), max_length=200)
    ficha = models.CharField(max_length=32, editable=False)
    tomado_en = models.DateTimeField(_("tomado"))
    vence = models.DateTimeField(_("vence"))
    hecho_en = models.DateTimeField(_("hecho"), null=True, blank=True)
    intentos = models.PositiveSmallIntegerField(_("intentos"), default=0)

    class Meta:
        verbose_name = _("efecto")
        verbose_name_plural = _("efectos")
        indexes = [models.Index(fields=["tomado_en"], name="efecto_por_edad")]

    def __str__(self) -> str:
        return self.clave


class TareaFallida(models.Model):
    """A task that failed for good. Staff can run it again or put it aside."""

    tarea = models.CharField(_("tarea"), max_length=200)
    tarea_id = models.CharField(_("id de la ejecución"), max_length=64, unique=True)
    argumentos = models.JSONField(_("argumentos"), default=list)
    opciones = models.JSONField(_("argumentos con nombre"), default=dict)
    cola = models.CharField(_("cola"), max_length=64)
    error = models.CharField(_("error"), max_length=500)
    traza = models.TextField(_("traza"), blank=True, default="")
    intentos = models.PositiveSmallIntegerField(_("intentos"), default=1)
    trabajador = models.CharField(_("trabajador"), max_length=120, blank=True, default="")
    fallida_en = models.DateTimeField(_("falló"), default=timezone.now)
    reintentada_en = models.DateTimeField(_("reintentada"), null=True, blank=True)
    descartada_en = models.DateTimeField(_("descartada"), null=True, blank=True)
    atendida_por = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("atendida por"),
    )

    class Meta:
        verbose_name = _("tarea fallida")
        verbose_name_plural = _("tareas fallidas")
        ordering = ["-fallida_en", "-pk"]
        indexes = [
            models.Index(
                fields=["-fallida_en"],
                condition=models.Q(reintentada_en__isnull=True, descartada_en__isnull=True),
                name="fallida_abierta",
            )
        ]

    def __str__(self) -> str:
        return f"{self.tarea}: {self.error}"


class Entrega(models.Model):
    """How often a message came again after its worker was lost. Only such messages have a row."""

    tarea_id = models.CharField(max_length=64, primary_key=True)
    veces = models.PositiveSmallIntegerField(default=0)
    ultima = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("entrega repetida")
        verbose_name_plural = _("entregas repetidas")

    def __str__(self) -> str:
        return f"{self.tarea_id}: {self.veces}"


class Periodo(models.Model):
    """When a scheduled task was last taken by a worker: two schedulers run it once a period."""

    tarea = models.CharField(_("tarea"), max_length=200, primary_key=True)
    corrida_en = models.DateTimeField(_("corrida"))

    class Meta:
        verbose_name = _("periodo")
        verbose_name_plural = _("periodos")

    def __str__(self) -> str:
        return f"{self.tarea}: {self.corrida_en.isoformat()}"


class Latido(models.Model):
    """When a scheduler was last seen alive."""

    nombre = models.CharField(_("nombre"), max_length=120, primary_key=True)
    visto_en = models.DateTimeField(_("visto"))

    class Meta:
        verbose_name = _("latido")
        verbose_name_plural = _("latidos")

    def __str__(self) -> str:
        return self.nombre


class ColaSuspendida(models.Model):
    """A queue that workers leave alone until it is resumed."""

    cola = models.CharField(_("cola"), max_length=64, primary_key=True)
    desde = models.DateTimeField(_("desde"), default=timezone.now)
    por = models.CharField(_("por"), max_length=150, blank=True, default="")

    class Meta:
        verbose_name = _("cola suspendida")
        verbose_name_plural = _("colas suspendidas")

    def __str__(self) -> str:
        return self.cola
