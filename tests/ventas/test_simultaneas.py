"""Two people, one moment. Runs on SQLite and on PostgreSQL."""

from __future__ import annotations

from functools import partial
from threading import Event
from unittest import mock

from django.test import TransactionTestCase

from notificaciones.models import Notificacion
from tests.ventas.constructores import crear_carrito, crear_producto, crear_usuario
from tests.ventas.simultaneo import a_la_vez, en_la_puerta
from ventas import carritos
from ventas.errores import ClaveRepetida, SinExistencias
from ventas.models import Producto, Venta
from ventas.servicios import vender, vender_varios


def separar(resultados):
    ventas = [resultado for resultado in resultados if isinstance(resultado, Venta)]
    return ventas, [resultado for resultado in resultados if not isinstance(resultado, Venta)]


class PruebaDeComprasSimultaneas(TransactionTestCase):
    def setUp(self):
        self.ana = crear_usuario("ana")
        self.carla = crear_usuario("carla")
        self.compradores = [crear_usuario(f"bruno{numero}") for numero in range(6)]

    def compra(self, quien, producto, cantidad=1, clave=""):
        return partial(
            vender,
            comprador_id=self.compradores[quien].pk,
            producto_id=producto.pk,
            cantidad=cantidad,
            clave=clave,
        )

    def test_it_sells_the_last_unit_once_and_tells_the_other_buyer_why_not(self):
        muneca = crear_producto(self.ana, "Muñeca", stock=1)
        ventas, rechazos = separar(en_la_puerta(self.compra(0, muneca), self.compra(1, muneca)))
        assert len(ventas) == 1
        assert [type(rechazo) for rechazo in rechazos] == [SinExistencias]
        assert Producto.objects.get().stock == 0
        assert Venta.objects.count() == Notificacion.objects.count() == 1

    def test_it_sells_three_of_three_to_six_buyers_and_numbers_them_without_a_gap(self):
        taza = crear_producto(self.ana, "Taza", stock=3)
        ventas, rechazos = separar(a_la_vez(*(self.compra(quien, taza) for quien in range(6))))
        assert sorted(venta.folio for venta in ventas) == [1, 2, 3]
        assert [type(rechazo) for rechazo in rechazos] == [SinExistencias] * 3
        assert Producto.objects.get().stock == 0

    def test_it_numbers_anas_very_first_sales_apart_when_they_are_of_two_products(self):
        taza, rebozo = crear_producto(self.ana, "Taza"), crear_producto(self.ana, "Rebozo")
        ventas, rechazos = separar(en_la_puerta(self.compra(0, taza), self.compra(1, rebozo)))
        assert rechazos == []
        assert sorted(venta.folio for venta in ventas) == [1, 2]

    def test_it_sells_once_for_a_double_click(self):
        taza = crear_producto(self.ana, "Taza", stock=10)
        doble = self.compra(0, taza, cantidad=2, clave="doble-clic")
        ventas, rechazos = separar(en_la_puerta(doble, doble))
        assert rechazos == []
        assert ventas[0] == ventas[1]
        assert Producto.objects.get().stock == 8

    def test_it_sells_one_of_two_products_bought_with_the_same_key(self):
        taza, rebozo = crear_producto(self.ana, "Taza"), crear_producto(self.carla, "Rebozo")
        ventas, rechazos = separar(
            en_la_puerta(
                self.compra(0, taza, clave="misma-clave"), self.compra(0, rebozo, clave="misma-clave")
            )
        )
        assert len(ventas) == 1
        assert [type(rechazo) for rechazo in rechazos] == [ClaveRepetida]
        assert sum(Producto.objects.values_list("stock", flat=True)) == 19

    def test_it_buys_a_cart_once_for_a_double_click(self):
        carrito = crear_carrito(
            self.compradores[0], (crear_producto(self.ana), 2), (crear_producto(self.carla), 1)
        )
        doble = partial(carritos.comprar, usuario_id=self.compradores[0].pk, carrito_id=carrito.pk)
        primeras, segundas = en_la_puerta(doble, doble)
        assert set(primeras) == set(segundas)
        assert Venta.objects.count() == 2

    def test_it_keeps_what_is_added_during_a_purchase_for_the_next_cart(self):
        bruno, taza, rebozo = self.compradores[0], crear_producto(self.ana), crear_producto(self.carla)
        carrito = crear_carrito(bruno, (taza, 1))
        comprar = partial(carritos.comprar, usuario_id=bruno.pk, carrito_id=carrito.pk)
        agregar = partial(carritos.agregar, usuario_id=bruno.pk, producto_id=rebozo.pk)

        dentro = Event()

        def vender_en_medio(**pedido):
            dentro.set()
            return vender_varios(**pedido)

        def agregar_en_medio():
            assert dentro.wait(10)
            return agregar()

        with mock.patch("ventas.carritos.vender_varios", vender_en_medio):
            ventas, linea = en_la_puerta(comprar, agregar_en_medio)
        assert [venta.producto for venta in ventas] == [taza]
        assert list(carrito.lineas.values_list("producto", flat=True)) == [taza.pk]
        assert linea.carrito != carrito


class PruebaDeCarritosCruzados(TransactionTestCase):
    def test_it_never_lets_two_carts_wait_for_each_other(self):
        ana, carla = crear_usuario("ana"), crear_usuario("carla")
        productos = [crear_producto(vendedor, stock=1000) for vendedor in (ana, carla, carla, ana)]
        cruces = [(0, 2), (1, 3), (2, 0), (3, 1), (3, 0), (1, 2)]
        compradores = [crear_usuario(f"bruno{numero}") for numero in range(len(cruces))]
        for _ in range(5):
            compras = []
            for comprador, cruce in zip(compradores, cruces, strict=True):
                carrito = crear_carrito(comprador, *((productos[lugar], 1) for lugar in cruce))
                compras.append(partial(carritos.comprar, usuario_id=comprador.pk, carrito_id=carrito.pk))
            resultados = en_la_puerta(*compras)
            assert [resultado for resultado in resultados if isinstance(resultado, Exception)] == []
        assert Venta.objects.count() == 5 * 2 * len(cruces)
