"""The console for the queues in a real browser: live, without scripts, and for everybody's eyes."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.servicio.persona import Persona

from .test_paginas import DESBORDA, INCRUSTADOS, sin_faltas
from .ventana import entrar

pytestmark = pytest.mark.navegador

FALLAR = """
import sys, uuid
from colas.fallidas import registrar
registrar(
    tarea="ventas.tasks.generar_factura_pdf",
    tarea_id=str(uuid.uuid4()),
    args=[17],
    cola="procesamiento_pesado",
    error=OSError(sys.argv[1]),
    traza="Traceback (most recent call last):\\n" + "  una línea larga de la traza " * 20,
)
"""


@pytest.fixture(scope="module")
def admin(tienda_comun):
    return Persona(tienda_comun.servicio.url, "admin")


@pytest.fixture
def consola(admin, tienda, navegador, abrir):
    """Opens the console for admin: `consola("/colas/", locale=…)`."""
    ventanas = []

    def abrir_una(ruta="/colas/", **opciones):
        contexto = navegador.new_context(**{"locale": "es-MX", **opciones})
        entrar(contexto, admin)
        con_guiones = {k: v for k, v in opciones.items() if k == "java_script_enabled"}
        ventanas.append(abrir(None, ruta, contexto=contexto, **con_guiones))
        return ventanas[-1]

    yield abrir_una
    for ventana in ventanas:
        # A page that is closed while its socket opens complains of that.
        if ventana.con_guiones:
            ventana.en_estado("en_linea")
        ventana.contexto.close()


def fallar(tienda, motivo):
    tienda.ejecutar(FALLAR, motivo)


def fallas(ventana, motivo):
    return ventana.pagina.locator("#colas-fallidas li", has_text=motivo)


def test_a_failure_shows_by_itself_and_the_trace_that_is_read_stays_open(consola, tienda):
    fallar(tienda, "no hay papel")
    ventana = consola()
    traza = fallas(ventana, "no hay papel").locator("details")
    traza.locator("summary").click()
    expect(traza.locator("pre")).to_be_visible()
    fallar(tienda, "no hay tinta")
    # By the socket: looking every five seconds would be later.
    expect(fallas(ventana, "no hay tinta")).to_be_visible(timeout=4000)
    expect(traza.locator("pre")).to_be_visible()


def test_it_runs_again_and_puts_aside_by_a_click(consola, tienda):
    for motivo in ("uno", "dos"):
        fallar(tienda, f"falla {motivo}")
    ventana = consola("/colas/?q=falla")
    fallas(ventana, "falla uno").get_by_role("button", name="Reintentar").click()
    expect(ventana.pagina.get_by_text("Se encoló de nuevo 1 tarea.")).to_be_visible()
    expect(fallas(ventana, "falla uno")).to_have_count(0)
    assert ventana.pagina.url.endswith("/colas/?q=falla")
    fallas(ventana, "falla dos").get_by_role("button", name="Descartar").click()
    expect(ventana.pagina.get_by_text("Se descartó 1 tarea.")).to_be_visible()
    expect(ventana.pagina.get_by_text("Ninguna tarea fallida es así.")).to_be_visible()


def test_it_suspends_resumes_and_asks_before_it_empties(consola):
    ventana = consola()
    fila = ventana.pagina.locator('tr[data-id="analytics"]')
    fila.get_by_role("button", name="Suspender").click()
    expect(fila.get_by_text("Suspendida")).to_be_visible()
    fila.get_by_role("button", name="Reanudar").click()
    expect(fila.get_by_text("Suspendida")).to_have_count(0)
    fila.get_by_role("link", name="Vaciar").click()
    expect(ventana.pagina.get_by_role("heading", name="¿Tirar 0 tareas de analytics?")).to_be_visible()
    sin_faltas(ventana)
    ventana.pagina.get_by_role("button", name="Vaciar").click()
    expect(ventana.pagina.get_by_text("Se tiraron 0 tareas de analytics.")).to_be_visible()


def test_all_of_it_works_without_scripts(consola, tienda):
    fallar(tienda, "sin guiones")
    ventana = consola("/colas/?q=sin+guiones", java_script_enabled=False)
    ventana.pagina.get_by_role("button", name="Reintentar todas").click()
    expect(ventana.pagina.get_by_text("Se encoló de nuevo 1 tarea.")).to_be_visible()
    fila = ventana.pagina.locator('tr[data-id="emails"]')
    fila.get_by_role("button", name="Suspender").click()
    fila.get_by_role("button", name="Reanudar").click()
    expect(ventana.pagina.get_by_text("Se reanudó 1 cola.")).to_be_visible()


def test_another_window_of_staff_sees_a_suspension_at_once(consola):
    una, otra = consola(), consola()
    una.pagina.locator('tr[data-id="celery"]').get_by_role("button", name="Suspender").click()
    expect(otra.pagina.locator('tr[data-id="celery"]').get_by_text("Suspendida")).to_be_visible(timeout=4000)
    otra.pagina.locator('tr[data-id="celery"]').get_by_role("button", name="Reanudar").click()
    expect(otra.pagina.get_by_text("Se reanudó 1 cola.")).to_be_visible()


@pytest.mark.parametrize("tema", ["light", "dark"])
def test_it_is_for_everybodys_eyes_a_strict_csp_and_a_phone(consola, tienda, tema):
    fallar(tienda, "para todos")
    ventana = consola(color_scheme=tema)
    fallas(ventana, "para todos").locator("summary").first.click()
    sin_faltas(ventana)
    assert ventana.pagina.evaluate(INCRUSTADOS) == []
    ventana.pagina.set_viewport_size({"width": 360, "height": 740})
    assert ventana.pagina.evaluate(DESBORDA) == []


def test_ana_finds_no_console_and_no_way_there(abrir):
    ana = abrir("ana", "/panel/")
    expect(ana.pagina.get_by_role("link", name="Colas")).to_have_count(0)
    assert ana.pagina.request.get(f"{ana.url}/colas/").status == 404
