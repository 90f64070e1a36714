"""Ana's network fails, her page is closed, the server goes away: what she sees meanwhile, and that nothing is lost."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from .cable import Cable

pytestmark = pytest.mark.navegador

PRECIO = Decimal("129.90")


@pytest.fixture
def cable(tienda):
    with Cable(tienda.servicio.puerto) as puesto:
        yield puesto


def en_pesos(ventas):
    return f"${ventas * PRECIO:,}"


def resumen(ventana, ventas):
    """Waits for the one popup that stands for so many sales, with their exact total."""
    rafaga = ventana.pagina.locator(".notificacion-popup.mostrar[data-clave=rafaga]")
    expect(rafaga.locator(".popup-titulo")).to_have_text(f"{ventas} ventas nuevas", timeout=10_000)
    expect(rafaga.locator(".monto")).to_have_text(en_pesos(ventas))
    expect(ventana.popups).to_have_count(1)


def test_20_sales_made_while_the_network_was_cut_all_come_once_and_in_order(abrir, tienda, cable):
    ana = abrir("ana", "/panel/", url=cable.url)
    ana.con_cortes = True
    tienda.vender()
    ana.insignia(1)
    # What is still on screen would be counted in: the summary is of one burst.
    expect(ana.popups).to_have_count(0, timeout=15_000)
    ana.contexto.set_offline(True)
    cable.cortar()
    ana.en_estado("sin_conexion")
    tienda.vender(20)
    cable.reparar()
    ana.contexto.set_offline(False)
    resumen(ana, 20)
    ana.insignia(21)
    assert ana.noticias() == tienda.creadas()[-21:]
    ana.abrir_cajon()
    expect(ana.filas).to_have_count(20)
    ids = [int(fila.get_attribute("data-id")) for fila in ana.filas.all()]
    assert ids == tienda.creadas()[:-21:-1]


def test_the_page_says_when_the_server_is_gone_and_when_it_is_back(abrir, tienda):
    ana = abrir("ana", "/panel/")
    ana.con_cortes = True
    estado = ana.pagina.locator("#estado-conexion .estado-texto")
    expect(estado).to_have_text("en línea")
    tienda.servicio.matar("web")
    try:
        ana.en_estado("reconectando", 5)
        expect(estado).to_have_text(re.compile(r"^(reconectando en \d+ s|conectando…)$"))
    finally:
        tienda.servicio.lanzar("web")
    ana.en_estado("en_linea", 30)
    expect(estado).to_have_text("en línea")
    tienda.vender()
    expect(ana.popups).to_have_count(1)


def test_the_page_says_that_news_comes_late_without_redis_and_shows_it_all_the_same(abrir, tienda):
    ana = abrir("ana", "/panel/")
    estado = ana.pagina.locator("#estado-conexion")
    tienda.servicio.redis.matar()
    try:
        ana.en_estado("con_retraso")
        expect(estado.locator(".estado-texto")).to_have_text("con retraso")
        expect(estado).to_have_attribute("title", "Los avisos llegan con unos segundos de retraso.")
        tienda.vender()
        expect(ana.popups).to_have_count(1, timeout=10_000)
        expect(estado).to_have_attribute("data-estado", "con_retraso")
    finally:
        tienda.servicio.redis.iniciar()
    ana.en_estado("en_linea", 30)
    assert ana.noticias() == tienda.creadas()[-1:]


def test_sales_made_while_the_page_was_closed_come_as_one_summary(abrir, tienda):
    ana = abrir("ana", "/panel/")
    ana.pagina.goto("about:blank")
    tienda.vender(7)
    ana.ir("/panel/")
    resumen(ana, 7)
    ana.insignia(7)
    assert ana.noticias() == tienda.creadas()[-7:]


def test_a_reload_shows_nothing_a_second_time(abrir, tienda):
    ana = abrir("ana", "/panel/")
    tienda.vender(2)
    expect(ana.popups).to_have_count(2)
    ana.ir("/panel/")
    ana.pagina.wait_for_timeout(500)
    assert (ana.popups.count(), ana.noticias()) == (0, [])
    ana.insignia(2)
