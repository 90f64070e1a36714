"""The cart, by its pages: what goes in, what is said, and that all of it is bought or nothing."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client, TestCase
from django.utils import timezone

from tests.ventas.constructores import crear_carrito, crear_producto, crear_usuario, entrar
from ventas import carritos
from ventas.errores import CarritoDesconocido
from ventas.models import CarritoCompra, LineaCarrito, Producto, Venta

CARRITO = "/ventas/carrito/"
HACE_UN_MES = dt.timedelta(days=30)


class ConCarrito(TestCase):
    def setUp(self):
        self.ana = crear_usuario("ana")
        self.bruno = crear_usuario("bruno")
        self.carla = crear_usuario("carla")
        self.pinata = crear_producto(self.ana, "Piñata", "1299.90")
        self.loteria = crear_producto(self.carla, "Lotería", "89.90")
        self.cliente = entrar(self.bruno)

    def hacer(self, que, producto, cliente=None, **campos):
        return (cliente or self.cliente).post(f"{CARRITO}{producto.pk}/{que}/", campos)

    def lineas(self):
        return dict(LineaCarrito.objects.values_list("producto__nombre", "cantidad"))


class PruebaDelContenido(ConCarrito):
    def test_it_holds_what_bruno_put_in_and_adds_it_up(self):
        self.hacer("agregar", self.pinata, cantidad="2")
        self.hacer("agregar", self.pinata)
        self.hacer("agregar", self.loteria)
        assert self.lineas() == {"Piñata": 3, "Lotería": 1}
        respuesta = self.cliente.get(CARRITO)
        self.assertContains(respuesta, "$3,989.60")
        self.assertContains(respuesta, "«Lotería» está en tu carrito.")

    def test_it_changes_and_removes_lines(self):
        crear_carrito(self.bruno, (self.pinata, 1), (self.loteria, 1))
        self.hacer("cambiar", self.pinata, cantidad="1000")
        self.hacer("quitar", self.loteria)
        assert self.lineas() == {"Piñata": 1000}
        self.assertContains(self.cliente.get(CARRITO), 'value="1000"')

    def test_it_remembers_when_it_was_last_touched(self):
        for que in ("agregar", "cambiar", "quitar"):
            CarritoCompra.objects.all().delete()
            carrito = crear_carrito(self.bruno, (self.pinata, 1))
            CarritoCompra.objects.update(ultima_modificacion=timezone.now() - HACE_UN_MES)
            with self.subTest(que=que):
                self.hacer(que, self.pinata, cantidad="2")
                carrito.refresh_from_db()
                assert timezone.now() - carrito.ultima_modificacion < dt.timedelta(minutes=1)

    def test_it_is_brunos_alone(self):
        crear_carrito(self.bruno, (self.pinata, 1))
        de_carla = entrar(self.carla)
        self.hacer("quitar", self.pinata, cliente=de_carla)
        self.hacer("cambiar", self.pinata, cliente=de_carla, cantidad="9")
        assert self.lineas() == {"Piñata": 1}
        self.assertContains(de_carla.get(CARRITO), "Tu carrito está vacío")

    def test_it_refuses_odd_quantities_and_says_why(self):
        crear_carrito(self.bruno, (self.pinata, 999))
        for que in ("agregar", "cambiar"):
            for cantidad in ("0", "-1", "1001", "1.5", "uno", "", "9" * 30):
                with self.subTest(que=que, cantidad=cantidad):
                    respuesta = self.hacer(que, self.pinata, cantidad=cantidad)
                    self.assertContains(respuesta, "entre 1 y 1000", status_code=400)
        assert self.hacer("agregar", self.pinata, cantidad="2").status_code == 400
        assert self.lineas() == {"Piñata": 999}

    def test_it_refuses_what_cannot_be_bought(self):
        assert self.hacer("agregar", self.pinata, cliente=entrar(self.ana)).status_code == 409
        Producto.objects.filter(pk=self.loteria.pk).update(activo=False)
        assert self.hacer("agregar", self.loteria).status_code == 404
        for producto_id in (0, 2**63, "9" * 30, "abc"):
            for que in ("agregar", "cambiar", "quitar"):
                with self.subTest(producto_id=producto_id, que=que):
                    respuesta = self.cliente.post(f"{CARRITO}{producto_id}/{que}/", {"cantidad": "1"})
                    assert respuesta.status_code in {302, 404}
        assert self.lineas() == {}

    def test_it_has_room_for_fifty_products(self):
        productos = [crear_producto(self.ana, f"Taza {numero}") for numero in range(carritos.LINEAS_MAXIMAS)]
        crear_carrito(self.bruno, *((producto, 1) for producto in productos))
        self.assertContains(self.hacer("agregar", self.pinata), "caben 50 productos", status_code=409)
        assert self.hacer("agregar", productos[0]).status_code == 302

    def test_it_asks_a_stranger_to_sign_in_and_then_shows_the_cart(self):
        for que in ("agregar", "cambiar", "quitar", "comprar"):
            with self.subTest(que=que):
                respuesta = self.hacer(que, self.pinata, cliente=Client())
                self.assertRedirects(
                    respuesta, f"/cuentas/login/?next={CARRITO}", fetch_redirect_response=False
                )

    def test_it_changes_by_post_alone_and_with_a_token(self):
        for que in ("agregar", "cambiar", "quitar", "comprar"):
            with self.subTest(que=que):
                assert self.cliente.get(f"{CARRITO}{self.pinata.pk}/{que}/").status_code == 405
                con_control = entrar(self.bruno, enforce_csrf_checks=True)
                assert self.hacer(que, self.pinata, cliente=con_control).status_code == 403


class PruebaDeComprarTodo(ConCarrito):
    def comprar(self, carrito, cliente=None):
        return (cliente or self.cliente).post(f"{CARRITO}{carrito.pk}/comprar/", follow=True)

    def test_it_buys_every_line_and_opens_a_new_cart(self):
        carrito = crear_carrito(self.bruno, (self.pinata, 2), (self.loteria, 1))
        respuesta = self.comprar(carrito)
        self.assertRedirects(respuesta, "/ventas/compras/")
        self.assertContains(respuesta, "Compraste 2 productos.")
        assert set(Venta.objects.values_list("producto__nombre", "cantidad")) == {
            ("Piñata", 2),
            ("Lotería", 1),
        }
        carrito.refresh_from_db()
        assert carrito.comprado
        self.assertContains(self.cliente.get(CARRITO), "Tu carrito está vacío")
        self.hacer("agregar", self.pinata)
        assert CarritoCompra.objects.count() == 2

    def test_it_buys_nothing_and_names_the_line_that_failed(self):
        muneca = crear_producto(self.carla, "Muñeca", stock=1)
        carrito = crear_carrito(self.bruno, (self.pinata, 2), (muneca, 2))
        self.assertContains(self.comprar(carrito), "de «Muñeca» queda 1 unidad", status_code=409)
        assert not Venta.objects.exists()
        assert Producto.objects.get(pk=self.pinata.pk).stock == 10
        carrito.refresh_from_db()
        assert not carrito.comprado

    def test_it_buys_once_when_pressed_twice(self):
        carrito = crear_carrito(self.bruno, (self.pinata, 2))
        self.comprar(carrito)
        self.assertContains(self.comprar(carrito), "Compraste 1 producto.")
        assert Venta.objects.count() == 1

    def test_it_says_that_an_empty_cart_is_empty(self):
        self.assertContains(self.comprar(crear_carrito(self.bruno)), "Tu carrito está vacío", status_code=409)

    def test_it_does_not_know_carts_of_others_or_of_nobody(self):
        carrito = crear_carrito(self.bruno, (self.pinata, 1))
        assert self.comprar(carrito, cliente=entrar(self.carla)).status_code == 404
        assert self.cliente.post(f"{CARRITO}{2**63}/comprar/").status_code == 404
        with pytest.raises(CarritoDesconocido):
            carritos.comprar(usuario_id=self.bruno.pk, carrito_id=carrito.pk + 1)
        assert not Venta.objects.exists()
