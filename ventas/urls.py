"""Addresses of the shop."""

import datetime as dt

from django.urls import path, register_converter
from django.urls.converters import IntConverter

from . import views, views_carrito, views_correo, views_inventario, views_reportes


class Identificador(IntConverter):
    """An id that a database can hold: a longer one is an address that does not exist."""

    regex = "[0-9]{1,18}"


class Dia:
    """A day as `2026-11-20`; one that no calendar has is an address that does not exist."""

    regex = "[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> dt.date:
        return dt.date.fromisoformat(value)

    def to_url(self, value: dt.date) -> str:
        return value.isoformat()


register_converter(Identificador, "id")
register_converter(Dia, "dia")

urlpatterns = [
    path("", views.catalogo, name="catalogo"),
    path("panel/", views.panel, name="panel"),
    path("ventas/procesar/", views.procesar_venta, name="procesar_venta"),
    path("ventas/producto/<id:producto_id>/comprar/", views.crear_venta, name="crear_venta"),
    path("ventas/producto/<id:producto_id>/inventario/", views_inventario.inventario, name="inventario"),
    path("ventas/<id:venta_id>/confirmacion/", views.confirmacion_venta, name="confirmacion_venta"),
    path("ventas/<id:venta_id>/factura/", views.factura_venta, name="factura_venta"),
    path("ventas/compras/", views.mis_compras, name="mis_compras"),
    path("ventas/carrito/", views_carrito.carrito, name="carrito"),
    path("ventas/carrito/<id:carrito_id>/comprar/", views_carrito.comprar_carrito, name="comprar_carrito"),
    path("ventas/carrito/<id:producto_id>/agregar/", views_carrito.agregar, name="agregar_al_carrito"),
    path("ventas/carrito/<id:producto_id>/cambiar/", views_carrito.cambiar, name="cambiar_en_carrito"),
    path("ventas/carrito/<id:producto_id>/quitar/", views_carrito.quitar, name="quitar_del_carrito"),
    path("reportes/", views_reportes.reportes, name="reportes"),
    path("reportes/<dia:dia>/", views_reportes.descargar_reporte, name="descargar_reporte"),
    path("correo/baja/<str:ficha>/", views_correo.baja_de_correo, name="baja_de_correo"),
]
