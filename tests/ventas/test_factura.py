"""The invoice: what is on the paper, and that there is one whole file of it or none."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from decimal import Decimal
from io import BytesIO
from unittest import mock

import pytest
from django.conf import settings
from django.db import DatabaseError
from django.test import TestCase, override_settings
from django.utils import timezone, translation
from pypdf import PdfReader
from reportlab.pdfbase.ttfonts import TTFontFace

from tests.procesos import RAIZ, carpeta_nueva
from tests.ventas.constructores import crear_producto, crear_usuario, crear_venta
from ventas.factura import dibujar, guardar
from ventas.models import Producto, Venta


def leer(contenido: bytes) -> str:
    """Returns the text of the only page, its lines joined."""
    (pagina,) = PdfReader(BytesIO(contenido)).pages
    return " ".join(pagina.extract_text().split())


def fuentes(contenido: bytes) -> dict[str, bool]:
    """Returns the fonts of the page, and whether each is in the file."""
    (pagina,) = PdfReader(BytesIO(contenido)).pages
    todas = [fuente.get_object() for fuente in pagina["/Resources"]["/Font"].values()]
    return {str(fuente["/BaseFont"]): "/FontFile2" in fuente.get("/FontDescriptor", {}) for fuente in todas}


@contextmanager
def disco_lleno():
    """No file of this process can grow past 4 KB: half of an invoice is written, and then no more."""
    antes = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, antes[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, antes)


class ConVenta(TestCase):
    def setUp(self):
        self.media = carpeta_nueva("facturas")
        # Resolved when used, so that each test has a folder of its own.
        self.enterContext(override_settings(MEDIA_ROOT=str(self.media)))
        self.ana = crear_usuario("ana", first_name="Ana", last_name="Núñez")
        self.bruno = crear_usuario("bruno", first_name="Bruno")
        self.pinata = crear_producto(self.ana, "Piñata de 5 €", "1299.90", stock=100_000)

    def vender(self, cantidad=1, **cambios):
        Producto.objects.update(**cambios) if cambios else None
        return crear_venta(self.bruno, Producto.objects.get(), cantidad)

    def archivos(self):
        return sorted(
            ruta.relative_to(self.media).as_posix() for ruta in self.media.rglob("*") if ruta.is_file()
        )


class PruebaDelDibujo(ConVenta):
    def test_it_says_who_sold_what_to_whom_for_how_much(self):
        venta = self.vender(3)
        escrito = leer(dibujar(venta))
        for dicho in (
            "Factura",
            venta.numero,
            "Ana Núñez",
            "Bruno",
            "Piñata de 5 €",
            " 3 ",
            "$1,299.90",
            "Total $3,899.70 MXN",
        ):
            assert dicho in escrito

    def test_it_is_one_a4_page_with_its_own_fonts(self):
        contenido = dibujar(self.vender())
        (pagina,) = PdfReader(BytesIO(contenido)).pages
        assert [round(float(medida)) for medida in pagina.mediabox[2:]] == [595, 842]
        embebidas = fuentes(contenido)
        assert {nombre.split("+")[-1] for nombre, dentro in embebidas.items() if dentro} == {
            "BitstreamVeraSans-Roman",
            "BitstreamVeraSans-Bold",
        }

    def test_it_draws_with_no_font_that_it_does_not_bring(self):
        contenido = dibujar(self.vender())
        (pagina,) = PdfReader(BytesIO(contenido)).pages
        usadas = set()
        pagina.extract_text(
            visitor_text=lambda texto, _cm, _tm, fuente, _cuerpo: (
                usadas.add(str(fuente["/BaseFont"])) if texto.strip() else None
            )
        )
        assert usadas
        assert all("Vera" in nombre for nombre in usadas)

    def test_threads_of_one_worker_draw_one_after_the_other(self):
        """A font keeps what the drawing needs of it: with two at once some invoices would fail."""
        dentro, juntas, original = [], [], TTFontFace.makeSubset

        def lento(cara, letras):
            dentro.append(letras)
            juntas.append(len(dentro))
            time.sleep(0.02)
            try:
                return original(cara, letras)
            finally:
                dentro.pop()

        venta = Venta.objects.select_related("vendedor", "comprador").get(pk=self.vender().pk)
        with mock.patch.object(TTFontFace, "makeSubset", lento), ThreadPoolExecutor(4) as hilos:
            dibujadas = set(hilos.map(dibujar, [venta] * 8))
        assert (max(juntas), dibujadas) == (1, {dibujar(venta)})

    def test_it_tells_readers_its_title_and_its_language(self):
        venta = self.vender()
        lector = PdfReader(BytesIO(dibujar(venta)))
        assert lector.metadata.title == f"Factura {venta.numero}"
        assert lector.metadata.author == "Ana Núñez"
        raiz = lector.trailer["/Root"]
        assert (raiz["/Lang"], raiz["/ViewerPreferences"]["/DisplayDocTitle"]) == ("es-mx", True)

    def test_it_speaks_the_shops_language_and_says_the_shops_time(self):
        venta = self.vender()
        venta.fecha_creacion = timezone.datetime(2026, 11, 21, 5, 59, tzinfo=timezone.get_fixed_timezone(0))
        with translation.override("en"), timezone.override("Asia/Tokyo"):
            escrito = leer(dibujar(venta))
        assert "20 de Noviembre de 2026 a las 23:59" in escrito
        assert "Importe" in escrito

    def test_it_says_the_name_and_the_price_that_the_product_had(self):
        venta = self.vender()
        Producto.objects.update(nombre="Otra cosa", precio=1)
        escrito = leer(dibujar(Venta.objects.get(pk=venta.pk)))
        assert "Piñata de 5 €" in escrito
        assert "Otra cosa" not in escrito

    def test_it_writes_the_smallest_and_the_greatest_amount_whole(self):
        for precio, escrito in (("0.01", "$0.01"), ("99999999.99", "$99,999,999.99")):
            assert leer(dibujar(self.vender(precio=Decimal(precio)))).count(escrito) == 3
        todo = leer(dibujar(self.vender(1000)))
        assert "Total $99,999,999,990.00 MXN" in todo

    def test_it_wraps_what_is_long_and_stays_one_page(self):
        for nombre in ("Ñ" * 120, "Una piñata " * 10 + "al final", "W" * 120):
            with self.subTest(nombre=nombre[:12]):
                self.bruno.first_name, self.bruno.last_name = "Ñ" * 150, "W" * 150
                self.bruno.save()
                escrito = leer(dibujar(self.vender(nombre=nombre))).replace(" ", "")
                assert nombre.replace(" ", "") in escrito
                assert "Ñ" * 100 in escrito

    def test_it_takes_a_name_for_no_markup_and_no_line_of_its_own(self):
        nombre = "<b>Ñ</b> & <img src='/etc/passwd'/>\n\x00<para>\u202e{{7*7}}"
        escrito = leer(dibujar(self.vender(nombre=nombre.replace("\x00", ""))))
        assert "<b>Ñ</b> & <img src='/etc/passwd'/> <para> {{7*7}}" in escrito

    def test_it_prints_a_question_mark_for_what_its_font_does_not_have(self):
        assert "Piñata ? ??" in leer(dibujar(self.vender(nombre="Pin\u0303ata 🎉 木木")))

    def test_it_draws_the_same_sale_alike_in_every_process(self):
        guion = """if True:
            import datetime as dt, hashlib, django
            django.setup()
            from decimal import Decimal
            from django.contrib.auth.models import User
            from ventas.factura import dibujar
            from ventas.models import Venta
            ana, bruno = User(pk=1, username="ana"), User(pk=2, username="bruno")
            fecha = dt.datetime(2026, 11, 20, tzinfo=dt.UTC)
            venta = Venta(pk=1, numero="A1-000001", descripcion="Piñata", comprador=bruno, vendedor=ana,
                          cantidad=3, monto=Decimal("30.30"), fecha_creacion=fecha)
            print(hashlib.sha256(dibujar(venta)).hexdigest())
        """
        huellas = {
            subprocess.run(
                [sys.executable, "-c", guion],
                cwd=RAIZ,
                env={**os.environ, "PYTHONHASHSEED": semilla},
                check=True,
                capture_output=True,
                text=True,
                timeout=60,
            ).stdout
            for semilla in ("1", "2")
        }
        assert len(huellas) == 1


class PruebaDelArchivo(ConVenta):
    def test_it_stores_one_file_however_often_it_runs(self):
        venta = self.vender()
        nombre = f"facturas/factura_{venta.numero}.pdf"
        for _ in range(3):
            assert guardar(Venta.objects.get(pk=venta.pk)) == nombre
            # Of a run that died before it could say so.
            Venta.objects.update(factura="")
            assert guardar(Venta.objects.get(pk=venta.pk)) == nombre
        assert Venta.objects.get().factura.name == nombre
        assert self.archivos() == [nombre]
        assert leer((self.media / nombre).read_bytes()).count(venta.numero) == 1

    def test_it_keeps_the_invoice_that_there_is(self):
        venta = self.vender()
        guardar(venta)
        self.bruno.first_name = "Otro"
        self.bruno.save()
        archivo = self.media / guardar(Venta.objects.get())
        assert "Bruno" in leer(archivo.read_bytes())

    def test_it_draws_again_what_the_disk_has_lost(self):
        venta = self.vender()
        archivo = self.media / guardar(venta)
        archivo.unlink()
        guardar(Venta.objects.get())
        assert archivo.is_file()

    def test_it_changes_nothing_else_of_the_row(self):
        venta = self.vender()
        Venta.objects.update(email_enviado=True)
        guardar(venta)
        assert Venta.objects.get().email_enviado is True

    def test_it_leaves_nothing_behind_on_a_full_disk(self):
        venta = self.vender()
        with disco_lleno(), pytest.raises(OSError, match="too large"):
            guardar(venta)
        assert self.archivos() == []
        assert not Venta.objects.get().factura
        assert guardar(venta) == self.archivos()[0]

    def test_it_leaves_nothing_behind_when_it_cannot_be_drawn(self):
        venta = self.vender()
        with (
            mock.patch("ventas.factura.dibujar", side_effect=ZeroDivisionError),
            pytest.raises(ZeroDivisionError),
        ):
            guardar(venta)
        assert self.archivos() == []

    def test_it_can_be_repeated_when_the_row_could_not_be_written(self):
        venta = self.vender()
        with mock.patch.object(Venta, "save", side_effect=DatabaseError), pytest.raises(DatabaseError):
            guardar(venta)
        guardar(Venta.objects.get())
        assert len(self.archivos()) == 1

    def test_its_file_can_be_read_by_the_server_in_front(self):
        archivo = self.media / guardar(self.vender())
        assert archivo.stat().st_mode & 0o777 == settings.FILE_UPLOAD_PERMISSIONS
