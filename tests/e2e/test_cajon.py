"""The drawer: the inbox beside any page, by pointer and by keyboard."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.navegador

NO_LEIDA = re.compile(r"\bno-leida\b")


@pytest.fixture
def ana(abrir, tienda):
    """Ana's page with the drawer open, and three unread sales in it."""
    tienda.vender(3)
    ventana = abrir("ana", "/panel/").abrir_cajon()
    expect(ventana.cajon.locator(".fila.no-leida")).to_have_count(3)
    return ventana


def ids(ventana):
    return [int(fila.get_attribute("data-id")) for fila in ventana.filas.all()]


def test_it_marks_one_read_and_unread_again(ana):
    fila = ana.filas.nth(1)
    fila.get_by_role("button", name="Marcar como leída").click()
    expect(fila).not_to_have_class(NO_LEIDA)
    ana.insignia(2)
    fila.get_by_role("button", name="Marcar como no leída").click()
    expect(fila).to_have_class(NO_LEIDA)
    ana.insignia(3)


def test_it_marks_all_read(ana):
    ana.cajon.get_by_role("button", name="Marcar todas como leídas").click()
    expect(ana.cajon.locator(".fila.no-leida")).to_have_count(0)
    ana.insignia(0)


def test_it_archives_and_undoes(ana):
    antes = ids(ana)
    ana.filas.nth(1).get_by_role("button", name="Archivar").click()
    expect(ana.cajon.locator(f"[data-id='{antes[1]}']")).to_have_count(0)
    ana.insignia(2)
    ana.cajon.get_by_role("button", name="Deshacer").click()
    expect(ana.filas.nth(1)).to_have_attribute("data-id", str(antes[1]))
    assert ids(ana)[:3] == antes[:3]
    ana.insignia(3)


def test_it_works_by_keyboard_and_gives_the_focus_back(ana):
    antes, teclas = ids(ana), ana.pagina.keyboard
    expect(ana.cajon.get_by_role("heading", name="Notificaciones")).to_be_focused()
    for tecla in ("ArrowDown", "j"):
        teclas.press(tecla)
    expect(ana.filas.nth(1).locator(".fila-titulo")).to_be_focused()
    teclas.press("e")
    expect(ana.cajon.locator(f"[data-id='{antes[1]}']")).to_have_count(0)
    expect(ana.cajon.locator(f"[data-id='{antes[2]}'] .fila-titulo")).to_be_focused()
    expect(ana.cajon.get_by_role("button", name="Deshacer")).to_be_visible()
    teclas.press("z")
    expect(ana.cajon.locator(f"[data-id='{antes[1]}']")).to_have_count(1)
    teclas.press("Escape")
    expect(ana.cajon).to_have_count(0)
    expect(ana.pagina.locator("#campana")).to_be_focused()


def test_the_bell_opens_it_by_enter_and_by_space(abrir):
    ana = abrir("ana", "/panel/")
    for tecla in ("Enter", " "):
        ana.pagina.locator("#campana").press(tecla)
        expect(ana.cajon).to_be_visible()
        ana.pagina.keyboard.press("Escape")
        expect(ana.cajon).to_have_count(0)


def test_a_sale_that_comes_while_it_is_read_waits_behind_one_line(ana, tienda):
    antes = ids(ana)
    ana.filas.nth(1).locator(".fila-titulo").focus()
    tienda.vender()
    nuevas = ana.cajon.get_by_role("button", name="1 nueva · Mostrar")
    expect(nuevas).to_be_visible()
    assert ids(ana) == antes
    nuevas.click()
    expect(ana.filas.first).to_have_attribute("data-id", str(tienda.creadas()[-1]))
    assert ana.popups.count() == 0


def test_the_list_goes_on_to_the_oldest_one(ana, tienda):
    tienda.vender(max(0, 45 - len(tienda.creadas())))
    ana.ir("/panel/").abrir_cajon()
    ana.cajon.locator(".cajon-cuerpo").evaluate(
        """async (cuerpo) => {
            for (let antes = 0; cuerpo.querySelectorAll(".fila").length > antes; ) {
                antes = cuerpo.querySelectorAll(".fila").length;
                cuerpo.scrollTop = cuerpo.scrollHeight;
                await new Promise((listo) => setTimeout(listo, 500));
            }
        }"""
    )
    assert ids(ana) == tienda.en_bandeja()[::-1]


def test_only_unread_ones_on_request(ana):
    ana.cajon.get_by_role("button", name="No leídas").click()
    expect(ana.filas).to_have_count(3)
    ana.cajon.get_by_role("button", name="Todas", exact=True).click()
    expect(ana.filas).not_to_have_count(3)


def test_opening_it_quiets_the_bell_but_keeps_the_count(abrir, tienda):
    tienda.vender()
    ana = abrir("ana", "/panel/")
    ana.abrir_cajon()
    expect(ana.pagina.locator("#campana")).not_to_have_class(re.compile("con-novedad"))
    ana.insignia(1)
