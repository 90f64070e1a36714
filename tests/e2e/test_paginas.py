"""Every page: for a screen reader, in both themes, both languages and on a phone, and with nothing a strict CSP forbids."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from .escritorio import escritorio

pytestmark = pytest.mark.navegador

INCRUSTADOS = """
() => [...document.querySelectorAll("*")].flatMap((elemento) => {
    const manejadores = elemento.getAttributeNames().filter((nombre) => nombre.startsWith("on") || nombre === "style");
    const guion = elemento.localName === "script" && !elemento.src && elemento.type !== "application/json";
    const estilo = elemento.localName === "style";
    return manejadores.length || guion || estilo ? [elemento.outerHTML.slice(0, 120)] : [];
})
"""
DESBORDA = """
() => {
    const ancho = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= ancho) return [];
    return [...document.querySelectorAll("body *")]
        .filter((elemento) => elemento.getBoundingClientRect().right > ancho + 1)
        .map((elemento) => elemento.outerHTML.slice(0, 120));
}
"""
PAGINAS = {
    "catalogue": ("ana", "/"),
    "empty search": ("ana", "/?q=nada-se-llama-asi"),
    "sign-in": (None, "/cuentas/login/"),
    "purchase": ("bruno", "/ventas/producto/{taza}/comprar/"),
    "confirmation": ("bruno", "/ventas/{venta}/confirmacion/"),
    "cart": ("bruno", "/ventas/carrito/"),
    "purchases": ("bruno", "/ventas/compras/"),
    "panel": ("ana", "/panel/"),
    "inbox": ("ana", "/notificaciones/"),
    "archived": ("ana", "/notificaciones/?filtro=archivadas"),
}


@pytest.fixture(scope="module", params=["es-MX", "en-US"])
def idioma(request):
    return request.param


@pytest.fixture(scope="module", params=PAGINAS.values(), ids=PAGINAS.keys())
def abierta(request, idioma, navegador, tienda_comun):
    """One page, with a sale to be seen on it, open for all tests of pages."""
    nombre, ruta = request.param
    venta = tienda_comun.bruno.comprar(tienda_comun.taza)["venta_id"]
    with escritorio(navegador, tienda_comun) as abrir_una:
        yield abrir_una(nombre, ruta.format(taza=tienda_comun.taza, venta=venta), locale=idioma)


def sin_faltas(ventana):
    """Asks axe; says what it found, where, and how to mend it."""
    ventana.pagina.evaluate(
        "Promise.all(document.getAnimations().map((una) => una.finished.catch(() => {})))"
    )
    resultado = Axe().run(ventana.pagina)
    assert resultado.violations_count == 0, resultado.generate_report()


def dentro_de_la_pantalla(ventana, elemento):
    ventana.reposar()
    caja = elemento.bounding_box()
    assert caja["x"] >= 0
    assert caja["x"] + caja["width"] <= 360


@pytest.mark.parametrize("tema", ["light", "dark"])
def test_axe_finds_nothing_on_it(abierta, tema):
    abierta.pagina.emulate_media(color_scheme=tema)
    sin_faltas(abierta)


def test_nothing_on_it_needs_more_than_a_strict_csp_allows(abierta):
    assert abierta.pagina.evaluate(INCRUSTADOS) == []


def test_nothing_on_it_overflows_at_360_px(abierta):
    abierta.pagina.set_viewport_size({"width": 360, "height": 740})
    assert abierta.pagina.evaluate(DESBORDA) == []


@pytest.mark.parametrize("tema", ["light", "dark"])
def test_axe_finds_nothing_with_the_drawer_open_and_with_a_popup(abrir, tienda, tema):
    ana = abrir("ana", "/panel/", color_scheme=tema)
    tienda.vender()
    ana.popups.hover()
    sin_faltas(ana)
    ana.pagina.keyboard.press("Escape")
    ana.abrir_cajon()
    expect(ana.filas.first).to_be_visible()
    sin_faltas(ana)


def test_the_drawer_and_a_popup_need_no_more_than_a_strict_csp_allows(abrir, tienda):
    ana = abrir("ana", "/panel/")
    tienda.vender()
    expect(ana.popups).to_have_count(1)
    ana.abrir_cajon()
    assert ana.pagina.evaluate(INCRUSTADOS) == []


def test_the_drawer_and_popups_fit_360_px(abrir, tienda):
    ana = abrir("ana", "/panel/", viewport={"width": 360, "height": 740}, is_mobile=True, has_touch=True)
    tienda.vender()
    expect(ana.popups).to_have_count(1)
    assert ana.pagina.evaluate(DESBORDA) == []
    dentro_de_la_pantalla(ana, ana.popups)
    ana.abrir_cajon()
    dentro_de_la_pantalla(ana, ana.cajon.locator(".cajon-caja"))


def test_it_speaks_spanish_unless_asked_for_english(abrir, tienda):
    castellano, ingles = abrir("ana", "/panel/", locale="fr-FR"), abrir("ana", "/panel/", locale="en-US")
    expect(castellano.pagina.locator("html")).to_have_attribute("lang", re.compile("^es"))
    expect(ingles.pagina.locator("html")).to_have_attribute("lang", "en")
    tienda.vender(12)
    expect(castellano.popups.locator(".popup-titulo")).to_have_text("12 ventas nuevas")
    expect(ingles.popups.locator(".popup-titulo")).to_have_text("12 new sales")
    ingles.abrir_cajon()
    expect(ingles.cajon.get_by_role("heading", name="Notifications")).to_be_visible()
    expect(ingles.pagina.locator(".estado-texto")).to_have_text("online")


@pytest.mark.parametrize("ruta", ["/", "/panel/", "/notificaciones/", "/cuentas/login/"])
def test_no_spanish_is_left_on_an_english_page(abrir, ruta):
    ventana = abrir(None if "login" in ruta else "ana", ruta, locale="en-US")
    texto = ventana.pagina.locator("body").inner_text()
    assert not re.findall(
        r"\b(?:ventas|Bandeja|Catálogo|Entrar|Buscar|Comprar|Notificaciones|leída)\b", texto
    )
