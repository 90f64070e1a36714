"""The shop's back office. What a sale wrote is read here, never rewritten."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from .models import CarritoCompra, LineaCarrito, Producto, Proveedor, SerieFactura, Venta


class SoloLectura:
    """For tables that only the services write."""

    def has_add_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return False


class FiltroExistencias(admin.SimpleListFilter):
    """What must be refilled."""

    title = _("existencias")
    parameter_name = "existencias"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("agotado", _("Agotado")), ("bajo", _("Por debajo del mínimo"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Producto]) -> QuerySet[Producto]:
        if self.value() == "agotado":
            return queryset.filter(stock=0)
        if self.value() == "bajo":
            return queryset.filter(stock__lt=F("stock_minimo"))
        return queryset


@admin.register(Proveedor)
class ProveedorAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["nombre", "email"]
    search_fields = ["nombre", "email"]


@admin.register(Producto)
class ProductoAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["nombre", "vendedor", "precio", "stock", "stock_minimo", "proveedor", "activo"]
    list_filter = ["activo", FiltroExistencias]
    list_select_related = ["vendedor", "proveedor"]
    search_fields = ["nombre", "texto_busqueda", "vendedor__username"]
    autocomplete_fields = ["vendedor", "proveedor"]


@admin.register(Venta)
class VentaAdmin(SoloLectura, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = [
        "numero",
        "fecha_creacion",
        "producto",
        "cantidad",
        "monto",
        "comprador",
        "vendedor",
        "email_enviado",
    ]
    list_filter = ["email_enviado", "fecha_creacion"]
    list_select_related = ["producto", "comprador", "vendedor"]
    search_fields = ["numero", "producto__nombre", "comprador__username", "vendedor__username"]
    date_hierarchy = "fecha_creacion"


@admin.register(SerieFactura)
class SerieFacturaAdmin(SoloLectura, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["vendedor", "ultimo"]
    list_select_related = ["vendedor"]
    search_fields = ["vendedor__username"]


class LineaCarritoEnLinea(SoloLectura, admin.TabularInline):  # type: ignore[type-arg]
    model = LineaCarrito
    extra = 0


@admin.register(CarritoCompra)
class CarritoCompraAdmin(SoloLectura, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["usuario", "ultima_modificacion", "comprado"]
    list_filter = ["comprado", "ultima_modificacion"]
    list_select_related = ["usuario"]
    search_fields = ["usuario__username"]
    inlines = [LineaCarritoEnLinea]
