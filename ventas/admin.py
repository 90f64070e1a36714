"""The shop's back office. What a sale wrote is read here, never rewritten."""

from __future__ import annotations

import secrets
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db import transaction
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .errores import ErrorDeVenta
from .existencias import registrar
from .inventario import comprobar_unidades, revisar
from .models import (
    BajaDeCorreo,
    CarritoCompra,
    LineaCarrito,
    MovimientoInventario,
    Producto,
    Proveedor,
    ReporteDiario,
    SerieFactura,
    Venta,
)
from .tasks import prometer_alerta


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


class FormularioDeProducto(forms.ModelForm):  # type: ignore[type-arg]
    """What was sold while the page was open stays sold: the page says which stock it showed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "stock" in self.fields:
            self.fields["stock"].show_hidden_initial = True

    def clean_stock(self) -> int:
        pedido: int = self.cleaned_data["stock"]
        if self.instance.pk is None:
            return pedido
        hay: int = self.instance.stock
        nombre = self["stock"].html_initial_name
        visto = self.data.get(nombre, str(hay))
        if str(pedido) == visto:
            return hay
        if visto != str(hay):
            # Saved once more, the answer is given to what is shown now.
            self.data = {**self.data, nombre: str(hay)}
            texto = gettext("Mientras editabas, las existencias pasaron a %(hay)s. Revisa y guarda otra vez.")
            raise forms.ValidationError(texto % {"hay": hay})
        if pedido != hay:
            self._comprobar(pedido - hay)
        return pedido

    def _comprobar(self, diferencia: int) -> None:
        try:
            comprobar_unidades(diferencia)
        except ErrorDeVenta as error:
            raise forms.ValidationError(error.mensaje) from None


@admin.register(Producto)
class ProductoAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    form = FormularioDeProducto
    list_display = [
        "nombre",
        "vendedor",
        "precio",
        "stock",
        "stock_minimo",
        "alerta_stock",
        "proveedor",
        "activo",
    ]
    list_filter = ["activo", FiltroExistencias]
    list_select_related = ["vendedor", "proveedor"]
    search_fields = ["nombre", "texto_busqueda", "vendedor__username"]
    autocomplete_fields = ["vendedor", "proveedor"]
    readonly_fields = ["alerta_stock", "alertas_stock"]

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Producto | None:
        """Returns the product, locked while it is saved: nothing is sold between reading and writing it."""
        producto: Producto | None = super().get_object(request, object_id, from_field)
        if producto is None or not transaction.get_connection().in_atomic_block:
            return producto
        return Producto.objects.select_for_update(no_key=True).filter(pk=producto.pk).first()

    def save_model(self, request: HttpRequest, obj: Producto, form: Any, change: bool) -> None:
        """Writes what was changed and nothing else; changed stock is a movement like any other."""
        if not change:
            super().save_model(request, obj, form, change)
            return
        diferencia = obj.stock - form.initial["stock"]
        obj.save(update_fields=[campo for campo in form.changed_data if campo != "stock"])
        if diferencia:
            with translation.override(settings.LANGUAGE_CODE):
                motivo = gettext("Corrección de %(quien)s") % {"quien": request.user.get_username()}
            clave = f"admin:{secrets.token_urlsafe(18)}"
            registrar(producto_id=obj.pk, cantidad=diferencia, clave=clave, motivo=motivo[:120])
        # The minimum may have changed too.
        revisar(producto_id=obj.pk)
        prometer_alerta(obj.pk)


@admin.register(MovimientoInventario)
class MovimientoInventarioAdmin(SoloLectura, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["creado", "producto", "cantidad", "existencias", "motivo"]
    list_filter = ["creado"]
    list_select_related = ["producto"]
    search_fields = ["producto__nombre", "producto__vendedor__username", "motivo", "clave"]
    date_hierarchy = "creado"


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
        "con_factura",
    ]
    list_filter = ["email_enviado", "fecha_creacion"]
    list_select_related = ["producto", "comprador", "vendedor"]
    search_fields = ["numero", "descripcion", "comprador__username", "vendedor__username"]
    date_hierarchy = "fecha_creacion"
    # The file itself is for buyer and seller alone.
    exclude = ["factura"]
    readonly_fields = ["con_factura"]

    @admin.display(boolean=True, description=_("con factura"))
    def con_factura(self, venta: Venta) -> bool:
        return bool(venta.factura)


@admin.register(ReporteDiario)
class ReporteDiarioAdmin(SoloLectura, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["dia", "ventas", "total", "creado", "descarga"]
    search_fields = ["dia"]
    date_hierarchy = "dia"
    exclude = ["archivo"]
    readonly_fields = ["descarga"]

    @admin.display(description=_("archivo"))
    def descarga(self, reporte: ReporteDiario) -> str:
        return format_html('<a href="{}">CSV</a>', reverse("descargar_reporte", args=[reporte.dia]))


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


@admin.register(BajaDeCorreo)
class BajaDeCorreoAdmin(SoloLectura, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["usuario", "desde"]
    list_select_related = ["usuario"]
    search_fields = ["usuario__username", "usuario__email"]
