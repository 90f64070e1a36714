"""The seller's page: the shop's day, the newest sales, and what runs out."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db import connection
from django.test import Client, TestCase
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.ventas.constructores import crear_producto, crear_usuario, crear_venta, entrar
from ventas.consultas import PRODUCTOS_DEL_PANEL, VENTAS_RECIENTES, dia_de_la_tienda, panel
from ventas.models import Venta

MEXICO = ZoneInfo("America/Mexico_City")


class ConAna(TestCase):
    def setUp(self):
        self.ana = crear_usuario("ana")
        self.bruno = crear_usuario("bruno")
        self.cliente = entrar(self.ana)


class PruebaDeLaPagina(ConAna):
    def test_it_counts_todays_sales_to_the_cent(self):
        pinata = crear_producto(self.ana, precio="1299.90")
        for _ in range(3):
            crear_venta(self.bruno, pinata, cantidad=2)
        respuesta = self.cliente.get("/panel/")
        self.assertContains(respuesta, '<span class="cifra" data-cifra="ventas">3</span>', html=True)
        self.assertContains(respuesta, '<span class="cifra" data-cifra="unidades">6</span>', html=True)
        self.assertContains(respuesta, '<span class="cifra" data-cifra="monto">$7,799.40</span>', html=True)

    def test_it_shows_carla_nothing_of_anas(self):
        crear_venta(self.bruno, crear_producto(self.ana, "Piñata"))
        respuesta = entrar(crear_usuario("carla")).get("/panel/")
        self.assertNotContains(respuesta, "Piñata")
        self.assertContains(respuesta, "Todavía no has vendido nada")
        self.assertContains(respuesta, "No tienes productos a la venta")

    def test_it_marks_what_runs_out(self):
        crear_producto(self.ana, "Taza", stock=2, stock_minimo=5)
        crear_producto(self.ana, "Rebozo", stock=0)
        respuesta = self.cliente.get("/panel/")
        self.assertContains(respuesta, "Quedan pocas", count=1)
        self.assertContains(respuesta, "Agotado", count=1)

    def test_it_leads_from_each_product_to_its_inventory(self):
        taza = crear_producto(self.ana, "Taza <3")
        respuesta = self.cliente.get("/panel/")
        enlace = f'<a href="/ventas/producto/{taza.pk}/inventario/" aria-label="Inventario de Taza &lt;3">Inventario</a>'
        self.assertContains(respuesta, enlace)
        assert self.cliente.get(f"/ventas/producto/{taza.pk}/inventario/").status_code == 200

    def test_it_draws_the_day_and_the_month_inside_what_is_live(self):
        crear_venta(self.bruno, crear_producto(self.ana))
        for cabeceras in ({}, {"X-Parcial": "1"}):
            respuesta = self.cliente.get("/panel/", headers=cabeceras)
            self.assertContains(respuesta, '<svg class="dibujo"', count=2)
        self.assertContains(self.cliente.get("/panel/"), "css/graficas.css")

    def test_it_takes_the_same_queries_however_many_sales(self):
        pinata = crear_producto(self.ana, stock=100)
        crear_venta(self.bruno, pinata)
        with CaptureQueriesContext(connection) as una:
            self.cliente.get("/panel/", headers={"X-Parcial": "1"})
        for _ in range(9):
            crear_venta(self.bruno, pinata)
        with self.assertNumQueries(len(una)):
            self.cliente.get("/panel/", headers={"X-Parcial": "1"})

    def test_it_gives_only_its_inside_to_who_asks_for_a_part(self):
        entera = self.cliente.get("/panel/")
        self.assertContains(entera, '<div id="panel-vivo">')
        self.assertContains(entera, "js/panel.js")
        parte = self.cliente.get("/panel/", headers={"X-Parcial": "1"})
        self.assertContains(parte, "Ventas recientes")
        self.assertNotContains(parte, "panel-vivo")
        self.assertNotContains(parte, "<html")
        assert "X-Parcial" in parte["Vary"]
        assert "no-store" in parte["Cache-Control"]

    def test_it_asks_a_stranger_to_sign_in(self):
        self.assertRedirects(
            Client().get("/panel/"), "/cuentas/login/?next=/panel/", fetch_redirect_response=False
        )


class PruebaDeLaConsulta(ConAna):
    def test_it_cuts_the_day_at_midnight_in_mexico(self):
        inicio, fin = dia_de_la_tienda(dt.datetime(2026, 11, 21, 5, 59, tzinfo=dt.UTC))
        assert (
            inicio == dt.datetime(2026, 11, 20, tzinfo=MEXICO) == dt.datetime(2026, 11, 20, 6, tzinfo=dt.UTC)
        )
        assert fin == dt.datetime(2026, 11, 21, tzinfo=MEXICO)

    def test_it_counts_the_shops_day_whatever_the_zone_of_who_looks(self):
        pinata = crear_producto(self.ana, precio="10.00", stock=100)
        momentos = {1: (20, 23, 59), 2: (21, 0, 0), 4: (21, 23, 59), 8: (22, 0, 0)}
        for cantidad, (dia, hora, minuto) in momentos.items():
            venta = crear_venta(self.bruno, pinata, cantidad)
            momento = dt.datetime(2026, 11, dia, hora, minuto, tzinfo=MEXICO)
            Venta.objects.filter(pk=venta.pk).update(fecha_creacion=momento)
        with timezone.override("Asia/Tokyo"):
            hoy = panel(self.ana.pk, dt.datetime(2026, 11, 21, 12, tzinfo=MEXICO))
        assert (hoy.ventas_hoy, hoy.unidades_hoy, hoy.monto_hoy) == (2, 2 + 4, Decimal("60.00"))

    def test_it_adds_many_amounts_without_losing_a_cent(self):
        centavos = crear_producto(self.ana, precio="0.10", stock=1000)
        for _ in range(30):
            crear_venta(self.bruno, centavos)
        assert panel(self.ana.pk, timezone.now()).monto_hoy == Decimal("3.00")

    def test_it_shows_a_bounded_number_of_rows_in_few_queries(self):
        for numero in range(PRODUCTOS_DEL_PANEL + 1):
            crear_producto(self.ana, f"Taza {numero}")
        taza = crear_producto(self.ana, "La última", stock=1000)
        for _ in range(VENTAS_RECIENTES + 1):
            ultima = crear_venta(self.bruno, taza)
        with self.assertNumQueries(4):
            todo = panel(self.ana.pk, timezone.now())
        assert len(todo.recientes) == VENTAS_RECIENTES
        assert todo.recientes[0] == ultima
        assert len(todo.productos) == PRODUCTOS_DEL_PANEL
        assert todo.productos_en_total == PRODUCTOS_DEL_PANEL + 2
