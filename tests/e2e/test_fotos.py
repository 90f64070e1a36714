"""Ana's photos in a real browser, with a real worker: she drops them and watches; others hear of it, or must not."""

from __future__ import annotations

import base64
import io
import os
import re

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.procesos import esperar
from tests.servicio.persona import Persona
from tests.servicio.tienda import tienda_abierta

from .cable import Cable
from .escritorio import escritorio
from .test_paginas import DESBORDA, INCRUSTADOS, sin_faltas
from .ventana import entrar

pytestmark = pytest.mark.navegador

HACER_ARCHIVOS = """
(archivos) => {
    const bolsa = new DataTransfer();
    for (const [nombre, datos] of archivos) {
        const bytes = Uint8Array.from(atob(datos), (letra) => letra.charCodeAt(0));
        bolsa.items.add(new File([bytes], nombre, { type: "image/jpeg" }));
    }
    return bolsa;
}
"""
ANOTAR_BARRAS = """
window.barras = {};
new MutationObserver((cambios) => {
    for (const { target } of cambios) {
        const anotadas = (window.barras[target.ariaLabel] ??= { 100: [], 3: [] });
        if (target.max in anotadas) anotadas[target.max].push(target.value);
    }
}).observe(document.getElementById("fotos-lista"), { subtree: true, attributeFilter: ["value", "max"] });
"""
# Takes the first card away and has the list shown again: which of the pictures are still the same elements?
QUITAR_UNA_Y_MIRAR = """
async () => {
    const fotos = () => [...document.querySelectorAll(".fotos img")];
    const antes = fotos();
    antes[0].closest("li").remove();
    document.dispatchEvent(new CustomEvent("notificacion:sincronizado", { detail: {} }));
    while (fotos().length < antes.length) await new Promise((listo) => setTimeout(listo, 50));
    return fotos().map((foto, lugar) => foto === antes[lugar]);
}
"""
PEGAR = "document.dispatchEvent(new ClipboardEvent('paste', { clipboardData: bolsa, bubbles: true }))"
SUBIR = """
import sys
from django.contrib.auth.models import User
from imagenes.servicios import dar_a_producto
from tests.imagenes.constructores import foto, subir
ana = User.objects.get(username="ana")
for descripcion in sys.argv[2:]:
    imagen = subir(ana, foto(600, 400), descripcion=descripcion)
    dar_a_producto(usuario_id=ana.pk, imagen_id=imagen.pk, producto_id=int(sys.argv[1]))
"""
SIN_ACABAR = "SELECT COUNT(*) FROM imagenes_imagenusuario WHERE NOT procesamiento_completo"


@pytest.fixture(scope="module")
def tienda():
    with tienda_abierta(worker=True) as abierta:
        yield abierta


@pytest.fixture
def abrir(tienda, navegador):
    with escritorio(navegador, tienda) as abrir_una:
        yield abrir_una


@pytest.fixture
def abrir_de(tienda, navegador, abrir):
    """Opens a window of somebody else: `abrir_de("carla", "/imagenes/")`."""
    contextos = []

    def abrir_una(nombre, ruta, **opciones):
        contexto = navegador.new_context(**{"locale": "es-MX", **opciones})
        contextos.append(contexto)
        entrar(contexto, Persona(tienda.servicio.url, nombre))
        return abrir(None, ruta, contexto=contexto)

    yield abrir_una
    for contexto in contextos:
        contexto.close()


def ruidosa(lado=500):
    """A photo that takes about as many bytes as it has pixels."""
    salida = io.BytesIO()
    Image.frombytes("RGB", (lado, lado), os.urandom(lado * lado * 3)).save(salida, "JPEG", quality=85)
    return salida.getvalue()


def bolsa(ventana, archivos):
    cifrados = [[nombre, base64.b64encode(datos).decode()] for nombre, datos in archivos.items()]
    return ventana.pagina.evaluate_handle(HACER_ARCHIVOS, cifrados)


def soltar(ventana, archivos):
    """Drops the files on the page, as a hand does."""
    datos = {"dataTransfer": bolsa(ventana, archivos)}
    ventana.pagina.dispatch_event("#fotos-zona", "dragover", datos)
    expect(ventana.pagina.locator("#fotos-zona")).to_have_class(re.compile("encima"))
    ventana.pagina.dispatch_event("#fotos-zona", "drop", datos)


def frenar(ventana, bytes_por_segundo):
    """A slow line: only so many bytes leave in a second."""
    sesion = ventana.contexto.new_cdp_session(ventana.pagina)
    sesion.send("Network.enable")
    limites = {"offline": False, "latency": 0, "downloadThroughput": -1}
    sesion.send("Network.emulateNetworkConditions", {**limites, "uploadThroughput": bytes_por_segundo})


def tarjeta(ventana, nombre):
    return ventana.pagina.locator("#fotos-lista li", has_text=nombre)


def dicho(ventana, nombre):
    return tarjeta(ventana, nombre).locator(".foto-estado")


def cargada(imagen):
    """Waits until the browser has really decoded it."""
    imagen.wait_for()
    imagen.evaluate("(una) => una.decode()")
    assert imagen.evaluate("(una) => una.naturalWidth") > 0


def subir(tienda, *descripciones):
    """Ana sends photos of her cup without a browser; returns the ids of their rows."""
    tienda.ejecutar(SUBIR, tienda.taza, *descripciones)
    filas = tienda.leer("SELECT id FROM imagenes_imagenusuario ORDER BY id DESC LIMIT ?", len(descripciones))
    return [fila[0] for fila in reversed(filas)]


def test_three_dropped_photos_are_seen_on_their_way_and_heard_of_in_her_other_browser(
    abrir, abrir_de, tienda
):
    otro, carla = abrir("ana", "/imagenes/"), abrir_de("carla", "/imagenes/")
    otro.pagina.evaluate("window.sigueAqui = true")
    ana = abrir("ana", "/imagenes/subir/")
    ana.pagina.evaluate(ANOTAR_BARRAS)
    frenar(ana, 500_000)
    nombres = ["mercado.jpg", "plaza.jpg", "puesto.jpg"]
    soltar(ana, {nombre: ruidosa() for nombre in nombres})
    cargada(tarjeta(ana, "mercado.jpg").locator("img[src^='blob:']"))
    tarjeta(ana, "plaza.jpg").locator("input").fill("La plaza de noche")
    for nombre in nombres:
        expect(dicho(ana, nombre)).to_have_text("Por revisar", timeout=20_000)
        cargada(tarjeta(ana, nombre).locator("img[src^='/fotos/']"))
        transferencia, trabajo = (
            ana.pagina.evaluate("window.barras")[nombre][maximo] for maximo in ("100", "3")
        )
        assert len(set(transferencia)) > 2
        assert transferencia == sorted(transferencia)
        assert trabajo == sorted(trabajo)
        assert trabajo
    expect(otro.pagina.locator(".fotos > li")).to_have_count(3)
    for imagen in otro.pagina.locator(".fotos img").all():
        cargada(imagen)
    expect(otro.pagina.get_by_text("La plaza de noche")).to_be_visible()
    expect(otro.popups.first).to_be_visible()
    otro.insignia(3)
    # In their last state: a card that changes is made anew.
    expect(otro.pagina.locator(".fotos > li").get_by_text("Por revisar")).to_have_count(3)
    assert otro.pagina.evaluate(QUITAR_UNA_Y_MIRAR) == [False, True, True]
    assert otro.pagina.evaluate("window.sigueAqui") is True
    expect(carla.pagina.get_by_text("Todavía no has subido ninguna foto.")).to_be_visible()
    assert carla.noticias() == []


def test_the_socket_is_cut_while_a_photo_is_worked_on_and_the_result_is_there_on_return(abrir, tienda):
    tienda.servicio.matar("worker")
    with Cable(tienda.servicio.puerto) as cable:
        ana = abrir("ana", "/imagenes/subir/", url=cable.url)
        ana.con_cortes = True
        ana.pagina.evaluate("window.sigueAqui = true")
        soltar(ana, {"rebozo.jpg": ruidosa()})
        expect(dicho(ana, "rebozo.jpg")).to_have_text("Procesando: 0 de 3")
        ana.contexto.set_offline(True)
        cable.cortar()
        ana.en_estado("sin_conexion")
        tienda.servicio.lanzar("worker")
        esperar(lambda: tienda.leer(SIN_ACABAR) == [(0,)], "the photo is done", 30)
        expect(dicho(ana, "rebozo.jpg")).to_have_text("Procesando: 0 de 3")
        cable.reparar()
        ana.contexto.set_offline(False)
        expect(dicho(ana, "rebozo.jpg")).to_have_text("Por revisar", timeout=10_000)
        cargada(tarjeta(ana, "rebozo.jpg").locator("img[src^='/fotos/']"))
        assert ana.pagina.evaluate("window.sigueAqui") is True


def test_it_cancels_refuses_and_takes_what_is_pasted(abrir, tienda):
    ana = abrir("ana", "/imagenes/subir/")
    antes = tienda.leer("SELECT COUNT(*) FROM imagenes_imagenusuario")
    frenar(ana, 20_000)
    soltar(ana, {"lenta.jpg": ruidosa(), "vacia.jpg": b"", "falsa.jpg": b"<html>"})
    expect(dicho(ana, "vacia.jpg")).to_have_text("El archivo está vacío.")
    expect(dicho(ana, "falsa.jpg")).to_have_text("El archivo no es una foto JPEG, PNG o WebP.")
    tarjeta(ana, "lenta.jpg").get_by_role("button", name="Cancelar lenta.jpg").press("Enter")
    expect(dicho(ana, "lenta.jpg")).to_have_text("Cancelada")
    expect(tarjeta(ana, "lenta.jpg")).to_be_focused()
    assert tienda.leer("SELECT COUNT(*) FROM imagenes_imagenusuario") == antes
    expect(ana.pagina.locator("[aria-live=polite]", has_text="lenta.jpg: Cancelada")).to_have_count(1)
    # What Chromium says of any answer of 400.
    assert all("400" in problema for problema in ana.problemas)
    ana.problemas.clear()
    frenar(ana, -1)
    ana.pagina.evaluate(f"(bolsa) => {PEGAR}", bolsa(ana, {"pegada.jpg": ruidosa(100)}))
    expect(dicho(ana, "pegada.jpg")).to_have_text("Por revisar", timeout=10_000)


def test_admin_decides_by_keyboard_as_photos_arrive_and_ana_and_bruno_see_it(abrir, abrir_de, tienda):
    admin = abrir_de("admin", "/imagenes/moderar/")
    for _ in admin.pagina.locator("#fotos-cola [data-id]").all():
        admin.pagina.keyboard.press("j")
        admin.pagina.keyboard.press("a")
        expect(admin.pagina.locator("#fotos-cola [aria-busy=true]")).to_have_count(0)
    expect(admin.pagina.get_by_text("No hay fotos por revisar.")).to_be_visible()
    fea, bonita = subir(tienda, "Taza movida", "Taza nítida")
    cola = admin.pagina.locator("#fotos-cola [data-id]")
    expect(cola).to_have_count(2, timeout=10_000)
    cargada(cola.first.locator("img"))
    sin_faltas(admin)
    ana = abrir("ana", f"/imagenes/{fea}/")
    admin.pagina.locator(f"#fotos-cola [data-id='{fea}']").focus()
    admin.pagina.keyboard.press("r")
    admin.pagina.keyboard.type("Sale movida, jaja")
    admin.pagina.keyboard.press("Enter")
    expect(admin.pagina.locator(f"#fotos-cola [data-id='{bonita}']")).to_be_focused()
    expect(ana.pagina.locator("#fotos-vivo")).to_contain_text("Motivo: Sale movida, jaja")
    admin.pagina.keyboard.press("A")
    expect(cola).to_have_count(0)
    bruno = abrir("bruno", "/")
    taza = bruno.pagina.locator("article", has_text="Taza de talavera")
    cargada(taza.locator("img[alt='Taza nítida']"))
    assert bruno.pagina.request.get(f"{bruno.url}/imagenes/{bonita}/original/").status == 404


def test_without_scripts_a_form_does_it_all(abrir, tienda):
    ana = abrir("ana", "/imagenes/subir/", java_script_enabled=False)
    foto = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": ruidosa(100)}
    ana.pagina.set_input_files("#archivos", [foto, foto])
    ana.pagina.get_by_label("Descripción").fill("Sin guiones")
    ana.pagina.get_by_role("button", name="Subir").click()
    expect(ana.pagina.get_by_text("Se recibieron 2 fotos.")).to_be_visible()
    esperar(lambda: tienda.leer(SIN_ACABAR) == [(0,)], "the photos are done", 20)
    ana.ir("/imagenes/").pagina.get_by_role("link", name="Sin guiones").first.click()
    expect(ana.pagina.locator(".etiqueta")).to_have_text("Por revisar")
    ana.pagina.get_by_role("link", name="Borrar la foto").click()
    ana.pagina.get_by_role("button", name="Borrar").click()
    expect(ana.pagina.get_by_text("Foto borrada.")).to_be_visible()


def test_its_pages_are_for_everybodys_eyes_a_strict_csp_and_a_phone(abrir, tienda):
    foto = tienda.leer("SELECT id FROM imagenes_imagenusuario WHERE moderacion = 'rechazada'")[0][0]
    ana = abrir("ana", "/imagenes/")
    for ruta in ("/imagenes/", "/imagenes/subir/", f"/imagenes/{foto}/"):
        ana.ir(ruta)
        if "subir" in ruta:
            soltar(ana, {"una con un nombre muy muy largo, sin fin.jpg": ruidosa(50), "vacia.jpg": b""})
            expect(dicho(ana, "una con")).to_have_text("Por revisar", timeout=10_000)
        assert ana.pagina.evaluate(INCRUSTADOS) == []
        for tema in ("light", "dark"):
            ana.pagina.emulate_media(color_scheme=tema)
            sin_faltas(ana)
        ana.pagina.set_viewport_size({"width": 360, "height": 740})
        assert ana.pagina.evaluate(DESBORDA) == []
