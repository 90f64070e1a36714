"""Each sale is counted once, in the row of its seller, day and product."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from unittest import mock

import pytest
from django.db import connection
from django.test import TestCase
from django.utils import timezone

from analytics import servicios
from analytics.consultas import por_dia
from analytics.models import EstadisticaDiaria
from analytics.servicios import contar
from tests.analytics.constructores import en_mexico, estadisticas, vender_el
from tests.ventas.constructores import crear_producto, crear_usuario, crear_venta
from ventas.models import Venta

DIA_20, DIA_21 = dt.date(2026, 11, 20), dt.date(2026, 11, 21)


class ConVendedoras(TestCase):
    def setUp(self):
        self.ana, self.bruno, self.carla = (crear_usuario(nombre) for nombre in ("ana", "bruno", "carla"))
        self.taza = crear_producto(self.ana, "Taza", "129.90", stock=10_000)
        self.pinata = crear_producto(self.ana, "Piñata", "349.00", stock=10_000)
        self.loteria = crear_producto(self.carla, "Lotería", "89.90", stock=10_000)


class PruebaDeContar(ConVendedoras):
    def test_it_adds_up_each_seller_day_and_product_apart(self):
        vender_el(self.bruno, self.taza, en_mexico(20), 2)
        vender_el(self.bruno, self.taza, en_mexico(20), 3)
        vender_el(self.bruno, self.taza, en_mexico(21))
        vender_el(self.bruno, self.pinata, en_mexico(21))
        vender_el(self.bruno, self.loteria, en_mexico(21))
        assert contar() == 5
        assert estadisticas() == [
            ("ana", DIA_20, "Taza", 2, 5, Decimal("649.50")),
            ("ana", DIA_21, "Piñata", 1, 1, Decimal("349.00")),
            ("ana", DIA_21, "Taza", 1, 1, Decimal("129.90")),
            ("carla", DIA_21, "Lotería", 1, 1, Decimal("89.90")),
        ]

    def test_it_adds_what_is_new_to_what_was_there(self):
        vender_el(self.bruno, self.taza, en_mexico(21), 2)
        assert (contar(), contar()) == (1, 0)
        vender_el(self.bruno, self.taza, en_mexico(21), 3)
        assert contar() == 1
        assert estadisticas() == [("ana", DIA_21, "Taza", 2, 5, Decimal("649.50"))]

    def test_it_counts_in_many_small_steps_what_it_counts_in_one(self):
        for dia in (20, 21, 20, 21, 20):
            vender_el(self.bruno, self.taza, en_mexico(dia))
            vender_el(self.bruno, self.loteria, en_mexico(dia))
        assert contar(limite=3) == 10
        assert [(fila[1], fila[2], fila[3]) for fila in estadisticas()] == [
            (DIA_20, "Taza", 3),
            (DIA_21, "Taza", 2),
            (DIA_20, "Lotería", 3),
            (DIA_21, "Lotería", 2),
        ]

    def test_it_cuts_the_day_at_midnight_in_mexico_whatever_the_zone_of_who_counts(self):
        for momento in (en_mexico(20, 23, 59), en_mexico(21, 0, 0), en_mexico(21, 23, 59)):
            vender_el(self.bruno, self.taza, momento)
        with timezone.override("Asia/Tokyo"):
            contar()
        assert [(dia, ventas) for _, dia, _, ventas, _, _ in estadisticas()] == [(DIA_20, 1), (DIA_21, 2)]

    def test_it_loses_no_cent_over_many_runs(self):
        centavos = crear_producto(self.ana, "Dulce", "0.10", stock=100)
        for _ in range(30):
            vender_el(self.bruno, centavos, en_mexico(21))
            contar()
        with connection.cursor() as cursor:
            # As it is stored: what SQLite adds up is a float, and reading it would round it.
            cursor.execute("SELECT monto FROM analytics_estadisticadiaria")
            assert cursor.fetchall() == [(3,)]

    def test_it_adds_the_highest_amounts_to_the_cent(self):
        caro = crear_producto(self.ana, "Casa", "99999999.99", stock=10_000)
        for _ in range(10):
            vender_el(self.bruno, caro, en_mexico(21), 1000)
            contar()
        assert EstadisticaDiaria.objects.get().monto == Decimal("999999999900.00")

    def test_it_writes_sums_and_marks_together_or_neither(self):
        vender_el(self.bruno, self.taza, en_mexico(21))
        with (
            mock.patch.object(servicios, "_sumar", side_effect=ZeroDivisionError),
            pytest.raises(ZeroDivisionError),
        ):
            contar()
        assert Venta.objects.filter(contabilizada=False).count() == 1
        contar()
        assert [fila[3] for fila in estadisticas()] == [1]

    def test_it_takes_the_same_few_queries_for_a_hundred_sales_as_for_one(self):
        vender_el(self.bruno, self.taza, en_mexico(21))
        with self.assertNumQueries(5):  # savepoint and release among them
            contar()
        for _ in range(100):
            vender_el(self.bruno, self.taza, en_mexico(21))
        with self.assertNumQueries(5):
            contar()

    def test_it_makes_more_rows_than_one_statement_takes(self):
        with mock.patch.object(servicios, "FILAS_POR_ORDEN", 2):
            for dia in range(1, 6):
                vender_el(self.bruno, self.taza, en_mexico(dia))
            contar()
        assert [fila[3] for fila in estadisticas()] == [1] * 5

    def test_it_stops_in_time_and_goes_on_the_next_time(self):
        for _ in range(3):
            vender_el(self.bruno, self.taza, en_mexico(21))
        with mock.patch.object(servicios, "SEGUNDOS", -1):
            assert [contar(limite=2), contar(limite=2), contar(limite=2)] == [2, 1, 0]


class PruebaDelPlan(TestCase):
    def setUp(self):
        self.ana, self.bruno = crear_usuario("ana"), crear_usuario("bruno")
        self.taza = crear_producto(self.ana, stock=10)
        llenar(crear_venta(self.bruno, self.taza), 20_000)
        crear_venta(self.bruno, self.taza)
        if connection.vendor == "postgresql":
            # As it does by itself sooner or later: a plan for a table of unknown contents is a guess.
            connection.cursor().execute("ANALYZE ventas_venta")

    def test_it_reads_only_the_index_of_what_is_not_counted(self):
        assert self.planes(contar)[0].count("venta_sin_contabilizar") == 1

    def test_it_sorts_no_long_backlog_for_each_step_of_it(self):
        Venta.objects.update(contabilizada=False)
        plan = self.planes(lambda: servicios._contar_lote(100))[0]
        assert "venta_sin_contabilizar" in plan
        assert not re.search("Sort|TEMP B-TREE", plan)

    def test_the_month_reads_no_sale_that_is_counted(self):
        (plan,) = self.planes(lambda: por_dia(self.ana.pk, timezone.now()))
        assert "venta_sin_contabilizar" in plan
        assert "Seq Scan on ventas_venta" not in plan

    def planes(self, hacer):
        """Returns how the database carries out each query that reads."""
        ordenes = []

        def anotar(ejecutar, sql, params, *mas):
            ordenes.append((sql, params))
            return ejecutar(sql, params, *mas)

        with connection.execute_wrapper(anotar):
            hacer()
        explicar = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
        planes = []
        with connection.cursor() as cursor:
            for sql, params in ordenes:
                if "SELECT" in sql:
                    cursor.execute(f"{explicar} {sql}", params)
                    planes.append("\n".join(str(fila[-1]) for fila in cursor.fetchall()))
        return planes


def llenar(venta: Venta, cuantas: int) -> None:
    """Makes copies of a sale that were counted long ago."""
    campos = {campo.attname: getattr(venta, campo.attname) for campo in Venta._meta.concrete_fields}
    del campos["id"]
    Venta.objects.filter(pk=venta.pk).update(contabilizada=True)
    Venta.objects.bulk_create(
        Venta(**{**campos, "numero": f"X{numero}", "folio": 1_000 + numero, "contabilizada": True})
        for numero in range(cuantas)
    )
