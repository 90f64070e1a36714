"""The statistics, to be looked up by staff."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest

from .models import EstadisticaDiaria


@admin.register(EstadisticaDiaria)
class EstadisticaDiariaAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Read-only: a sum that is changed by hand is no longer that of the sales."""

    list_display = ["dia", "vendedor", "producto", "ventas", "unidades", "monto"]
    list_filter = ["dia"]
    list_select_related = ["vendedor", "producto"]
    search_fields = ["vendedor__username", "producto__nombre"]
    date_hierarchy = "dia"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return False
