"""Support's view of the inboxes: find what a user was told, see its state, show it again. Read-only otherwise."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from . import servicios
from .models import Bandeja, Notificacion
from .protocolo import TIPOS


class SoloLectura(admin.ModelAdmin):  # type: ignore[type-arg]
    """Rows that the services alone may write: a hand-made change would break the sequence."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        """False on its own pages. An account goes with its inbox, and the admin asks here before it deletes one."""
        pagina = request.resolver_match.url_name if request.resolver_match else None
        propia = pagina is None or pagina.startswith(f"{self.opts.app_label}_{self.opts.model_name}_")
        return not propia and super().has_delete_permission(request, obj)


class FiltroPorTipo(admin.SimpleListFilter):
    """The declared kinds, by their labels."""

    title = _("tipo")
    parameter_name = "tipo"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:  # type: ignore[type-arg]
        return [(nombre, str(_(tipo.etiqueta))) for nombre, tipo in TIPOS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Notificacion]) -> QuerySet[Notificacion]:
        return queryset.filter(tipo=self.value()) if self.value() else queryset


class FiltroPorEstado(admin.SimpleListFilter):
    """New, seen, read or archived: the furthest that it came."""

    title = _("estado")
    parameter_name = "estado"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:  # type: ignore[type-arg]
        return [(clave, str(texto)) for clave, texto in ESTADOS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Notificacion]) -> QuerySet[Notificacion]:
        casos = {
            "archivada": queryset.filter(archivada_en__isnull=False),
            "leida": queryset.filter(archivada_en=None, leida_en__isnull=False),
            "vista": queryset.filter(archivada_en=None, leida_en=None, vista_en__isnull=False),
            "nueva": queryset.filter(archivada_en=None, leida_en=None, vista_en=None),
        }
        return casos.get(self.value() or "", queryset)


ESTADOS = {"nueva": _("Nueva"), "vista": _("Vista"), "leida": _("Leída"), "archivada": _("Archivada")}


@admin.register(Notificacion)
class NotificacionAdmin(SoloLectura):
    """Search by user and text; filter by kind and state; send again."""

    list_display = ["id", "usuario", "tipo", "titulo", "estado", "creada", "secuencia"]
    list_filter = [FiltroPorTipo, FiltroPorEstado, "creada"]
    search_fields = ["usuario__username", "usuario__email", "titulo", "mensaje", "=clave"]
    list_select_related = ["usuario"]
    ordering = ["-id"]
    show_full_result_count = False
    actions = ["reenviar"]

    @admin.display(description=_("estado"))
    def estado(self, fila: Notificacion) -> str:
        clave = next((e for e in ("archivada", "leida", "vista") if getattr(fila, e)), "nueva")
        return str(ESTADOS[clave])

    def has_reenviar_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("notificaciones.change_notificacion")

    @admin.action(description=_("Enviar de nuevo (vuelve a estar sin leer)"), permissions=["reenviar"])
    def reenviar(self, request: HttpRequest, queryset: QuerySet[Notificacion]) -> None:
        ids = list(queryset.order_by("usuario_id", "numero").values_list("pk", flat=True))
        for notificacion_id in ids:
            servicios.reenviar(notificacion_id=notificacion_id)
        texto = ngettext(
            "Se envió de nuevo %d notificación.", "Se enviaron de nuevo %d notificaciones.", len(ids)
        )
        messages.success(request, texto % len(ids))


@admin.register(Bandeja)
class BandejaAdmin(SoloLectura):
    """The counters of each user."""

    list_display = ["usuario", "no_leidas", "no_vistas", "ultima_secuencia", "epoca"]
    search_fields = ["usuario__username", "usuario__email"]
    list_select_related = ["usuario"]
