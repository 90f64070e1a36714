"""What the database itself refuses, whoever writes."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.test import TestCase

from tests.ventas.constructores import crear_carrito, crear_producto, crear_usuario, crear_venta
from ventas.models import CarritoCompra, LineaCarrito, Producto, Venta


def refuses(restriccion):
    return pytest.raises(IntegrityError, match=restriccion)


class PruebaDeLasRestricciones(TestCase):
    def setUp(self):
        self.ana = crear_usuario("ana")
        self.bruno = crear_usuario("bruno")
        self.pinata = crear_producto(self.ana)

    def test_it_refuses_impossible_products(self):
        cambios = [{"stock": -1}, {"stock_minimo": -1}, {"precio": Decimal(0)}, {"precio": Decimal("-0.01")}]
        for cambio in cambios:
            with self.subTest(cambio=cambio), pytest.raises(IntegrityError), transaction.atomic():
                Producto.objects.filter(pk=self.pinata.pk).update(**cambio)

    def test_it_refuses_impossible_sales(self):
        venta = crear_venta(self.bruno, self.pinata)
        cambios = {
            "venta_cantidad_positiva": {"cantidad": 0},
            "venta_monto_positivo": {"monto": Decimal(0)},
            "venta_entre_dos_personas": {"comprador": self.ana},
        }
        for restriccion, cambio in cambios.items():
            with self.subTest(cambio=cambio), refuses(restriccion), transaction.atomic():
                Venta.objects.filter(pk=venta.pk).update(**cambio)

    def test_it_refuses_a_number_twice(self):
        primera, segunda = (crear_venta(self.bruno, self.pinata) for _ in range(2))
        for cambio in ({"folio": primera.folio}, {"numero": primera.numero}):
            with self.subTest(cambio=cambio), pytest.raises(IntegrityError), transaction.atomic():
                Venta.objects.filter(pk=segunda.pk).update(**cambio)

    def test_it_refuses_a_second_open_cart_but_keeps_the_bought_ones(self):
        CarritoCompra.objects.create(usuario=self.bruno, comprado=True)
        CarritoCompra.objects.create(usuario=self.bruno, comprado=True)
        CarritoCompra.objects.create(usuario=self.bruno)
        with pytest.raises(IntegrityError), transaction.atomic():
            CarritoCompra.objects.create(usuario=self.bruno)

    def test_it_refuses_an_empty_or_doubled_line(self):
        carrito = crear_carrito(self.bruno, (self.pinata, 1))
        with refuses("linea_cantidad_positiva"), transaction.atomic():
            carrito.lineas.update(cantidad=0)
        with pytest.raises(IntegrityError), transaction.atomic():
            LineaCarrito.objects.create(carrito=carrito, producto=self.pinata, cantidad=1)

    def test_it_keeps_what_a_sale_points_to(self):
        crear_venta(self.bruno, self.pinata)
        for fila in (self.pinata, self.ana, self.bruno):
            with self.subTest(fila=fila), pytest.raises(ProtectedError):
                fila.delete()


class PruebaDelProducto(TestCase):
    def test_it_is_found_without_accents_after_each_change_of_its_name(self):
        producto = crear_producto(crear_usuario("ana"), "Piñata ÁRBOL")
        assert producto.texto_busqueda == "pinata arbol"
        producto.nombre = "Café"
        producto.save(update_fields=["nombre"])
        producto.refresh_from_db()
        assert producto.texto_busqueda == "cafe"

    def test_it_is_scarce_below_its_minimum_and_sold_out_at_zero(self):
        ana = crear_usuario("ana")
        estados = [
            (producto.stock_bajo, producto.agotado)
            for producto in (crear_producto(ana, stock=stock, stock_minimo=5) for stock in (5, 4, 0))
        ]
        assert estados == [(False, False), (True, False), (True, True)]
