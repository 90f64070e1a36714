"""The main job: bruno buys in one browser, and ana's shows it within a second."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from tests.servicio.tienda import TAZA

pytestmark = pytest.mark.navegador

HOSTIL = "<img src=x onerror=alert(1)>"
PONER_A_LA_VENTA = """
import sys
from ventas.models import Producto
Producto.objects.create(nombre=sys.argv[1], vendedor_id=sys.argv[2], precio="10.00", stock=50)
"""


def comprar(ventana, producto=TAZA):
    """Bruno finds a product in the catalogue and buys it."""
    ventana.ir("/").pagina.get_by_role("button", name=f"Comprar {producto}", exact=True).click()
    ventana.pagina.get_by_role("button", name="Comprar", exact=True).click()
    ventana.pagina.wait_for_url(re.compile(r"/ventas/\d+/confirmacion/"))


def test_bruno_signs_in_and_buys_and_ana_sees_and_hears_it_live(abrir):
    bruno, ana = abrir(None, "/cuentas/login/?next=/"), abrir("ana", "/panel/")
    bruno.pagina.fill("#id_username", "bruno")
    bruno.pagina.fill("#id_password", "demo")
    bruno.pagina.get_by_role("button", name="Entrar").click()
    comprar(bruno)
    expect(ana.popups).to_have_count(1, timeout=4000)
    expect(ana.popups.locator(".popup-titulo")).to_have_text("Nueva venta")
    expect(ana.popups.locator(".popup-mensaje")).to_have_text("Bruno compró 1 × Taza de talavera")
    expect(ana.popups.locator(".monto")).to_have_text("$129.90")
    ana.insignia(1, 4)
    ana.pagina.wait_for_function("document.documentElement.dataset.sonidos === '1'", timeout=4000)
    expect(ana.pagina).to_have_title(re.compile(r"^\(1\) Panel"))


def test_the_sale_is_read_aloud_once_and_politely(abrir, tienda):
    ana = abrir("ana", "/panel/")
    tienda.vender()
    dicho = ana.pagina.locator("[role=status][aria-live=polite] > p", has_text="Nueva venta")
    expect(dicho).to_have_text("Nueva venta. Bruno compró 1 × Taza de talavera. $129.90")


def test_the_figures_of_the_panel_follow_each_sale(abrir, tienda):
    ana = abrir("ana", "/panel/")
    ventas = ana.pagina.locator("[data-cifra=ventas]")
    antes = int(ventas.inner_text())
    tienda.vender(2)
    expect(ventas).to_have_text(str(antes + 2))


def test_carla_and_bruno_see_nothing_of_anas_sale(abrir, tienda):
    bruno, ana = abrir("bruno", "/"), abrir("ana", "/")
    tienda.vender()
    expect(ana.popups).to_have_count(1)
    assert (bruno.popups.count(), bruno.noticias()) == (0, [])


def test_a_popup_leaves_by_itself_and_the_pointer_holds_it(abrir, tienda):
    ana = abrir("ana", "/panel/")
    tienda.vender()
    ana.popups.hover()
    ana.pagina.wait_for_timeout(5500)
    expect(ana.popups).to_have_count(1)
    ana.pagina.mouse.move(5, 500)
    # It goes on from where the pointer held it.
    expect(ana.popups).to_have_count(0, timeout=8000)
    ana.insignia(1)


def test_escape_closes_the_newest_popup(abrir, tienda):
    ana = abrir("ana", "/panel/")
    tienda.vender(2)
    expect(ana.popups).to_have_count(2)
    ana.pagina.keyboard.press("Escape")
    expect(ana.popups).to_have_count(1)


def test_the_title_of_a_popup_leads_to_the_sale_and_marks_it_read(abrir, tienda):
    ana = abrir("ana", "/panel/")
    tienda.vender()
    ana.insignia(1)
    ana.popups.locator(".popup-titulo").click()
    ana.pagina.wait_for_url(re.compile(r"/ventas/\d+/confirmacion/"))
    ana.en_estado("en_linea")
    ana.insignia(0)


def test_a_burst_is_one_popup_with_its_count_and_exact_total(abrir, tienda):
    ana = abrir("ana", "/panel/")
    tienda.vender(12)
    rafaga = ana.pagina.locator(".notificacion-popup[data-clave=rafaga]")
    expect(rafaga.locator(".popup-titulo")).to_have_text("12 ventas nuevas")
    expect(rafaga.locator(".monto")).to_have_text(f"${12 * Decimal('129.90'):,}")
    expect(ana.popups).to_have_count(1)
    ana.insignia(12)


def test_the_sound_can_be_switched_off_and_stays_off(abrir, tienda):
    ana = abrir("ana", "/panel/").abrir_cajon()
    ana.cajon.get_by_label("Sonido").uncheck()
    ana.ir("/panel/")
    tienda.vender()
    expect(ana.popups).to_have_count(1)
    assert ana.sonidos() == 0


def test_a_hostile_name_of_a_product_stays_text_everywhere(abrir, tienda):
    tienda.ejecutar(PONER_A_LA_VENTA, HOSTIL, tienda.id_de_ana)
    bruno, ana = abrir("bruno", "/"), abrir("ana", "/panel/")
    comprar(bruno, HOSTIL)
    expect(bruno.pagina.get_by_text(HOSTIL).first).to_be_visible()
    expect(ana.popups.locator(".popup-mensaje")).to_have_text(f"Bruno compró 1 × {HOSTIL}")
    ana.abrir_cajon()
    expect(ana.filas.first.locator(".fila-mensaje").first).to_have_text(f"Bruno compró 1 × {HOSTIL}")
    ana.pagina.keyboard.press("Escape")
    for ruta in ("/panel/", "/notificaciones/", "/", "/?q=onerror"):
        ana.ir(ruta)
        expect(ana.pagina.get_by_text(HOSTIL).first).to_be_visible()
        assert ana.pagina.locator("img").count() == 0
