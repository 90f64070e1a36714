"""Ana's charts, in a real browser: they move with each sale, and nothing that she opened closes."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.navegador

# What a browser shows of each drawing: how high the marked bar is, and whether everything stays within.
MEDIR = """
() => [...document.querySelectorAll("svg.dibujo")].map((dibujo) => {
    const marco = dibujo.getBoundingClientRect();
    const partes = [...dibujo.querySelectorAll("text, rect, line")].map((parte) => parte.getBoundingClientRect());
    return {
        alto: dibujo.querySelector(".actual .caja")?.getBoundingClientRect().height ?? 0,
        letra: Math.min(...[...dibujo.querySelectorAll("text")].map((texto) => texto.getBoundingClientRect().height)),
        dentro: partes.every(({ left, right, top, bottom }) =>
            left >= marco.left - 1 && right <= marco.right + 1 && top >= marco.top - 1 && bottom <= marco.bottom + 1),
        encimados: [...dibujo.querySelectorAll(".nombres text")].some((texto, lugar, todos) =>
            lugar && texto.getBoundingClientRect().left < todos[lugar - 1].getBoundingClientRect().right),
    };
})
"""
# Yesterday's sales, so that today's bar has something to grow beside.
VENDER_AYER = """
import datetime as dt, sys
from django.contrib.auth.models import User
from django.utils import timezone
from ventas.models import Producto, Venta
from ventas.servicios import vender
bruno = User.objects.get(username="bruno")
producto = Producto.objects.get(pk=sys.argv[1])
if sys.argv[3:]:
    producto.precio, producto.stock = sys.argv[3], 100_000
    producto.save()
venta = vender(comprador_id=bruno.pk, producto_id=producto.pk, cantidad=int(sys.argv[2]))
Venta.objects.filter(pk=venta.pk).update(fecha_creacion=timezone.now() - dt.timedelta(days=1))
"""
CONTAR = "from analytics.servicios import contar; contar()"


def fila_de_hoy(ana):
    return ana.pagina.locator("#grafica-del-mes-tabla tr.actual")


def ventas_de_hoy(ana):
    return int(fila_de_hoy(ana).locator("td").first.text_content())


def test_bruno_buys_and_anas_bars_and_tables_change_without_a_reload(abrir, tienda):
    tienda.vender()
    tienda.ejecutar(VENDER_AYER, tienda.taza, 500)
    ana = abrir("ana", "/panel/")
    ana.pagina.evaluate("window.sinRecargar = true")
    antes, altos = ventas_de_hoy(ana), ana.pagina.evaluate(MEDIR)
    for tabla in ("dia", "mes"):
        ana.pagina.locator(f"#grafica-del-{tabla}-abrir").click()
    ana.pagina.locator("#grafica-del-mes-abrir").focus()
    tienda.bruno.comprar(tienda.taza, 50)
    expect(fila_de_hoy(ana).locator("td").first).to_have_text(str(antes + 1), timeout=2000)
    assert ana.pagina.evaluate(MEDIR)[1]["alto"] > altos[1]["alto"] + 5
    for tabla in ("dia", "mes"):
        expect(ana.pagina.locator(f"#grafica-del-{tabla}-tabla table")).to_be_visible()
    expect(ana.pagina.locator("#grafica-del-mes-abrir")).to_be_focused()
    assert ana.pagina.evaluate("window.sinRecargar")


def test_a_table_that_she_is_opening_while_a_sale_comes_opens(abrir, tienda):
    tienda.vender()
    ana = abrir("ana", "/panel/")
    antes = ventas_de_hoy(ana)
    ana.pagina.locator("#grafica-del-mes-abrir").hover()
    ana.pagina.mouse.down()
    with ana.pagina.expect_response("**/panel/"):
        tienda.vender()
    ana.pagina.wait_for_timeout(300)
    ana.pagina.mouse.up()
    expect(ana.pagina.locator("#grafica-del-mes-tabla table")).to_be_visible()
    expect(fila_de_hoy(ana).locator("td").first).to_have_text(str(antes + 1))


def test_her_bars_stay_as_they_are_when_what_they_show_is_counted(abrir, tienda):
    tienda.vender(2)
    ana = abrir("ana", "/panel/")
    antes, texto = ventas_de_hoy(ana), ana.pagina.locator("#grafica-del-mes-tabla").inner_html()
    tienda.ejecutar(CONTAR)
    ana.ir("/panel/")
    assert (ventas_de_hoy(ana), ana.pagina.locator("#grafica-del-mes-tabla").inner_html()) == (antes, texto)


@pytest.mark.parametrize("idioma", ["es-MX", "en-US"])
@pytest.mark.parametrize("ancho", [360, 700, 1280])
def test_everything_of_them_is_within_and_legible(abrir, tienda, ancho, idioma):
    tienda.vender()
    ana = abrir("ana", "/panel/", viewport={"width": ancho, "height": 800}, locale=idioma)
    graficas = ana.pagina.evaluate(MEDIR)
    assert len(graficas) == 2
    for grafica in graficas:
        assert grafica["dentro"]
        assert not grafica["encimados"]
        assert grafica["letra"] >= 11


def test_the_highest_amounts_fit_a_phone(abrir, tienda):
    casa = tienda.leer("SELECT id FROM ventas_producto WHERE nombre LIKE 'Molinillo%'")[0][0]
    tienda.ejecutar(VENDER_AYER, casa, 1000, "99999999.99")
    ana = abrir("ana", "/panel/", viewport={"width": 360, "height": 800})
    ana.pagina.locator("#grafica-del-mes-abrir").click()
    expect(ana.pagina.locator("#grafica-del-mes-tabla")).to_contain_text(
        re.compile(r"\$\d{2,3}(,\d{3}){3}\.\d\d")
    )
    assert all(grafica["dentro"] for grafica in ana.pagina.evaluate(MEDIR))
    assert ana.pagina.evaluate("document.documentElement.scrollWidth") <= 360
