"""`manage.py simular_ventas`."""

from __future__ import annotations

from io import StringIO
from unittest import mock

import pytest
from django.core.management import CommandError, call_command
from django.test import TestCase

from colas.models import Pendiente
from tests.ventas.constructores import crear_producto, crear_usuario
from ventas.models import Producto, Venta
from ventas.simulacion import Recuento, Simulacion


class RelojDeMentira:
    """Time that passes only while somebody sleeps or works."""

    def __init__(self):
        self.ahora = 0.0
        self.siestas = []

    def __call__(self):
        return self.ahora

    def dormir(self, segundos):
        self.siestas.append(round(segundos, 6))
        self.ahora += segundos


class ConTienda(TestCase):
    def setUp(self):
        self.ana = crear_usuario("ana")
        self.bruno = crear_usuario("bruno")
        self.reloj = RelojDeMentira()

    def simular(self, productos, por_segundo=10.0, durante=1.0, avanzar=lambda: None):
        simulada = Simulacion(
            comprador_id=self.bruno.pk,
            producto_ids=[producto.pk for producto in productos],
            por_segundo=por_segundo,
            durante=durante,
            reloj=self.reloj,
            dormir=self.reloj.dormir,
        )
        simulada.correr(avanzar)
        return simulada.recuento


class PruebaDelPlan(ConTienda):
    def test_it_really_buys_at_the_planned_moments(self):
        recuento = self.simular([crear_producto(self.ana, stock=100)])
        assert recuento.vendidas == Venta.objects.count() == 10
        assert self.reloj.siestas == [0.0, *[0.1] * 9]

    def test_it_does_not_wait_after_a_slow_purchase_and_counts_the_delay(self):
        tardanzas = iter([0.35, 0, 0, 0, 0])

        def avanzar():
            self.reloj.ahora += next(tardanzas)

        recuento = self.simular([crear_producto(self.ana)], durante=0.5, avanzar=avanzar)
        assert self.reloj.siestas == [0.0, 0.0, 0.0, 0.0, 0.05]
        assert [round(duracion, 6) for duracion in recuento.duraciones] == [0.0, 0.25, 0.15, 0.05, 0.0]

    def test_it_counts_refusals_and_stops_when_all_is_sold(self):
        recuento = self.simular([crear_producto(self.ana, stock=2), crear_producto(self.ana, stock=1)])
        assert (recuento.vendidas, recuento.rechazadas) == (3, 2)
        assert set(Producto.objects.values_list("stock", flat=True)) == {0}

    def test_it_promises_what_follows_as_the_page_does(self):
        self.simular([crear_producto(self.ana)], durante=0.2)
        prometidas = [pendiente.argumentos[0] for pendiente in Pendiente.objects.all()]
        assert sorted(prometidas) == sorted(Venta.objects.values_list("pk", flat=True))


class PruebaDelRecuento(TestCase):
    def test_it_gives_the_median_and_the_tail_in_milliseconds(self):
        recuento = Recuento(duraciones=[numero / 1000 for numero in range(100, 0, -1)])
        assert (recuento.percentil(0.5), recuento.percentil(0.99)) == (50, 99)

    def test_it_has_a_line_for_nothing_at_all(self):
        assert Recuento().linea() == "Vendidas: 0. Rechazadas: 0. Compra: p50 0.0 ms, p99 0.0 ms."


class PruebaDeLaOrden(ConTienda):
    def ejecutar(self, *argumentos):
        salida = StringIO()
        call_command("simular_ventas", *argumentos, stdout=salida)
        return salida.getvalue()

    def test_it_ends_with_one_line_that_says_it_all(self):
        crear_producto(self.ana, stock=100)
        ultima = self.ejecutar("--por-segundo", "20", "--durante", "1").splitlines()[-1]
        assert ultima.startswith("Vendidas: 20. Rechazadas: 0. Compra: p50 ")

    def test_it_ends_with_that_line_after_ctrl_c_too(self):
        crear_producto(self.ana)
        with mock.patch.object(Simulacion, "correr", side_effect=KeyboardInterrupt):
            lineas = self.ejecutar().splitlines()
        assert lineas == ["Interrumpida.", Recuento().linea()]

    def test_it_says_that_everything_was_sold_before_the_end(self):
        crear_producto(self.ana, stock=1)
        assert "Se agotaron" in self.ejecutar("--por-segundo", "50", "--durante", "1")

    def test_it_buys_for_the_people_it_is_told(self):
        carla = crear_usuario("carla")
        crear_producto(self.bruno)
        self.ejecutar("--comprador", "carla", "--vendedor", "bruno", "--durante", "1")
        venta = Venta.objects.first()
        assert (venta.comprador, venta.vendedor) == (carla, self.bruno)

    def test_it_refuses_arguments_out_of_bounds_and_says_what_came(self):
        for argumentos in (
            ["--por-segundo", "0"],
            ["--por-segundo", "501"],
            ["--por-segundo", "nan"],
            ["--por-segundo", "inf"],
            ["--por-segundo", "cinco"],
            ["--durante", "0.5"],
            ["--durante", "-1"],
            ["--durante", "1e9"],
        ):
            with (
                self.subTest(argumentos=argumentos),
                pytest.raises(CommandError, match="debe ser un número entre"),
            ):
                self.ejecutar(*argumentos)

    def test_it_refuses_people_who_are_not_there(self):
        crear_usuario("diego", is_active=False)
        for argumentos in (["--comprador", "nadie"], ["--vendedor", "nadie"], ["--comprador", "diego"]):
            with (
                self.subTest(argumentos=argumentos),
                pytest.raises(CommandError, match="ninguna cuenta activa"),
            ):
                self.ejecutar(*argumentos)
        with pytest.raises(CommandError, match="personas distintas"):
            self.ejecutar("--comprador", "ana", "--vendedor", "ana")

    def test_it_refuses_to_start_with_empty_shelves(self):
        crear_producto(self.ana, stock=0)
        crear_producto(self.ana, activo=False)
        with pytest.raises(CommandError, match="no tiene productos con existencias"):
            self.ejecutar()
