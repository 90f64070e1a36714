"""The inbox page: whole without JavaScript, quicker with it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.navegador


@pytest.fixture
def sencilla(abrir, tienda):
    """Ana's inbox in a browser without JavaScript, with two unread sales on top."""
    tienda.vender(2)
    return abrir("ana", "/notificaciones/", java_script_enabled=False)


def fila(ventana, identidad):
    return ventana.pagina.locator(f".fila[data-id='{identidad}']")


def test_without_javascript_one_is_marked_read_and_unread(sencilla, tienda):
    mia = fila(sencilla, tienda.creadas()[-1])
    mia.get_by_role("button", name="Marcar como leída").click()
    expect(mia).not_to_have_class(re.compile("no-leida"))
    expect(sencilla.pagina.locator("#campana-cuenta")).to_have_text("1")
    mia.get_by_role("button", name="Marcar como no leída").click()
    expect(mia).to_have_class(re.compile("no-leida"))
    expect(sencilla.pagina.locator("#campana-cuenta")).to_have_text("2")


def test_without_javascript_one_is_archived_and_brought_back(sencilla, tienda):
    identidad = tienda.creadas()[-1]
    fila(sencilla, identidad).get_by_role("button", name="Archivar").click()
    expect(fila(sencilla, identidad)).to_have_count(0)
    sencilla.pagina.get_by_role("link", name="Archivadas").click()
    fila(sencilla, identidad).get_by_role("button", name="Devolver a la bandeja").click()
    expect(fila(sencilla, identidad)).to_have_count(0)
    sencilla.pagina.get_by_role("link", name="Todas").click()
    expect(fila(sencilla, identidad)).to_have_class(re.compile("no-leida"))


def test_without_javascript_all_are_marked_read(sencilla):
    sencilla.pagina.get_by_role("button", name="Marcar todas como leídas").click()
    expect(sencilla.pagina.locator(".fila.no-leida")).to_have_count(0)
    expect(sencilla.pagina.locator("#campana-cuenta")).to_be_hidden()
    sencilla.pagina.get_by_role("link", name="No leídas").click()
    expect(sencilla.pagina.get_by_text("Nada sin leer")).to_be_visible()


def test_without_javascript_the_oldest_one_is_reached_by_links(sencilla, tienda):
    tienda.vender(max(0, 45 - len(tienda.creadas())))
    vistas = []
    sencilla.ir("/notificaciones/")
    while True:
        vistas += [int(una.get_attribute("data-id")) for una in sencilla.pagina.locator(".fila").all()]
        mas = sencilla.pagina.get_by_role("link", name="Más antiguas")
        if mas.count() == 0:
            break
        mas.click()
    assert vistas == tienda.en_bandeja()[::-1]


def test_without_javascript_the_bell_and_a_title_are_links(sencilla):
    sencilla.pagina.locator(".fila-titulo").first.click()
    sencilla.pagina.wait_for_url(re.compile(r"/ventas/\d+/confirmacion/"))
    sencilla.pagina.locator("#campana").click()
    expect(sencilla.pagina.get_by_role("heading", name="Bandeja")).to_be_visible()


def test_with_javascript_a_row_changes_where_it_stands(abrir, tienda):
    tienda.vender(2)
    ana = abrir("ana", "/notificaciones/")
    ana.pagina.evaluate("window.sigueAqui = true")
    mia = fila(ana, tienda.creadas()[-1])
    mia.get_by_role("button", name="Marcar como leída").click()
    expect(mia).not_to_have_class(re.compile("no-leida"))
    ana.insignia(1)
    mia.get_by_role("button", name="Archivar").click()
    expect(mia).to_have_count(0)
    ana.pagina.get_by_role("button", name="Deshacer").click()
    expect(mia).to_have_count(1)
    assert ana.pagina.evaluate("window.sigueAqui") is True


def test_with_javascript_a_new_sale_waits_behind_one_line(abrir, tienda):
    ana = abrir("ana", "/notificaciones/")
    primera = ana.pagina.locator(".bandeja .fila").first.get_attribute("data-id")
    tienda.vender()
    nuevas = ana.pagina.get_by_role("button", name="1 nueva · Mostrar")
    expect(nuevas).to_be_visible()
    expect(ana.pagina.locator(".bandeja .fila").first).to_have_attribute("data-id", str(primera))
    nuevas.click()
    expect(ana.pagina.locator(".bandeja .fila").first).to_have_attribute("data-id", str(tienda.creadas()[-1]))


def test_read_on_another_device_changes_the_row(abrir, tienda):
    tienda.vender()
    ana = abrir("ana", "/notificaciones/")
    mia = fila(ana, tienda.creadas()[-1])
    expect(mia).to_have_class(re.compile("no-leida"))
    tienda.ana.pedir("/notificaciones/todas/leida/", {"volver": "/livez"})
    expect(mia).not_to_have_class(re.compile("no-leida"))
