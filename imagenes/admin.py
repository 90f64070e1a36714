"""Photos in the back office: read, and steps that failed run again. What is decided, is decided at /imagenes/moderar/."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from . import servicios
from .models import ImagenUsuario


@admin.register(ImagenUsuario)
class ImagenUsuarioAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Only the services write; neither camera data, nor the place, nor the original is staff's business."""

    list_display = [
        "id",
        "usuario",
        "descripcion",
        "producto",
        "moderacion",
        "paso_miniaturas",
        "paso_metadatos",
        "paso_analisis",
        "procesamiento_completo",
        "creada",
    ]
    list_filter = [
        "moderacion",
        "procesamiento_completo",
        "paso_miniaturas",
        "paso_metadatos",
        "paso_analisis",
    ]
    search_fields = ["descripcion", "=usuario__username", "=nombre_publico"]
    list_select_related = ["usuario", "producto"]
    exclude = ["archivo_original", "metadatos", "ubicacion"]
    actions = ["rehacer"]

    def has_add_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return False

    @admin.action(description=_("Rehacer los pasos que fallaron"))
    def rehacer(self, request: HttpRequest, filas: QuerySet[ImagenUsuario]) -> None:
        pasos = [(imagen.pk, paso) for imagen in filas for paso in imagen.con_fallo]
        for imagen_id, paso in pasos:
            servicios.rehacer_paso(imagen_id=imagen_id, paso=paso)
        texto = ngettext("Se rehará %(n)s paso.", "Se reharán %(n)s pasos.", len(pasos))
        self.message_user(request, texto % {"n": len(pasos)}, messages.SUCCESS)
