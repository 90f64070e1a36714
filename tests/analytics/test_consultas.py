"""What a seller's charts are drawn from: ana's sales alone, each once, on the shop's days and hours."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.test import TestCase, override_settings
from django.utils import timezone

from analytics.consultas import DIAS_DEL_MES, por_dia, por_hora
from analytics.servicios import contar
from tests.analytics.constructores import en_mexico, vender_el
from tests.ventas.constructores import crear_producto, crear_usuario

AHORA = en_mexico(21, 14, 30)


def vendido(tramos):
    return [(tramo.desde, tramo.ventas, tramo.monto) for tramo in tramos if tramo.ventas]


class ConAna(TestCase):
    def setUp(self):
        self.ana, self.bruno = crear_usuario("ana"), crear_usuario("bruno")
        self.taza = crear_producto(self.ana, "Taza", "10.00", stock=1000)

    def vender(self, *momentos):
        for momento in momentos:
            vender_el(self.bruno, self.taza, momento)


class PruebaDeLasHoras(ConAna):
    def test_it_puts_each_sale_into_its_hour_of_the_shops_day(self):
        self.vender(en_mexico(20, 23, 59), en_mexico(21), en_mexico(21, 9, 59), en_mexico(21, 10))
        self.vender(en_mexico(21, 10, 1), en_mexico(21, 23, 59), en_mexico(22, 0))
        with timezone.override("Asia/Tokyo"):
            tramos = por_hora(self.ana.pk, AHORA)
        assert [tramo.desde for tramo in tramos] == [en_mexico(21, hora) for hora in range(24)]
        assert vendido(tramos) == [
            (en_mexico(21, 9), 1, Decimal("10.00")),
            (en_mexico(21, 10), 2, Decimal("20.00")),
            (en_mexico(21, 12), 1, Decimal("10.00")),
            (en_mexico(21, 23), 1, Decimal("10.00")),
        ]

    def test_it_shows_carla_nothing_of_anas(self):
        self.vender(AHORA)
        contar()
        carla = crear_usuario("carla")
        assert vendido(por_hora(carla.pk, AHORA)) == vendido(por_dia(carla.pk, AHORA)) == []

    def test_it_gives_a_day_on_which_the_clock_is_changed_the_hours_that_it_has(self):
        nueva_york = ZoneInfo("America/New_York")
        with override_settings(TIME_ZONE="America/New_York"):
            adelanto = por_hora(self.ana.pk, dt.datetime(2026, 3, 8, 12, tzinfo=nueva_york))
            assert [tramo.desde.hour for tramo in adelanto] == [0, 1, *range(3, 24)]
            # Half past one comes twice: the hour that is repeated is two.
            medias = [dt.datetime(2026, 11, 1, 1, 30, tzinfo=nueva_york, fold=fold) for fold in (0, 1, 1)]
            self.vender(*medias)
            atraso = por_hora(self.ana.pk, dt.datetime(2026, 11, 1, 12, tzinfo=nueva_york))
        assert [tramo.desde.hour for tramo in atraso] == [0, 1, 1, *range(2, 24)]
        assert [tramo.ventas for tramo in atraso[:4]] == [0, 1, 2, 0]

    def test_it_takes_one_query(self):
        with self.assertNumQueries(1):
            por_hora(self.ana.pk, AHORA)


class PruebaDeLosDias(ConAna):
    def test_it_ends_with_today_and_leaves_out_what_is_older(self):
        primero = en_mexico(21) - dt.timedelta(days=29)
        self.vender(primero - dt.timedelta(hours=13), primero, en_mexico(21, 0), AHORA)
        for _ in range(2):
            tramos = por_dia(self.ana.pk, AHORA)
            assert len(tramos) == DIAS_DEL_MES
            assert vendido(tramos) == [
                (primero.replace(hour=0), 1, Decimal("10.00")),
                (en_mexico(21, 0), 2, Decimal("20.00")),
            ]
            # The same again, from the statistics.
            contar()

    def test_it_shows_what_is_counted_and_what_is_not_together(self):
        self.vender(en_mexico(20), AHORA)
        contar()
        self.vender(en_mexico(20), AHORA, AHORA)
        with self.assertNumQueries(1), timezone.override("Asia/Tokyo"):
            tramos = por_dia(self.ana.pk, AHORA)
        assert vendido(tramos) == [
            (en_mexico(20, 0), 2, Decimal("20.00")),
            (en_mexico(21, 0), 3, Decimal("30.00")),
        ]

    def test_it_adds_up_the_products_of_a_day(self):
        self.vender(AHORA)
        vender_el(self.bruno, crear_producto(self.ana, "Dulce", "0.10", stock=9), AHORA, 3)
        contar()
        assert vendido(por_dia(self.ana.pk, AHORA)) == [(en_mexico(21, 0), 2, Decimal("10.30"))]

    def test_it_counts_days_by_the_calendar_across_a_changed_clock(self):
        with override_settings(TIME_ZONE="America/New_York"):
            # New York's first of November lasts from 4:00 to 5:00 of the next day in London.
            self.vender(*(dt.datetime(2026, 11, dia, 4, 30, tzinfo=dt.UTC) for dia in (1, 2)))
            contar()
            self.vender(*(dt.datetime(2026, 11, dia, 4, 45, tzinfo=dt.UTC) for dia in (1, 2)))
            tramos = por_dia(self.ana.pk, dt.datetime(2026, 11, 2, 12, tzinfo=dt.UTC))
        assert [tramo.desde.date() for tramo in tramos[-3:]] == [
            dt.date(2026, 10, 31) + dt.timedelta(days=dia) for dia in range(3)
        ]
        assert [tramo.ventas for tramo in tramos[-3:]] == [0, 4, 0]
