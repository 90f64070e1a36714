"""Several tabs and several browsers of ana: one truth, and one socket a browser."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import expect

from tests.procesos import esperar

pytestmark = pytest.mark.navegador


def sockets_abiertos(*ventanas):
    return sum(not enchufe.is_closed() for ventana in ventanas for enchufe in ventana.enchufes)


def test_read_in_one_window_is_read_in_every_tab_and_browser(abrir, tienda):
    laptop = abrir("ana", "/panel/")
    pestana = abrir("ana", "/notificaciones/", contexto=laptop.contexto)
    telefono = abrir("ana", "/", viewport={"width": 390, "height": 800}, is_mobile=True, has_touch=True)
    todas = [laptop, pestana, telefono]
    tienda.vender(3)
    for ventana in todas:
        ventana.insignia(3)
    telefono.abrir_cajon().filas.nth(1).locator(".fila-leer").click()
    for ventana in todas:
        ventana.insignia(2)
    laptop.abrir_cajon()
    expect(laptop.filas.nth(1)).not_to_have_class(re.compile("no-leida"))
    laptop.cajon.get_by_role("button", name="Marcar todas como leídas").click()
    for ventana in todas:
        ventana.insignia(0)


def test_three_tabs_share_one_socket_and_another_takes_over_when_the_leader_closes(abrir, tienda):
    primera = abrir("ana", "/panel/")
    otras = [abrir("ana", ruta, contexto=primera.contexto) for ruta in ("/", "/notificaciones/")]
    tienda.vender()
    for ventana in [primera, *otras]:
        ventana.insignia(1)
    assert sockets_abiertos(primera, *otras) == 1
    primera.pagina.close()
    tienda.vender(2)
    for ventana in otras:
        ventana.insignia(3)
        assert ventana.noticias() == tienda.creadas()[-3:]
    assert sockets_abiertos(*otras) == 1


def test_only_one_of_the_tabs_makes_the_sound(abrir, tienda):
    primera = abrir("ana", "/panel/")
    segunda = abrir("ana", "/", contexto=primera.contexto)
    tienda.vender()
    segunda.insignia(1)
    esperar(lambda: primera.sonidos() + segunda.sonidos() == 1, "one sound")
    time.sleep(0.5)
    assert primera.sonidos() + segunda.sonidos() == 1


def test_signing_out_in_one_tab_stops_the_other_and_says_so(abrir):
    primera = abrir(None, "/cuentas/login/?next=/panel/")
    primera.pagina.fill("#id_username", "ana")
    primera.pagina.fill("#id_password", "demo")
    primera.pagina.get_by_role("button", name="Entrar").click()
    primera.en_estado("en_linea")
    segunda = abrir(None, "/", contexto=primera.contexto)
    segunda.con_cortes = True
    primera.pagina.locator(".menu-usuario summary").click()
    primera.pagina.get_by_role("button", name="Cerrar sesión").click()
    segunda.en_estado("sesion_cerrada")
