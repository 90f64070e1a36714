"""What must not get through HTTP, row by row: each has its answer, none is an error of ours."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from imagenes.models import ImagenUsuario
from notificaciones.models import Notificacion
from tests.imagenes.constructores import subir
from tests.notificaciones.aparatos import avisar
from tests.ventas.constructores import crear_producto, crear_proveedor, crear_usuario, crear_venta, entrar
from ventas.models import MovimientoInventario, Producto, Venta

pytestmark = pytest.mark.django_db
DE_JSON = "application/json"
ID = re.compile(r"<(?:id|int|imagen):\w+>")
RAROS = ["abc", "0", "-1", "1.5", str(2**63), "9" * 5000, "%00", "%F0%9F%92%A3", "1'--"]
# Not to be seen, not to be stored, or not what it seems.
TEXTOS = {
    "10,001 characters": "a" * 10_001,
    "zero-width only": "\u200b\u200d\ufeff",
    "a blank letter": "\u3164",
    "right-to-left override": "factura\u202efdp.exe",
    "an isolate that never ends": "\u2067gratis",
    "NUL": "taza\0",
    "an escape sequence": "\x1b[2Jtaza",
}
HOSTILES = [
    "<img src=x onerror=alert(1)>",
    "javascript:alert(1)",
    "{{7*7}}",
    "'; DROP TABLE auth_user; --",
    "👩‍👩‍👧 niñería & <b>",
]


def rutas(resolver=None, antes=""):
    """Yields the addresses of the site, without those of the admin, as their patterns."""
    for patron in (resolver or get_resolver()).url_patterns:
        ruta = antes + str(patron.pattern)
        if ruta.startswith("admin"):
            continue
        if hasattr(patron, "url_patterns"):
            yield from rutas(patron, ruta)
        else:
            yield f"/{ruta}"


CON_ID = [ruta for ruta in rutas() if ID.search(ruta)]


@pytest.fixture
def ana():
    return crear_usuario("ana", email="ana@tienda.example")


@pytest.fixture
def admin():
    return entrar(crear_usuario("admin", is_staff=True, is_superuser=True))


def acciones(ana):
    """Returns the addresses that change something of ana's, with their forms."""
    producto, aviso = crear_producto(ana), avisar(ana, "hola")
    foto = subir(ana)
    return {
        f"/notificaciones/{aviso.pk}/leida/": {},
        f"/notificaciones/{aviso.pk}/archivar/": {},
        f"/imagenes/{foto.pk}/describir/": {"descripcion": "x"},
        f"/imagenes/{foto.pk}/producto/": {"producto": producto.pk},
        f"/imagenes/{foto.pk}/ubicacion/borrar/": {},
        f"/imagenes/{foto.pk}/borrar/": {},
        f"/ventas/producto/{producto.pk}/inventario/": {"sentido": "entrada", "unidades": 1},
    }


# --- Who, and which ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ruta", CON_ID)
def test_an_id_that_is_none_is_not_found_by_any_page(ruta, admin):
    for raro in RAROS:
        camino = re.sub(r"<\w+:\w+>", "1", ID.sub(raro, ruta, count=1))
        assert admin.get(camino).status_code in {400, 404, 405}, camino
        # What is not in a cart need not be taken out of it.
        hecho = {302} if "quitar" in ruta else set()
        assert admin.post(camino).status_code in {400, 404, 405, *hecho}, camino


def test_what_is_anas_is_not_there_for_carla_as_what_is_nobodys(ana):
    carla = entrar(crear_usuario("carla"))
    for ruta, formulario in acciones(ana).items():
        assert carla.post(ruta, formulario).status_code == 404, ruta
        nadie = re.sub(r"\d+", "999999", ruta)
        assert carla.post(nadie, formulario).status_code == 404, nadie
    venta = crear_venta(crear_usuario("bruno"), Producto.objects.get())
    for ruta in (f"/ventas/{venta.pk}/confirmacion/", f"/ventas/{venta.pk}/factura/"):
        assert carla.get(ruta).status_code == 404
    assert ImagenUsuario.objects.get().descripcion == ""
    assert Notificacion.objects.filter(leida_en=None, archivada_en=None, usuario=ana).count() == 2
    assert not MovimientoInventario.objects.exists()


SOLO_POST = [
    "/ventas/procesar/",
    "/ventas/carrito/1/agregar/",
    "/ventas/carrito/1/cambiar/",
    "/ventas/carrito/1/quitar/",
    "/ventas/carrito/1/comprar/",
    "/notificaciones/1/leida/",
    "/notificaciones/1/archivar/",
    "/notificaciones/todas/leida/",
    "/notificaciones/token/",
    "/imagenes/1/describir/",
    "/imagenes/1/producto/",
    "/imagenes/1/ubicacion/borrar/",
    "/imagenes/1/aprobar/",
    "/imagenes/1/rechazar/",
    "/colas/fallidas/reintentar/",
    "/colas/fallidas/1/reintentar/",
    "/colas/fallidas/1/descartar/",
    "/colas/cola/emails/suspender/",
    "/colas/cola/emails/reanudar/",
    "/cuentas/logout/",
]


@pytest.mark.parametrize("ruta", SOLO_POST)
def test_nothing_happens_by_a_link(ruta, admin):
    assert admin.get(ruta).status_code == 405


# --- The token of the form --------------------------------------------------------------------------------------------

CON_FICHA = [
    *SOLO_POST,
    "/ventas/producto/1/comprar/",
    "/ventas/producto/1/inventario/",
    "/imagenes/subir/",
    "/imagenes/1/borrar/",
    "/colas/fallidas/descartar/",
    "/colas/cola/emails/vaciar/",
    "/cuentas/login/",
    "/admin/login/",
    "/admin/ventas/producto/add/",
]


@pytest.mark.parametrize("ruta", CON_FICHA)
def test_no_form_is_taken_without_its_token(ruta):
    admin = crear_usuario("admin", is_staff=True, is_superuser=True)
    sin_ficha = entrar(admin, enforce_csrf_checks=True)
    pagina = sin_ficha.post(ruta)
    assert (pagina.status_code, pagina["Content-Type"]) == (403, "text/html; charset=utf-8")
    programa = sin_ficha.post(ruta, headers={"Accept": DE_JSON})
    assert (programa.status_code, programa.json()["codigo"]) == (403, "sin_ficha")


def test_a_program_that_sends_json_without_a_token_reads_why_in_json():
    bruno = entrar(crear_usuario("bruno"), enforce_csrf_checks=True, headers={"Accept-Language": "en"})
    respuesta = bruno.post("/ventas/procesar/", {"producto_id": 1}, content_type=DE_JSON)
    assert respuesta.status_code == 403
    assert respuesta.json() == {
        "status": "error",
        "codigo": "sin_ficha",
        "mensaje": "The form's token is missing or has expired. Nothing was saved.",
    }


# --- Bodies -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cuerpo", "tipo", "estado"),
    [
        ('{"producto_id":', DE_JSON, 400),
        ("", DE_JSON, 400),
        ("[1]", DE_JSON, 400),
        ('{"producto_id": NaN}', DE_JSON, 400),
        ("[" * 100_000, DE_JSON, 413),
        ("[" * 5_000, DE_JSON, 400),
        ('{"producto_id": ' + "9" * 5000 + "}", DE_JSON, 400),
        (b"\xff\xfe\x00", DE_JSON, 400),
        ('{"producto_id": 1}', "text/plain", 415),
        ("producto_id=1", "application/x-www-form-urlencoded", 415),
        ("", "", 415),
    ],
)
def test_a_purchase_that_is_no_json_is_refused_as_what_it_is(cuerpo, tipo, estado, ana):
    crear_producto(ana)
    bruno = entrar(crear_usuario("bruno"))
    assert bruno.generic("POST", "/ventas/procesar/", cuerpo, CONTENT_TYPE=tipo).status_code == estado
    assert not Venta.objects.exists()


def test_fields_that_nobody_asked_for_change_nothing(ana):
    producto, carla = crear_producto(ana, precio="129.90"), crear_usuario("carla")
    bruno = crear_usuario("bruno")
    de_mas = {
        "usuario": carla.pk,
        "comprador": carla.pk,
        "comprador_id": carla.pk,
        "is_staff": True,
        "monto": "0.01",
        "precio": "0.01",
        "leida_en": "2020-01-01",
    }
    pedido = {"producto_id": producto.pk, "cantidad": 1, **de_mas}
    assert entrar(bruno).post("/ventas/procesar/", pedido, content_type=DE_JSON).status_code == 201
    formulario = {"cantidad": "1", **de_mas}
    assert entrar(bruno).post(f"/ventas/producto/{producto.pk}/comprar/", formulario).status_code == 302
    assert [(v.comprador, v.monto) for v in Venta.objects.all()] == [(bruno, Decimal("129.90"))] * 2
    foto = subir(ana)
    entrar(ana).post(
        f"/imagenes/{foto.pk}/describir/", {"descripcion": "x", "moderacion": "aprobada", **de_mas}
    )
    foto.refresh_from_db()
    assert (foto.usuario, foto.descripcion, foto.moderacion) == (ana, "x", "pendiente")
    bruno.refresh_from_db()
    assert not bruno.is_staff


# --- Texts ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("texto", TEXTOS.values(), ids=TEXTOS.keys())
def test_a_text_that_is_not_to_be_read_is_an_error_of_its_field(texto, ana, admin):
    producto, foto, vendedora = crear_producto(ana), subir(ana), entrar(ana)
    respuestas = [
        vendedora.post(f"/imagenes/{foto.pk}/describir/", {"descripcion": texto}),
        vendedora.post(
            f"/ventas/producto/{producto.pk}/inventario/",
            {"sentido": "entrada", "unidades": "1", "motivo": texto},
        ),
        admin.post(f"/imagenes/{foto.pk}/rechazar/", {"motivo": texto}),
    ]
    assert [respuesta.status_code for respuesta in respuestas] == [400, 400, 400]
    assert "unidades" not in respuestas[1].context["formulario"].errors
    assert respuestas[1].context["formulario"].errors["motivo"]
    en_admin = {
        "/admin/ventas/proveedor/add/": {"nombre": texto, "email": "a@tienda.example"},
        "/admin/ventas/producto/add/": {
            "nombre": texto,
            "precio": "1",
            "stock": "1",
            "stock_minimo": "0",
            "vendedor": ana.pk,
        },
        "/admin/auth/user/add/": {"username": texto, "usable_password": "false"},
        f"/admin/auth/user/{ana.pk}/change/": {
            "username": "ana",
            "first_name": texto,
            "date_joined_0": "2026-01-01",
            "date_joined_1": "00:00",
        },
    }
    for ruta, formulario in en_admin.items():
        errores = admin.post(ruta, formulario).context["adminform"].form.errors
        assert list(errores) == [next(nombre for nombre in formulario if formulario[nombre] == texto)], ruta
    foto.refresh_from_db()
    assert (foto.descripcion, foto.moderacion) == ("", "pendiente")
    assert Producto.objects.get().nombre == "Piñata"
    assert not MovimientoInventario.objects.exists()


@pytest.mark.parametrize("texto", ["", *TEXTOS.values()], ids=["nothing", *TEXTOS.keys()])
def test_nobody_signs_in_by_such_a_name_and_the_form_says_so(texto):
    pagina = Client().post("/cuentas/login/", {"username": texto, "password": "demo"})
    assert pagina.status_code == 200
    assert pagina.context["form"].errors


@pytest.mark.parametrize("texto", HOSTILES)
def test_a_hostile_text_is_kept_as_it_is(texto, ana, admin):
    foto = subir(ana)
    entrar(ana).post(f"/imagenes/{foto.pk}/describir/", {"descripcion": texto})
    admin.post("/admin/ventas/proveedor/add/", {"nombre": texto, "email": "a@tienda.example"}, follow=True)
    foto.refresh_from_db()
    assert foto.descripcion == texto
    assert crear_proveedor().__class__.objects.filter(nombre=texto).exists()
    galeria = entrar(ana).get(f"/imagenes/{foto.pk}/").content.decode()
    assert "<img src=x" not in galeria
    assert "<b>" not in galeria


# --- Pages, cursors, ways back ----------------------------------------------------------------------------------------


POR_PAGINAS = [
    "/",
    "/ventas/compras/",
    "/imagenes/",
    "/imagenes/moderar/",
    "/buzon/",
    "/reportes/",
    "/colas/",
]


@pytest.mark.parametrize("valor", ["-1", "0", "1e9", "9" * 30, "", "x", "½", "1;2"])
@pytest.mark.parametrize(
    "ruta", ["/", "/ventas/compras/", "/imagenes/", "/imagenes/moderar/", "/buzon/", "/reportes/", "/colas/"]
)
def test_a_page_that_is_none_is_a_bad_request(ruta, valor, admin, settings, tmp_path):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    # /colas/ takes 0 for the first: its filters begin there.
    esperado = 200 if (ruta, valor) == ("/colas/", "0") else 400
    assert admin.get(ruta, {"pagina": valor}).status_code == esperado


@pytest.mark.parametrize("cursor", ["-1", "1e9", "9" * 30, "x", "½"])
def test_a_cursor_that_is_none_is_a_bad_request(cursor, ana):
    assert entrar(ana).get("/notificaciones/", {"cursor": cursor}).status_code == 400


def test_nobody_gets_more_than_a_page_by_asking_for_it(ana):
    for numero in range(120):
        avisar(ana, f"aviso {numero}")
    pagina = entrar(ana).get("/notificaciones/", {"limite": "1000000000"})
    assert len(pagina.context["notificaciones"]) <= 100
    ids = "&".join(f"id={n}" for n in range(1, 900))
    assert entrar(ana).get(f"/imagenes/estado/?{ids}").status_code == 200


@pytest.mark.parametrize(
    "lejos", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_no_way_back_leads_elsewhere(lejos, ana):
    ana.set_password("una-frase-larga")
    ana.save()
    entrada = Client().post(
        reverse("login"), {"username": "ana", "password": "una-frase-larga", "next": lejos}
    )
    assert (entrada.status_code, entrada["Location"]) == (302, "/")
    leida = entrar(ana).post("/notificaciones/todas/leida/", {"volver": lejos})
    assert leida["Location"] == "/notificaciones/"


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "127.0.0.1@evil.example", "a b", ""]
)
def test_a_foreign_host_is_a_bad_request(host):
    respuesta = Client().get("/cuentas/login/", headers={"Host": host})
    assert respuesta.status_code == 400
    assert "evil" not in respuesta.content.decode()


@pytest.mark.parametrize(
    ("ruta", "cabeceras", "estado"),
    [
        ("/fotos/a%00b/medium.jpg", {}, 404),
        ("/static/%00.css", {}, 404),
        ("/buzon/%00/0/", {}, 404),
        ("/?q=%00", {}, 200),
        ("/", {"Cookie": r'sessionid="aaaaaaaaaaaaaaaa\000"'}, 400),
    ],
)
def test_a_nul_names_nothing(ruta, cabeceras, estado):
    assert Client(headers=cabeceras).get(ruta).status_code == estado


@pytest.mark.parametrize(
    "consulta", ["q=%00", "nombre=%00", "activo__exact=%00", "o=%00", "p=%00", "_facets=%00"]
)
def test_the_admin_survives_a_nul_in_its_filters(consulta, admin):
    assert admin.get(f"/admin/ventas/producto/?{consulta}").status_code in {200, 302, 400}
