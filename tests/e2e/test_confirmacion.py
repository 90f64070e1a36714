"""The page of a sale while a worker does what follows it: bruno watches, and reloads nothing."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from tests.procesos import esperar
from tests.servicio.tienda import Tienda, tienda_abierta
from tests.smtp import ServidorSmtp

from .escritorio import escritorio

pytestmark = pytest.mark.navegador


@pytest.fixture(scope="module")
def servidor():
    with ServidorSmtp() as abierto:
        yield abierto


@pytest.fixture(scope="module")
def tienda(servidor):
    with tienda_abierta(worker=True, entorno={"EMAIL_URL": servidor.url}) as abierta:
        yield abierta


@pytest.fixture
def abrir(tienda, navegador):
    with escritorio(navegador, tienda) as abrir_una:
        yield abrir_una


def comprar_sin_trabajador(tienda: Tienda) -> str:
    """Bruno buys while no worker is there; returns the address of his sale."""
    tienda.servicio.matar("worker")
    return f"/ventas/{tienda.bruno.comprar(tienda.taza)['venta_id']}/confirmacion/"


def paso(ventana, nombre):
    return ventana.pagina.locator(f"[data-paso={nombre}] .paso-estado")


def test_bruno_and_ana_see_each_step_when_it_is_done_and_bruno_has_his_invoice(abrir, tienda, servidor):
    ruta = comprar_sin_trabajador(tienda)
    bruno, ana = abrir("bruno", ruta), abrir("ana", ruta)
    bruno.pagina.evaluate("window.sigueAqui = true")
    for nombre in ("correo", "factura"):
        expect(paso(bruno, nombre)).to_have_text("En curso")
    factura = bruno.pagina.get_by_role("button", name="Descargar la factura")
    expect(factura).to_have_count(0)
    tienda.servicio.lanzar("worker")
    for ventana in (bruno, ana):
        expect(paso(ventana, "correo")).to_have_text("Enviado", timeout=30_000)
        expect(paso(ventana, "factura")).to_have_text("Lista para descargar", timeout=10_000)
    with bruno.pagina.expect_download() as descarga:
        factura.click()
    assert re.fullmatch(r"factura_A\d+-\d{6}\.pdf", descarga.value.suggested_filename)
    assert "Taza de talavera" in PdfReader(descarga.value.path()).pages[0].extract_text()
    assert bruno.pagina.evaluate("window.sigueAqui") is True
    assert [mensaje["To"] for mensaje in servidor.recibidos] == ["bruno@tienda.example"]


def test_bruno_sees_that_his_mail_failed_and_has_his_invoice_all_the_same(abrir, tienda, servidor):
    ruta = comprar_sin_trabajador(tienda)
    bruno = abrir("bruno", ruta)
    servidor.respuestas["RCPT"] = "550 No such user"
    tienda.servicio.lanzar("worker")
    expect(paso(bruno, "correo")).to_have_text("No se pudo", timeout=30_000)
    expect(paso(bruno, "factura")).to_have_text("Lista para descargar", timeout=10_000)
    expect(paso(bruno, "correo")).to_have_text("No se pudo")
    servidor.respuestas.clear()


def test_without_javascript_a_reload_shows_it(abrir, tienda):
    ruta = comprar_sin_trabajador(tienda)
    bruno = abrir("bruno", ruta, java_script_enabled=False)
    expect(paso(bruno, "factura")).to_have_text("En curso")
    tienda.servicio.lanzar("worker")
    consulta = "SELECT factura FROM ventas_venta ORDER BY id DESC LIMIT 1"
    esperar(lambda: bool(tienda.leer(consulta)[0][0]), "the invoice", 30)
    bruno.ir(ruta)
    expect(paso(bruno, "correo")).to_have_text("Enviado")
    expect(bruno.pagina.get_by_role("button", name="Descargar la factura")).to_be_visible()
