"""What browsers are told with every answer: what they may run, whom they may tell, and what they must not keep."""

from __future__ import annotations

import re

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from tests.imagenes.constructores import subir
from tests.ventas.constructores import crear_producto, crear_usuario, entrar

pytestmark = pytest.mark.django_db
SIEMPRE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def politica(respuesta):
    """Returns the Content-Security-Policy as a dictionary of its directives."""
    partes = (parte.split() for parte in respuesta["Content-Security-Policy"].split(";"))
    return {nombre: " ".join(valores) for nombre, *valores in partes}


@pytest.mark.parametrize(
    ("ruta", "estado"),
    [
        ("/", 200),
        ("/panel/", 200),
        ("/imagenes/", 200),
        ("/notificaciones/", 200),
        ("/colas/", 200),
        ("/admin/", 200),
        ("/jsi18n/", 200),
        ("/livez", 200),
        ("/static/css/sitio.css", 200),
        ("/static/img/iconos.svg", 200),
        ("/no/existe/", 404),
        ("/?pagina=x", 400),
        ("/ventas/procesar/", 405),
    ],
)
def test_every_answer_says_what_a_browser_may_do(ruta, estado, settings):
    settings.WHITENOISE_USE_FINDERS = settings.WHITENOISE_AUTOREFRESH = True
    respuesta = entrar(crear_usuario("admin", is_staff=True, is_superuser=True)).get(ruta)
    respuesta.close()
    assert respuesta.status_code == estado
    assert {nombre: respuesta[nombre] for nombre in SIEMPRE} == SIEMPRE
    directivas = politica(respuesta)
    assert directivas["default-src"] == directivas["object-src"] == directivas["base-uri"] == "'none'"
    assert directivas["script-src"] == directivas["style-src"] == directivas["form-action"] == "'self'"
    assert directivas["frame-ancestors"] == "'none'"
    assert "unsafe" not in respuesta["Content-Security-Policy"]
    assert ("require-trusted-types-for" in directivas) is (ruta != "/admin/")
    assert "camera=()" in respuesta["Permissions-Policy"]
    assert "autoplay=(self)" in respuesta["Permissions-Policy"]


def test_a_photo_is_no_page_whatever_its_bytes_say():
    ana = crear_usuario("ana")
    original = entrar(ana).get(reverse("imagenes:original", args=[subir(ana).pk]))
    original.close()
    assert original["X-Content-Type-Options"] == "nosniff"
    assert original["Content-Disposition"].startswith("attachment")
    assert politica(original)["default-src"] == "'none'"


@pytest.mark.parametrize("ruta", ["/", "/panel/", "/notificaciones/", "/imagenes/", "/ventas/carrito/"])
def test_no_page_of_anas_is_left_behind_when_she_has_signed_out(ruta):
    ana = entrar(crear_usuario("ana"))
    assert "no-store" in ana.get(ruta)["Cache-Control"]


def test_the_catalogue_of_nobody_may_be_kept():
    assert "Cache-Control" not in Client().get("/")


def test_cookies_go_by_tls_alone_and_scripts_do_not_read_the_session():
    crear_usuario("ana", password="una-frase-larga")
    cliente = Client()
    cliente.get("/cuentas/login/")
    entrada = cliente.post("/cuentas/login/", {"username": "ana", "password": "una-frase-larga"})
    for nombre, http in (("sessionid", True), ("csrftoken", "")):
        galleta = entrada.cookies[nombre]
        assert (galleta["secure"], galleta["samesite"], galleta["httponly"]) == (True, "Lax", http)


@override_settings(SECURE_SSL_REDIRECT=True)
def test_who_comes_without_tls_is_sent_to_it_and_told_to_stay():
    visitante = Client()
    lejos = visitante.get("/panel/?x=1")
    assert (lejos.status_code, lejos["Location"]) == (301, "https://testserver/panel/?x=1")
    assert visitante.get("/livez").status_code == 200
    por_tls = visitante.get("/", headers={"X-Forwarded-Proto": "https"})
    assert por_tls["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"


def test_a_mail_in_its_frame_runs_nothing_and_stays_in_it(settings, tmp_path):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    from django.core.mail import EmailMultiAlternatives, get_connection  # noqa: PLC0415

    correo = EmailMultiAlternatives("Hola", "hola", "a@tienda.example", ["b@tienda.example"])
    correo.attach_alternative("<p>hola<script>alert(1)</script></p>", "text/html")
    get_connection().send_messages([correo])
    admin = entrar(crear_usuario("admin", is_staff=True, is_superuser=True))
    ruta = re.search(r"/buzon/[^\"]+/0/", admin.get("/buzon/").content.decode())[0]
    assert politica(admin.get(ruta))["frame-src"] == "'self'"
    dentro = politica(admin.get(f"{ruta}html/"))
    assert "script-src" not in dentro
    assert (dentro["default-src"], dentro["frame-ancestors"]) == ("'none'", "'self'")
    assert "allow-scripts" not in dentro["sandbox"]
    assert "frame-src" not in politica(admin.get("/buzon/"))


def test_the_page_that_sells_keeps_its_policy_when_it_refuses():
    producto = crear_producto(crear_usuario("ana"))
    bruno = entrar(crear_usuario("bruno"))
    rechazo = bruno.post(f"/ventas/producto/{producto.pk}/comprar/", {"cantidad": "mil"})
    assert (rechazo.status_code, politica(rechazo)["script-src"]) == (400, "'self'")
