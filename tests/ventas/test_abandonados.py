"""Carts that nobody came back to: found after a week, gone once reminded of, kept when somebody was there meanwhile."""

from __future__ import annotations

import datetime as dt
from functools import partial
from threading import Event
from unittest import mock
from zoneinfo import ZoneInfo

from django.db import transaction
from django.test import TestCase, TransactionTestCase
from django.utils import timezone

from tests.ventas.constructores import crear_carrito, crear_producto, crear_usuario
from tests.ventas.simultaneo import a_la_vez
from ventas import abandonados, carritos
from ventas.models import CarritoCompra, LineaCarrito, Producto

AHORA = dt.datetime(2025, 11, 20, 15, tzinfo=dt.UTC)
SEMANA = dt.timedelta(days=7)
INSTANTE = dt.timedelta(microseconds=1)


def abandonar(carrito: CarritoCompra, cuando: dt.datetime = AHORA - SEMANA) -> CarritoCompra:
    """The cart as it was last touched then."""
    CarritoCompra.objects.filter(pk=carrito.pk).update(ultima_modificacion=cuando)
    return CarritoCompra.objects.get(pk=carrito.pk)


class PruebaDeLaBusqueda(TestCase):
    def setUp(self):
        self.bruno, self.carla = crear_usuario("bruno"), crear_usuario("carla")
        self.taza = crear_producto(crear_usuario("ana"), "Taza")

    def test_it_finds_what_was_untouched_for_seven_days_and_not_a_moment_less(self):
        viejo = abandonar(crear_carrito(self.bruno, (self.taza, 1)))
        reciente = abandonar(crear_carrito(self.carla, (self.taza, 1)), AHORA - SEMANA + INSTANTE)
        assert abandonados.buscar(AHORA) == [viejo.pk]
        assert abandonados.esta_abandonado(viejo, AHORA)
        assert not abandonados.esta_abandonado(reciente, AHORA)

    def test_it_leaves_what_was_bought_alone(self):
        carrito = crear_carrito(self.bruno, (self.taza, 1))
        carritos.comprar(usuario_id=self.bruno.pk, carrito_id=carrito.pk)
        comprado = abandonar(carrito)
        assert abandonados.buscar(AHORA) == []
        assert not abandonados.esta_abandonado(comprado, AHORA)

    def test_it_takes_the_oldest_first_and_so_many_at_a_time(self):
        for dias in (8, 10, 9):
            abandonar(crear_carrito(crear_usuario(f"b{dias}")), AHORA - dt.timedelta(days=dias))
        with mock.patch.object(abandonados, "CARRITOS_MAXIMOS", 2):
            hallados = abandonados.buscar(AHORA)
        assert [CarritoCompra.objects.get(pk=pk).usuario.username for pk in hallados] == ["b10", "b9"]
        assert abandonados.CARRITOS_MAXIMOS == 1000


class PruebaDelRecordatorio(TestCase):
    def setUp(self):
        self.bruno, self.ana = crear_usuario("bruno"), crear_usuario("ana")
        self.taza = crear_producto(self.ana, "Taza")

    def test_a_cart_has_one_key_until_somebody_touches_it(self):
        carrito = abandonar(crear_carrito(self.bruno, (self.taza, 1)))
        clave = abandonados.clave_de_recordatorio(carrito)
        assert clave == f"recordatorio-{carrito.pk}-2025-11-13T15:00:00+00:00"
        carrito.ultima_modificacion = carrito.ultima_modificacion.astimezone(ZoneInfo("Asia/Tokyo"))
        assert abandonados.clave_de_recordatorio(carrito) == clave
        carritos.agregar(usuario_id=self.bruno.pk, producto_id=self.taza.pk)
        carrito.refresh_from_db()
        assert abandonados.clave_de_recordatorio(carrito) != clave

    def test_there_is_nothing_to_say_of_a_cart_in_which_nothing_can_be_bought(self):
        carrito = crear_carrito(self.bruno, (self.taza, 1), (crear_producto(self.ana, "Rebozo"), 1))
        assert abandonados.hay_que_recordar(carrito)
        Producto.objects.filter(nombre="Rebozo").update(activo=False)
        assert abandonados.hay_que_recordar(carrito)
        Producto.objects.update(activo=False)
        assert not abandonados.hay_que_recordar(carrito)
        Producto.objects.update(activo=True)
        self.ana.is_active = False
        self.ana.save()
        assert not abandonados.hay_que_recordar(carrito)
        assert not abandonados.hay_que_recordar(crear_carrito(self.ana))


class PruebaDelRetiro(TestCase):
    def setUp(self):
        self.bruno = crear_usuario("bruno")
        self.taza = crear_producto(crear_usuario("ana"), "Taza")
        self.carrito = abandonar(crear_carrito(self.bruno, (self.taza, 2)))
        self.visto = self.carrito.ultima_modificacion

    def test_it_goes_with_its_lines_and_leaves_the_product(self):
        assert abandonados.retirar(self.carrito.pk, self.visto) is True
        assert not CarritoCompra.objects.exists()
        assert not LineaCarrito.objects.exists()
        assert Producto.objects.exists()

    def test_a_second_worker_finds_it_gone(self):
        abandonados.retirar(self.carrito.pk, self.visto)
        assert abandonados.retirar(self.carrito.pk, self.visto) is False

    def test_a_cart_touched_since_it_was_seen_stays_however_it_was_touched(self):
        persona = {"usuario_id": self.bruno.pk, "producto_id": self.taza.pk}
        for tocar in (
            partial(carritos.agregar, **persona),
            partial(carritos.cambiar, cantidad=5, **persona),
            partial(carritos.quitar, **persona),
        ):
            visto = abandonar(self.carrito).ultima_modificacion
            tocar()
            assert abandonados.retirar(self.carrito.pk, visto) is False
        assert CarritoCompra.objects.filter(pk=self.carrito.pk).exists()

    def test_a_cart_bought_since_it_was_seen_stays(self):
        carritos.comprar(usuario_id=self.bruno.pk, carrito_id=self.carrito.pk)
        abandonar(self.carrito)
        assert abandonados.retirar(self.carrito.pk, self.visto) is False
        assert CarritoCompra.objects.get().comprado


class PruebaDelMomentoJusto(TransactionTestCase):
    """Bruno comes back while the worker is at it."""

    def setUp(self):
        self.bruno = crear_usuario("bruno")
        self.taza = crear_producto(crear_usuario("ana"), "Taza", stock=100)
        self.carrito = abandonar(crear_carrito(self.bruno, (self.taza, 2)))
        self.retirar = partial(abandonados.retirar, self.carrito.pk, self.carrito.ultima_modificacion)

    def durante(self, tocar):
        """Lets the worker reach the cart while `tocar` holds it, uncommitted."""
        tocado, puede_seguir = Event(), Event()

        def tocar_despacio():
            with transaction.atomic():
                tocar()
                tocado.set()
                puede_seguir.wait(0.4)

        def retirar():
            assert tocado.wait(10)
            return self.retirar()

        return a_la_vez(tocar_despacio, retirar)[1]

    def test_what_he_adds_at_that_moment_is_kept(self):
        agregar = partial(carritos.agregar, usuario_id=self.bruno.pk, producto_id=self.taza.pk)
        assert self.durante(agregar) is False
        assert LineaCarrito.objects.get(carrito=self.carrito).cantidad == 3

    def test_what_he_buys_at_that_moment_is_kept(self):
        comprar = partial(carritos.comprar, usuario_id=self.bruno.pk, carrito_id=self.carrito.pk)
        assert self.durante(comprar) is False
        assert CarritoCompra.objects.get().comprado

    def test_he_gets_a_new_cart_when_the_old_one_went_first(self):
        for _ in range(5):
            CarritoCompra.objects.all().delete()
            carrito = abandonar(crear_carrito(self.bruno, (self.taza, 2)))
            retirar = partial(abandonados.retirar, carrito.pk, carrito.ultima_modificacion)
            agregar = partial(
                carritos.agregar, usuario_id=self.bruno.pk, producto_id=self.taza.pk, cantidad=5
            )
            ido, linea = a_la_vez(retirar, agregar)
            assert not isinstance(linea, Exception)
            assert LineaCarrito.objects.get().cantidad == (5 if ido else 7)
            assert timezone.now() - CarritoCompra.objects.get().ultima_modificacion < SEMANA
