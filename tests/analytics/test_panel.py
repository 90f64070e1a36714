"""The charts as ana's page shows them, in both languages, and what staff may look up."""

from __future__ import annotations

import datetime as dt
import re
from unittest import mock
from xml.etree import ElementTree

from django.template import Context, Template
from django.test import TestCase, override_settings
from django.utils import timezone, translation

from analytics import cuadros
from analytics.consultas import Tramo
from analytics.models import EstadisticaDiaria
from analytics.servicios import contar
from analytics.tasks import actualizar_estadisticas
from tests.analytics.constructores import en_mexico, vender_el
from tests.ventas.constructores import crear_producto, crear_usuario, entrar

AHORA = en_mexico(21, 14, 30)
SVG = "{http://www.w3.org/2000/svg}"


class ConAna(TestCase):
    def setUp(self):
        self.ana, self.bruno = crear_usuario("ana"), crear_usuario("bruno")
        self.taza = crear_producto(self.ana, "Taza", "129.90", stock=1000)

    def grafica(self, etiqueta, ahora=AHORA):
        """Returns what a tag writes at that moment, without empty space between elements."""
        with mock.patch.object(timezone, "now", return_value=ahora):
            texto = Template(f"{{% load graficas %}}{{% {etiqueta} quien %}}").render(
                Context({"quien": self.ana.pk})
            )
        return re.sub(r">\s+<", "><", texto)


class PruebaDeLaPagina(ConAna):
    def test_it_says_what_was_sold_to_the_eye_to_the_pointer_and_to_a_screen_reader(self):
        vender_el(self.bruno, self.taza, en_mexico(21, 9), 2)
        vender_el(self.bruno, self.taza, en_mexico(21, 14))
        vender_el(self.bruno, self.taza, en_mexico(21, 14))
        texto = self.grafica("grafica_del_dia")
        self.assertInHTML("<title>14:00: $259.80, 2 ventas</title>", texto)
        self.assertInHTML("<title>09:00: $259.80, 1 venta</title>", texto)
        assert "3 ventas por $519.60. Lo más alto: $259.80, 09:00.</desc>" in texto
        assert '<tr><th scope="row">09:00</th><td>1</td><td>$259.80</td></tr>' in texto
        assert '<tr class="actual"><th scope="row">14:00</th><td>2</td><td>$259.80</td></tr>' in texto
        assert '<tfoot><tr><th scope="row">Total</th><td>3</td><td>$519.60</td></tr></tfoot>' in texto

    def test_its_table_ends_with_this_hour(self):
        vender_el(self.bruno, self.taza, en_mexico(21, 9))
        nombres = re.findall(r'<th scope="row">([\d:]+)</th>', self.grafica("grafica_del_dia"))
        assert nombres == [f"{hora:02}:00" for hora in range(15)]

    def test_its_month_ends_with_today_and_writes_dates_as_the_language_does(self):
        vender_el(self.bruno, self.taza, en_mexico(21))
        vender_el(self.bruno, self.taza, en_mexico(7))
        contar()
        texto = self.grafica("grafica_del_mes")
        assert texto.count('<th scope="row">') == 30 + 1
        assert '<tr class="actual"><th scope="row">21 de Noviembre</th><td>1</td>' in texto
        with translation.override("en"):
            assert '<tr class="actual"><th scope="row">November 21</th><td>1</td>' in self.grafica(
                "grafica_del_mes"
            )

    def test_it_is_a_drawing_without_anything_a_strict_policy_forbids(self):
        vender_el(self.bruno, self.taza, AHORA)
        for etiqueta in ("grafica_del_dia", "grafica_del_mes"):
            texto = self.grafica(etiqueta)
            assert not re.search(r"style|<script|\son\w+=|href", texto)
            dibujo = texto[texto.index("<svg") : texto.index("</svg>") + 6]
            raiz = ElementTree.fromstring(dibujo.replace("<svg", f'<svg xmlns="{SVG[1:-1]}"'))  # noqa: S314  (it is ours)
            nombrado = {elemento.get("id") for elemento in raiz.iter()}
            assert {raiz.get("aria-labelledby"), raiz.get("aria-describedby")} <= nombrado
            assert len(raiz.findall(f".//{SVG}rect[@class='ahora']")) == 1

    def test_it_writes_the_same_places_in_every_language(self):
        vender_el(self.bruno, crear_producto(self.ana, "Casa", "99999999.99", stock=1000), AHORA, 1000)
        lugares = []
        # Germans write a comma where a drawing needs a point.
        for idioma in ("es-mx", "en", "de"):
            with translation.override(idioma):
                lugares.append(
                    re.findall(r' (?:x|y|x1|y1|width|height)="[^"]*"', self.grafica("grafica_del_dia"))
                )
        assert lugares[0][:20] == lugares[2][:20]
        assert all(re.fullmatch(r' \w+="\d+(\.\d+)?"', lugar) for lista in lugares for lugar in lista)

    def test_it_says_so_when_nothing_was_sold(self):
        vender_el(self.bruno, self.taza, AHORA - dt.timedelta(days=40))
        for etiqueta, texto in {
            "grafica_del_dia": "Hoy todavía no hay ventas.",
            "grafica_del_mes": "En los últimos 30 días no hay ventas.",
        }.items():
            escrito = self.grafica(etiqueta)
            assert texto in escrito
            assert "<svg" not in escrito
            assert "<table" not in escrito

    def test_it_tells_apart_the_two_hours_of_a_changed_clock(self):
        with override_settings(TIME_ZONE="America/New_York"):
            vender_el(self.bruno, self.taza, dt.datetime(2026, 11, 1, 6, 30, tzinfo=dt.UTC))
            texto = self.grafica("grafica_del_dia", dt.datetime(2026, 11, 1, 12, tzinfo=dt.UTC))
        assert '<th scope="row">01:00 EDT</th><td>0</td>' in texto
        assert '<th scope="row">01:00 EST</th><td>1</td>' in texto

    def test_it_marks_this_hour_to_the_minute(self):
        tramos = [Tramo(desde=en_mexico(21, hora)) for hora in range(24)]
        for minuto, actual in {(8, 59): 8, (9, 0): 9, (9, 59): 9}.items():
            filas = cuadros.del_dia(tramos, en_mexico(21, *minuto)).filas
            assert [lugar for lugar, fila in enumerate(filas) if fila.actual] == [actual]
            assert [fila.futura for fila in filas] == [hora > actual for hora in range(24)]

    def test_the_panel_shows_both_to_ana_and_nothing_of_hers_to_carla(self):
        vender_el(self.bruno, self.taza, timezone.now())
        de_ana = entrar(self.ana).get("/panel/", headers={"X-Parcial": "1"})
        self.assertContains(de_ana, "1 venta por $129.90", count=2)
        de_carla = entrar(crear_usuario("carla")).get("/panel/", headers={"X-Parcial": "1"})
        self.assertNotContains(de_carla, "129.90")
        self.assertContains(de_carla, "Hoy todavía no hay ventas.")


class PruebaDeLaTarea(ConAna):
    def test_it_counts_when_it_is_called(self):
        vender_el(self.bruno, self.taza, AHORA)
        actualizar_estadisticas()
        assert EstadisticaDiaria.objects.get().ventas == 1
        assert actualizar_estadisticas.name == "analytics.tasks.actualizar_estadisticas"

    def test_it_counts_once_a_period_when_two_schedulers_send_it(self):
        for _ in range(2):
            vender_el(self.bruno, self.taza, AHORA)
            actualizar_estadisticas.apply()
        assert EstadisticaDiaria.objects.get().ventas == 1


class PruebaDeLaAdministracion(ConAna):
    def test_staff_looks_up_sums_but_changes_adds_and_deletes_none(self):
        vender_el(self.bruno, self.taza, AHORA, 2)
        contar()
        suma = EstadisticaDiaria.objects.get()
        cliente = entrar(crear_usuario("admin", is_staff=True, is_superuser=True))
        base = "/admin/analytics/estadisticadiaria/"
        self.assertContains(cliente.get(f"{base}?q=taza"), "259.80")
        assert cliente.get(f"{base}{suma.pk}/change/").status_code == 200
        assert cliente.post(f"{base}{suma.pk}/change/", {"ventas": "9"}).status_code == 403
        assert cliente.post(f"{base}{suma.pk}/delete/", {"post": "yes"}).status_code == 403
        assert cliente.get(f"{base}add/").status_code == 403
