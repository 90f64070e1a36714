"""The daily report: which sales are that day's, what the file says, and that there is one."""

from __future__ import annotations

import csv
import datetime as dt
import io
from decimal import Decimal
from functools import partial
from unittest import mock
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.test import Client, TestCase, TransactionTestCase, override_settings
from django.utils import timezone

from tests.ventas.constructores import crear_producto, crear_usuario, crear_venta, entrar
from tests.ventas.simultaneo import a_la_vez
from ventas.models import ReporteDiario, Venta
from ventas.reportes import ayer, celda, generar

DIA = dt.date(2025, 11, 20)
EN_NUEVA_YORK = override_settings(TIME_ZONE="America/New_York")


def utc(texto: str) -> dt.datetime:
    return dt.datetime.fromisoformat(texto).replace(tzinfo=dt.UTC)


def vaciar() -> None:
    """The tests of a run share a folder of files."""
    carpeta = settings.MEDIA_ROOT / "reportes"
    for archivo in carpeta.glob("*") if carpeta.is_dir() else ():
        archivo.unlink()


def archivos() -> list[str]:
    return default_storage.listdir("reportes")[1] if default_storage.exists("reportes") else []


def filas(reporte: ReporteDiario) -> list[list[str]]:
    with reporte.archivo.open("rb") as archivo:
        return list(csv.reader(io.StringIO(archivo.read().decode("utf-8-sig"), newline="")))


class ConVentas:
    def setUp(self):
        vaciar()
        self.addCleanup(vaciar)
        self.ana, self.carla = crear_usuario("ana"), crear_usuario("carla")
        self.bruno = crear_usuario("bruno", first_name="Bruno", last_name="Núñez")
        self.taza = crear_producto(self.ana, "Taza", "129.90", stock=1000)

    def vender(self, cuando: str, producto=None, cantidad=1) -> Venta:
        """A sale at that moment, in UTC."""
        venta = crear_venta(self.bruno, producto or self.taza, cantidad)
        Venta.objects.filter(pk=venta.pk).update(fecha_creacion=utc(cuando))
        return venta


class PruebaDelArchivo(ConVentas, TestCase):
    def test_it_lists_the_sales_of_all_sellers_in_their_order_and_adds_them_up(self):
        self.vender("2025-11-20T23:05:09", crear_producto(self.carla, "Lotería, mexicana", "89.90"))
        self.vender("2025-11-20T15:00:00", cantidad=2)
        reporte = generar(DIA)
        assert filas(reporte) == [
            ["Producto", "Comprador", "Monto", "Hora"],
            ["Taza", "Bruno Núñez", "259.80", "09:00:00"],
            ["Lotería, mexicana", "Bruno Núñez", "89.90", "17:05:09"],
            ["Total", "", "349.70", ""],
        ]
        assert (reporte.ventas, reporte.total) == (2, Decimal("349.70"))
        assert reporte.archivo.name == "reportes/ventas_2025-11-20.csv"

    def test_a_day_without_sales_has_its_report_too(self):
        reporte = generar(DIA)
        assert filas(reporte)[1:] == [["Total", "", "0.00", ""]]
        assert (reporte.ventas, reporte.total) == (0, Decimal(0))

    def test_it_opens_in_a_spreadsheet_with_its_accents(self):
        self.vender("2025-11-20T15:00:00", crear_producto(self.ana, "Piñata «año» 50 €"))
        with generar(DIA).archivo.open("rb") as archivo:
            crudo = archivo.read()
        assert crudo.startswith(b"\xef\xbb\xbf")
        assert crudo.count(b"\r\n") == crudo.count(b"\n") == 3
        assert "Piñata «año» 50 €" in crudo.decode("utf-8-sig")

    def test_it_names_products_as_they_were_sold(self):
        self.vender("2025-11-20T15:00:00")
        self.taza.nombre = "Taza grande"
        self.taza.save()
        assert filas(generar(DIA))[1][0] == "Taza"

    def test_no_name_becomes_a_formula(self):
        self.bruno.first_name, self.bruno.last_name = "@SUM(A1)", ""
        self.bruno.save()
        nombre = '=HYPERLINK("http://evil.example";"clic")'
        self.vender("2025-11-20T15:00:00", crear_producto(self.ana, nombre))
        fila = filas(generar(DIA))[1]
        assert fila[:2] == [f"'{nombre}", "'@SUM(A1)"]

    def test_quotes_newlines_and_semicolons_stay_inside_their_cell(self):
        nombre = 'Taza "grande",\r\nroja;=1+1'
        self.vender("2025-11-20T15:00:00", crear_producto(self.ana, nombre))
        reporte = generar(DIA)
        assert filas(reporte)[1][0] == nombre
        with reporte.archivo.open("rb") as archivo:
            assert b'"Taza ""grande"",\r\nroja;=1+1","Bruno' in archivo.read()

    def test_it_adds_up_large_amounts_to_the_cent(self):
        cara = crear_producto(self.ana, "Joya", "99999999.99", stock=3000)
        for _ in range(3):
            self.vender("2025-11-20T15:00:00", cara, cantidad=1000)
        assert generar(DIA).total == Decimal("299999999970.00")


class PruebaDeLasCeldas(TestCase):
    def test_what_begins_like_a_formula_is_marked_as_text(self):
        for texto in (
            "=1",
            "+1",
            "-1",
            "@a",
            "\t=1",
            "\r=1",
            "\n=1",
            "＝1",
            "＋1",
            "－1",
            "＠a",
            " =1",
            "\u200b=1",
        ):
            with self.subTest(texto=texto):
                assert celda(texto) == f"'{texto}"

    def test_everything_else_stays_as_it_is(self):
        for texto in ("", "Taza", "A-1", "1=1", "'=1", " Taza", "ñ", "«=»"):
            with self.subTest(texto=texto):
                assert celda(texto) == texto


class PruebaDeLosDias(ConVentas, TestCase):
    def contar(self, *dias: str) -> list[int]:
        return [generar(dt.date.fromisoformat(dia)).ventas for dia in dias]

    def test_a_day_is_the_shops_and_not_that_of_greenwich(self):
        self.vender("2025-11-20T05:59:59.999999")  # still the 19th in Mexico City
        self.vender("2025-11-20T06:00:00")
        self.vender("2025-11-21T05:59:59.999999")
        self.vender("2025-11-21T06:00:00")
        assert self.contar("2025-11-19", "2025-11-20", "2025-11-21") == [1, 2, 1]

    def test_the_zone_of_who_asks_does_not_matter(self):
        self.vender("2025-11-20T05:00:00")
        with timezone.override(ZoneInfo("Asia/Tokyo")):
            assert self.contar("2025-11-19", "2025-11-20") == [1, 0]

    @EN_NUEVA_YORK
    def test_the_day_of_23_hours_loses_no_sale_and_counts_none_twice(self):
        horas = [utc("2025-03-09T05:00:00") + dt.timedelta(minutes=30 * n) for n in range(46)]
        for hora in [utc("2025-03-09T04:59:59"), *horas, utc("2025-03-10T04:00:00")]:
            self.vender(hora.replace(tzinfo=None).isoformat())
        assert self.contar("2025-03-08", "2025-03-09", "2025-03-10") == [1, 46, 1]

    @EN_NUEVA_YORK
    def test_the_day_of_25_hours_loses_no_sale_and_counts_none_twice(self):
        horas = [utc("2025-11-02T04:00:00") + dt.timedelta(minutes=30 * n) for n in range(50)]
        for hora in [utc("2025-11-02T03:59:59"), *horas, utc("2025-11-03T05:00:00")]:
            self.vender(hora.replace(tzinfo=None).isoformat())
        assert self.contar("2025-11-01", "2025-11-02", "2025-11-03") == [1, 50, 1]
        # One o'clock came twice that night: in the order in which they were sold.
        horas = [fila[3] for fila in filas(ReporteDiario.objects.get(dia="2025-11-02"))[1:-1]]
        assert horas[2:7] == ["01:00:00", "01:30:00", "01:00:00", "01:30:00", "02:00:00"]

    def test_yesterday_is_the_shops_yesterday(self):
        assert ayer(utc("2025-11-21T05:59:59")) == dt.date(2025, 11, 19)
        assert ayer(utc("2025-11-21T06:00:00")) == dt.date(2025, 11, 20)
        with timezone.override(ZoneInfo("Asia/Tokyo")):
            assert ayer(utc("2025-11-21T05:59:59")) == dt.date(2025, 11, 19)

    @EN_NUEVA_YORK
    def test_yesterday_is_right_on_the_morning_after_a_clock_change(self):
        for manana in ("2025-03-10T12:00:00", "2025-11-03T13:00:00"):
            assert ayer(utc(manana)) == utc(manana).date() - dt.timedelta(days=1)
        assert ayer(utc("2025-11-03T04:30:00")) == dt.date(2025, 11, 1)

    def test_it_reports_no_day_that_is_not_over(self):
        hoy = timezone.localdate(timezone=timezone.get_default_timezone())
        for dia in (hoy, hoy + dt.timedelta(days=1)):
            with self.subTest(dia=dia), pytest.raises(ValueError, match="not over"):
                generar(dia)
        generar(hoy - dt.timedelta(days=1))


class PruebaDeUnaVez(ConVentas, TransactionTestCase):
    def setUp(self):
        super().setUp()
        self.vender("2025-11-20T15:00:00")

    def test_a_repeated_run_gives_the_first_report_again(self):
        primero = generar(DIA)
        self.vender("2025-11-20T16:00:00")
        assert generar(DIA) == primero
        assert ReporteDiario.objects.get().ventas == 1
        assert archivos() == ["ventas_2025-11-20.csv"]

    def test_two_at_once_make_one(self):
        resultados = a_la_vez(*[partial(generar, DIA)] * 3)
        assert {resultado.pk for resultado in resultados} == {ReporteDiario.objects.get().pk}
        assert archivos() == ["ventas_2025-11-20.csv"]
        assert len(filas(resultados[0])) == 3

    def test_a_full_disk_leaves_neither_row_nor_file(self):
        def a_medias(almacen, nombre, contenido):
            ruta = settings.MEDIA_ROOT / nombre
            ruta.parent.mkdir(parents=True, exist_ok=True)
            ruta.write_bytes(contenido.read(10))
            raise OSError(28, "No space left on device")

        with (
            mock.patch("django.core.files.storage.FileSystemStorage._save", a_medias),
            pytest.raises(OSError, match="No space left"),
        ):
            generar(DIA)
        assert not ReporteDiario.objects.exists()
        assert archivos() == []
        assert generar(DIA).ventas == 1

    def test_a_file_that_a_killed_process_left_is_replaced(self):
        (settings.MEDIA_ROOT / "reportes").mkdir(parents=True, exist_ok=True)
        (settings.MEDIA_ROOT / "reportes/ventas_2025-11-20.csv").write_bytes(b"half of it")
        reporte = generar(DIA)
        assert archivos() == ["ventas_2025-11-20.csv"]
        assert len(filas(reporte)) == 3


class PruebaDeLaPagina(ConVentas, TestCase):
    def setUp(self):
        super().setUp()
        self.admin = entrar(crear_usuario("admin", is_staff=True))

    def test_staff_see_each_day_with_its_total_and_take_its_file(self):
        self.vender("2025-11-20T15:00:00", cantidad=10)
        generar(DIA)
        respuesta = self.admin.get("/reportes/")
        for texto in ("20 de Noviembre de 2025", "1 venta", "$1,299.00", 'href="/reportes/2025-11-20/"'):
            self.assertContains(respuesta, texto)
        archivo = self.admin.get("/reportes/2025-11-20/")
        assert archivo["Content-Disposition"] == 'attachment; filename="ventas_2025-11-20.csv"'
        assert archivo["Content-Type"] == "text/csv; charset=utf-8"
        assert archivo["X-Content-Type-Options"] == "nosniff"
        assert "no-store" in archivo["Cache-Control"]
        assert "Taza" in archivo.getvalue().decode()

    def test_nobody_else_learns_that_it_is_there(self):
        generar(DIA)
        retirado = crear_usuario("eva", is_staff=True)
        cliente = entrar(retirado)
        retirado.is_active = False
        retirado.save()
        for otro in (Client(), entrar(self.ana), entrar(self.bruno), cliente):
            for ruta in ("/reportes/", "/reportes/2025-11-20/"):
                assert otro.get(ruta).status_code == 404

    def test_it_says_when_there_are_none_yet(self):
        self.assertContains(self.admin.get("/reportes/"), "Todavía no hay reportes")

    def test_it_turns_pages(self):
        dias = [DIA - dt.timedelta(days=n) for n in range(40)]
        ReporteDiario.objects.bulk_create(
            ReporteDiario(dia=dia, archivo=f"reportes/{dia}.csv", ventas=0, total=0) for dia in dias
        )
        self.assertContains(self.admin.get("/reportes/"), 'href="?pagina=2"')
        self.assertContains(self.admin.get("/reportes/?pagina=2"), f"/reportes/{dias[-1]}/")
        assert self.admin.get("/reportes/?pagina=-1").status_code == 400

    def test_it_answers_404_to_a_day_without_a_report_and_to_what_is_no_day(self):
        ReporteDiario.objects.create(dia=DIA, archivo="reportes/ya_no_esta.csv", ventas=0, total=0)
        for dia in (
            "2025-11-20",
            "2025-11-19",
            "2025-02-30",
            "0000-01-01",
            "2025-1-1",
            "abc",
            "../settings.py",
        ):
            with self.subTest(dia=dia):
                assert self.admin.get(f"/reportes/{dia}/").status_code == 404

    def test_it_answers_to_reading_alone(self):
        for ruta in ("/reportes/", "/reportes/2025-11-20/"):
            assert self.admin.post(ruta).status_code == 405
