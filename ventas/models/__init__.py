"""The tables of the shop: one module a subject."""

from .carritos import BajaDeCorreo, CarritoCompra, LineaCarrito
from .productos import MovimientoInventario, Producto, Proveedor, sin_acentos
from .ventas import ReporteDiario, SerieFactura, Venta

__all__ = [
    "BajaDeCorreo",
    "CarritoCompra",
    "LineaCarrito",
    "MovimientoInventario",
    "Producto",
    "Proveedor",
    "ReporteDiario",
    "SerieFactura",
    "Venta",
    "sin_acentos",
]
