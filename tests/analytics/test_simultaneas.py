"""Two who count at one moment, and purchases that commit meanwhile. Runs on SQLite and on PostgreSQL."""

from __future__ import annotations

import time
from threading import Event
from unittest import mock

import pytest
from django.db import transaction
from django.test import TransactionTestCase

from analytics import consultas, servicios
from analytics.models import EstadisticaDiaria
from analytics.servicios import contar
from tests.ventas.constructores import crear_producto, crear_usuario, crear_venta
from tests.ventas.simultaneo import a_la_vez
from ventas.models import Venta

MIENTRAS_EL_OTRO_CUENTA = 0.3


class ConCienVentas(TransactionTestCase):
    def setUp(self):
        self.ana, self.bruno = crear_usuario("ana"), crear_usuario("bruno")
        self.tazas = [crear_producto(self.ana, f"Taza {numero}", "10.00", stock=1000) for numero in range(5)]

    def vender(self, cuantas):
        for numero in range(cuantas):
            crear_venta(self.bruno, self.tazas[numero % 5])

    def contadas(self):
        return sum(EstadisticaDiaria.objects.values_list("ventas", flat=True))


class PruebaDeDosQueCuentan(ConCienVentas):
    def test_it_counts_each_sale_once_when_the_second_comes_before_the_first_has_committed(self):
        self.vender(10)
        dentro, sumar = Event(), servicios._sumar

        def sumar_despacio(sumas):
            dentro.set()
            time.sleep(MIENTRAS_EL_OTRO_CUENTA)
            sumar(sumas)

        def segundo():
            assert dentro.wait(10)
            return contar()

        with mock.patch.object(servicios, "_sumar", sumar_despacio):
            assert a_la_vez(contar, segundo) == [10, 0]
        assert self.contadas() == 10

    def test_it_adds_to_the_same_rows_from_four_sides_without_a_deadlock(self):
        self.vender(100)
        cuentas = a_la_vez(*[lambda: contar(limite=7)] * 4)
        # Whoever finds the last ones taken is done: what is left is the next one's.
        assert sum(cuentas) + contar() == 100
        assert self.contadas() == 100
        assert list(EstadisticaDiaria.objects.values_list("ventas", flat=True)) == [20] * 5

    def test_it_never_lets_two_wait_for_each_other_over_rows_they_reach_in_opposite_orders(self):
        una, otra, *_ = self.tazas
        for taza in (una, otra, otra, una):
            crear_venta(self.bruno, taza)
        sumar = servicios._sumar_filas

        def sumar_despacio(filas):
            sumar(filas)
            time.sleep(MIENTRAS_EL_OTRO_CUENTA)

        with (
            mock.patch.object(servicios, "FILAS_POR_ORDEN", 1),
            mock.patch.object(servicios, "_sumar_filas", sumar_despacio),
        ):
            cuentas = a_la_vez(*[lambda: contar(limite=2)] * 2)
        assert sum(cuentas) + contar() == 4
        assert list(EstadisticaDiaria.objects.values_list("ventas", flat=True)) == [2, 2]

    def test_it_makes_a_row_once_that_two_need_for_the_first_time(self):
        self.vender(2)
        leido = [Event(), Event()]
        sumar = servicios._sumar

        def esperar_al_otro(sumas):
            propio, otro = leido if not leido[0].is_set() else reversed(leido)
            propio.set()
            otro.wait(MIENTRAS_EL_OTRO_CUENTA)
            sumar(sumas)

        Venta.objects.update(producto=self.tazas[0])
        with mock.patch.object(servicios, "_sumar", esperar_al_otro):
            assert sum(a_la_vez(*[lambda: contar(limite=1)] * 2)) == 2
        assert EstadisticaDiaria.objects.get().ventas == 2

    def test_it_shows_every_sale_once_while_others_sell_and_count(self):
        self.vender(20)
        hechos = Event()

        def mirar():
            vistas = []
            while not hechos.is_set():
                dias = consultas.por_dia(self.ana.pk, Venta.objects.latest("pk").fecha_creacion)
                vistas.append(dias[-1].ventas)
            return vistas

        def contar_y_vender():
            try:
                for _ in range(20):
                    self.vender(1)
                    contar(limite=3)
            finally:
                hechos.set()

        vistas, _ = a_la_vez(mirar, contar_y_vender)
        # A sale seen twice, or not at all, would go back or overshoot.
        assert vistas == sorted(vistas)
        assert min(vistas) >= 20
        assert max(vistas) <= 40


@pytest.mark.postgres
class PruebaDeUnaCompraQueTarda(ConCienVentas):
    def test_it_counts_a_sale_with_a_lower_id_that_commits_later(self):
        carla, diego = crear_usuario("carla"), crear_usuario("diego")
        loteria = crear_producto(carla, "Lotería")
        dentro, contado = Event(), Event()

        def comprar_despacio():
            with transaction.atomic():
                crear_venta(self.bruno, self.tazas[0])
                dentro.set()
                assert contado.wait(10)

        def comprar_despues_y_contar():
            assert dentro.wait(10)
            try:
                crear_venta(diego, loteria)
                return contar()
            finally:
                contado.set()

        assert a_la_vez(comprar_despacio, comprar_despues_y_contar) == [None, 1]
        primera, segunda = Venta.objects.order_by("pk")
        assert (primera.contabilizada, segunda.contabilizada) == (False, True)
        assert contar() == 1
        assert self.contadas() == 2

    def test_it_does_not_wait_for_a_sale_that_somebody_is_changing(self):
        self.vender(2)
        primera = Venta.objects.earliest("pk")
        dentro, contado = Event(), Event()

        def cambiar_despacio():
            with transaction.atomic():
                Venta.objects.select_for_update().get(pk=primera.pk)
                dentro.set()
                assert contado.wait(10)

        def contar_mientras():
            assert dentro.wait(10)
            try:
                return contar()
            finally:
                contado.set()

        assert a_la_vez(cambiar_despacio, contar_mientras) == [None, 1]
        assert contar() == 1
