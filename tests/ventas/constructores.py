"""Builders of the shop's rows, with values that a test need not name."""

from __future__ import annotations

from decimal import Decimal

from django.contrib.auth.models import User
from django.test import Client

from ventas.models import CarritoCompra, LineaCarrito, Producto, Proveedor, Venta
from ventas.servicios import vender


def crear_usuario(nombre: str, **campos) -> User:
    """No usable password: sign in with `entrar`, which costs no hashing."""
    return User.objects.create_user(nombre, **campos)


def entrar(usuario: User, **opciones) -> Client:
    """A browser in which this user has signed in."""
    cliente = Client(**opciones)
    cliente.force_login(usuario)
    return cliente


def crear_proveedor(nombre: str = "Artesanías del Bajío") -> Proveedor:
    return Proveedor.objects.create(nombre=nombre, email="pedidos@bajio.example")


def crear_producto(vendedor: User, nombre: str = "Piñata", precio: str = "129.90", **campos) -> Producto:
    campos.setdefault("stock", 10)
    return Producto.objects.create(vendedor=vendedor, nombre=nombre, precio=Decimal(precio), **campos)


def crear_venta(comprador: User, producto: Producto, cantidad: int = 1) -> Venta:
    """Sells it as the shop does."""
    return vender(comprador_id=comprador.pk, producto_id=producto.pk, cantidad=cantidad)


def crear_carrito(usuario: User, *lineas: tuple[Producto, int]) -> CarritoCompra:
    carrito = CarritoCompra.objects.create(usuario=usuario)
    LineaCarrito.objects.bulk_create(
        LineaCarrito(carrito=carrito, producto=producto, cantidad=cantidad) for producto, cantidad in lineas
    )
    return carrito
