"""The Content-Security-Policy in a real browser: hostile texts stay texts, every page lives with it, and it does forbid."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.servicio.persona import Persona

from .ventana import Ventana, entrar

pytestmark = pytest.mark.navegador

HOSTIL = "<img src=x onerror=alert(1)> <script>alert(2)</script> {{7*7}} '; DROP"
DE_LA_TIENDA = [
    "/",
    "/panel/",
    "/notificaciones/",
    "/imagenes/",
    "/imagenes/subir/",
    "/colas/",
    "/buzon/",
    "/reportes/",
    "/imagenes/moderar/",
]
DE_ADMIN = [
    "/admin/",
    "/admin/auth/user/add/",
    "/admin/notificaciones/notificacion/",
    "/admin/ventas/venta/",
    "/admin/ventas/producto/?q=onerror",
]
CONTAR_INFRACCIONES = """
window.infracciones = [];
document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
    window.infracciones.push(`${violatedDirective} ${blockedURI}`));
"""
LO_PROHIBIDO = """
async () => {
    const probar = (hacer) => { try { hacer(); return "allowed"; } catch (error) { return error.name; } };
    // Not from here, where the debugger asks and may evaluate anything.
    const evaluado = await new Promise((decir) => setTimeout(() => decir(probar(() => eval("1"))), 0));
    const marca = document.createElement("b");
    marca.setAttribute("style", "color: rgb(1, 2, 3)");
    document.body.append(marca);
    return {
        eval: evaluado,
        innerHTML: probar(() => { marca.innerHTML = "<b>x</b>"; }),
        script: probar(() => { document.createElement("script").src = "https://evil.example/x.js"; }),
        parser: probar(() => new DOMParser().parseFromString("<b>x</b>", "text/html")),
        policy: probar(() => trustedTypes.createPolicy("otra", { createHTML: (texto) => texto })),
        twice: probar(() => trustedTypes.createPolicy("partes", { createHTML: (texto) => texto })),
        handler: probar(() => marca.setAttribute("onclick", "1")),
        style: getComputedStyle(marca).color === "rgb(1, 2, 3)" ? "allowed" : "refused",
    };
}
"""
NOMBRAR = """
import sys
from django.contrib.auth.models import User
from notificaciones.servicios import notificar
from ventas.models import Producto
for nombre in ("ana", "admin"):
    quien = User.objects.get(username=nombre)
    Producto.objects.create(vendedor=quien, nombre=sys.argv[1], precio=9, stock=9)
    notificar(usuario_id=quien.pk, tipo="aviso", titulo=sys.argv[1], mensaje=sys.argv[1])
"""
OLVIDAR = "import sys\nfrom ventas.models import Producto\nProducto.objects.filter(nombre=sys.argv[1]).update(activo=False)"


class Vigilada(Ventana):
    """A tab that counts what its policy forbade; an icon that the admin has not is no problem of the page's."""

    def __init__(self, *argumentos, **opciones):
        super().__init__(*argumentos, **opciones)
        self.pagina.add_init_script(CONTAR_INFRACCIONES)
        self.pagina.route("**/favicon.ico", lambda ruta: ruta.fulfill(status=204))

    def infracciones(self):
        return self.pagina.evaluate("window.infracciones")


@pytest.fixture(scope="module")
def hostil(tienda_comun):
    """Products and notifications, ana's and the admin's, with such a name."""
    tienda_comun.ejecutar(NOMBRAR, HOSTIL)
    yield
    tienda_comun.ejecutar(OLVIDAR, HOSTIL)


@pytest.mark.parametrize("idioma", ["es-MX", "en-US"])
def test_no_page_breaks_the_policy_with_hostile_names_on_it(navegador, tienda, hostil, idioma):
    contexto = navegador.new_context(locale=idioma)
    entrar(contexto, Persona(tienda.servicio.url, "admin"))
    admin = Vigilada(contexto, tienda.servicio.url)
    for ruta in DE_LA_TIENDA:
        admin.ir(ruta)
        assert admin.infracciones() == [], ruta
    admin.abrir_cajon()
    expect(admin.filas.first).to_contain_text("<img src=x onerror=alert(1)>")
    for ruta in DE_ADMIN:
        admin.pagina.goto(admin.url + ruta)
        assert admin.infracciones() == [], ruta
    expect(admin.pagina.locator("#result_list").get_by_text(HOSTIL).first).to_be_visible()
    # The admin's own scripts work under it.
    admin.pagina.goto(f"{admin.url}/admin/ventas/producto/add/")
    admin.pagina.locator(".select2-selection").first.click()
    expect(admin.pagina.locator(".select2-results__option").first).to_be_visible()
    assert admin.infracciones() == []
    contexto.close()
    assert admin.problemas == []


def test_ana_sees_a_hostile_text_as_text_wherever_it_comes(abrir, tienda, hostil):
    ana = abrir("ana", "/panel/")
    producto = tienda.leer("SELECT id FROM ventas_producto WHERE nombre = ? ORDER BY id", HOSTIL)[0][0]
    tienda.bruno.comprar(int(producto))
    expect(ana.popups.first).to_contain_text("<script>alert(2)</script>")
    ana.ir("/notificaciones/")
    expect(ana.pagina.locator("main")).to_contain_text("{{7*7}}")


def test_it_forbids_what_it_is_there_to_forbid(abrir, tienda):
    ana = abrir("ana", "/panel/")
    probado = ana.pagina.evaluate(LO_PROHIBIDO)
    assert {nombre for nombre, resultado in probado.items() if resultado == "allowed"} == set()
    # The console complains of each, as it should.
    assert len(ana.problemas) >= 4
    ana.problemas.clear()
