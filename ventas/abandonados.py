"""Carts that nobody came back to: which they are, what a reminder of one is called, and their end."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from .models import CarritoCompra

ABANDONO = dt.timedelta(days=7)
CARRITOS_MAXIMOS = 1000


def buscar(ahora: dt.datetime) -> list[int]:
    """Returns the ids of carts untouched for ABANDONO and not bought, the oldest first, CARRITOS_MAXIMOS at most."""
    viejos = CarritoCompra.objects.filter(comprado=False, ultima_modificacion__lte=ahora - ABANDONO)
    en_orden = viejos.order_by("ultima_modificacion", "pk").values_list("pk", flat=True)
    return list(en_orden[:CARRITOS_MAXIMOS])


def esta_abandonado(carrito: CarritoCompra, ahora: dt.datetime) -> bool:
    """Returns whether `buscar` would find this cart, as it was read."""
    return not carrito.comprado and carrito.ultima_modificacion <= ahora - ABANDONO


def clave_de_recordatorio(carrito: CarritoCompra) -> str:
    """Returns the name of the one reminder of this cart as it was left: touched and left again, it is another."""
    tocado = carrito.ultima_modificacion.astimezone(dt.UTC)
    return f"recordatorio-{carrito.pk}-{tocado.isoformat()}"


def hay_que_recordar(carrito: CarritoCompra) -> bool:
    """Returns whether anything in the cart can still be bought. Of an empty cart there is nothing to say."""
    return carrito.lineas.filter(producto__activo=True, producto__vendedor__is_active=True).exists()


def retirar(carrito_id: int, hasta: dt.datetime) -> bool:
    """Deletes the cart; False, and it stays, where it was bought or touched after `hasta`, or is gone."""
    with transaction.atomic():
        # Whoever touches a cart locks it first: what we see here is as they left it, and they wait for us.
        sin_tocar = CarritoCompra.objects.select_for_update().filter(
            pk=carrito_id, comprado=False, ultima_modificacion__lte=hasta
        )
        carrito = sin_tocar.first()
        if carrito is None:
            return False
        carrito.delete()
        return True
