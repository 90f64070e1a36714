"""Carts. Each change locks the cart first and then its products, as a purchase of it does."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from .errores import CarritoDesconocido, CarritoLleno, CarritoVacio, ProductoDesconocido, ProductoPropio
from .models import CarritoCompra, LineaCarrito, Producto, Venta
from .servicios import Pedido, comprobar_cantidad, vender_varios

LINEAS_MAXIMAS = 50


def agregar(*, usuario_id: int, producto_id: int, cantidad: int = 1) -> LineaCarrito:
    """Puts so many units more into the user's open cart."""
    comprobar_cantidad(cantidad)
    producto = Producto.objects.filter(pk=producto_id, activo=True).first()
    if producto is None:
        raise ProductoDesconocido
    if producto.vendedor_id == usuario_id:
        raise ProductoPropio(producto.nombre)
    with transaction.atomic():
        carrito = _abierto(usuario_id)
        linea = carrito.lineas.filter(producto=producto).first()
        if linea is None:
            if carrito.lineas.count() >= LINEAS_MAXIMAS:
                raise CarritoLleno(LINEAS_MAXIMAS)
            linea = LineaCarrito(carrito=carrito, producto=producto, cantidad=0)
        linea.cantidad = comprobar_cantidad(linea.cantidad + cantidad)
        linea.save()
        _tocar(carrito)
    return linea


def cambiar(*, usuario_id: int, producto_id: int, cantidad: int) -> bool:
    """Sets the units of one line; False where the cart has no such line."""
    comprobar_cantidad(cantidad)
    with transaction.atomic():
        carrito = _abierto(usuario_id)
        cambiadas = carrito.lineas.filter(producto_id=producto_id).update(cantidad=cantidad)
        _tocar(carrito)
    return cambiadas > 0


def quitar(*, usuario_id: int, producto_id: int) -> bool:
    """Takes one line out; False where the cart has no such line."""
    with transaction.atomic():
        carrito = _abierto(usuario_id)
        quitadas, _ = carrito.lineas.filter(producto_id=producto_id).delete()
        _tocar(carrito)
    return quitadas > 0


def comprar(*, usuario_id: int, carrito_id: int) -> list[Venta]:
    """Sells the whole cart or nothing of it. A cart that was bought already gives the sales that it made."""
    with transaction.atomic():
        propios = CarritoCompra.objects.select_for_update(no_key=True).filter(usuario_id=usuario_id)
        carrito = propios.filter(pk=carrito_id).first()
        if carrito is None:
            raise CarritoDesconocido
        pedidos = [
            # A colon is in no key that a browser may send: nobody can take these beforehand.
            Pedido(linea.producto_id, linea.cantidad, clave=f"carrito:{carrito.pk}:{linea.producto_id}")
            for linea in carrito.lineas.all()
        ]
        if not pedidos:
            raise CarritoVacio
        ventas = vender_varios(comprador_id=usuario_id, pedidos=pedidos)
        if not carrito.comprado:
            carrito.comprado = True
            carrito.ultima_modificacion = timezone.now()
            carrito.save(update_fields=["comprado", "ultima_modificacion"])
    return ventas


def _abierto(usuario_id: int) -> CarritoCompra:
    carritos = CarritoCompra.objects.select_for_update(no_key=True)
    return carritos.get_or_create(usuario_id=usuario_id, comprado=False)[0]


def _tocar(carrito: CarritoCompra) -> None:
    carrito.ultima_modificacion = timezone.now()
    carrito.save(update_fields=["ultima_modificacion"])
