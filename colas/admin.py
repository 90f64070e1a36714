"""Background work in the admin: to look at. What is to be done about it is done on /colas/."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest

from .models import ColaSuspendida, Efecto, Entrega, Latido, Pendiente, Periodo, TareaFallida


class SoloLectura(admin.ModelAdmin):  # type: ignore[type-arg]
    """Rows that workers and services write: a hand-made change would have work done twice, or never."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return False


@admin.register(Pendiente)
class PendienteAdmin(SoloLectura):
    list_display = ["clave", "tarea", "cola", "encolada", "veces", "desde", "creada"]
    list_filter = ["encolada", "cola", "tarea"]
    search_fields = ["=clave", "tarea"]


@admin.register(Efecto)
class EfectoAdmin(SoloLectura):
    list_display = ["clave", "quien", "intentos", "tomado_en", "hecho_en"]
    search_fields = ["clave"]
    ordering = ["-pk"]


@admin.register(TareaFallida)
class TareaFallidaAdmin(SoloLectura):
    list_display = [
        "id",
        "tarea",
        "error",
        "cola",
        "intentos",
        "fallida_en",
        "reintentada_en",
        "descartada_en",
    ]
    list_filter = ["cola", "tarea", "fallida_en"]
    search_fields = ["tarea", "error", "=tarea_id"]
    list_select_related = ["atendida_por"]


@admin.register(Entrega)
class EntregaAdmin(SoloLectura):
    list_display = ["tarea_id", "veces", "ultima"]
    search_fields = ["=tarea_id"]


@admin.register(Periodo)
class PeriodoAdmin(SoloLectura):
    list_display = ["tarea", "corrida_en"]


@admin.register(Latido)
class LatidoAdmin(SoloLectura):
    list_display = ["nombre", "visto_en"]


@admin.register(ColaSuspendida)
class ColaSuspendidaAdmin(SoloLectura):
    list_display = ["cola", "desde", "por"]
