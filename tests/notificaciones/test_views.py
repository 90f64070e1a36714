"""The inbox as pages and forms, as a browser without JavaScript uses it, and bad input."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from notificaciones import servicios
from notificaciones.models import Notificacion

from .aparatos import avisar, crear_usuario

pytestmark = pytest.mark.django_db
BANDEJA = "/notificaciones/"
ACCIONES = ["marcar_leida", "archivar"]
DE_JSON = {"Accept": "application/json"}


@pytest.fixture
def ana():
    return crear_usuario("ana")


def navegador(usuario: Any, **opciones: Any) -> Client:
    cliente = Client(**opciones)
    cliente.force_login(usuario)
    return cliente


def ruta(accion: str, notificacion_id: int) -> str:
    return reverse(f"notificaciones:{accion}", args=[notificacion_id])


def test_the_inbox_shows_the_newest_first_a_page_at_a_time(ana):
    for numero in range(25):
        avisar(ana, f"aviso {numero}")
    cliente = navegador(ana)
    pagina = cliente.get(BANDEJA)
    assert [fila.titulo for fila in pagina.context["notificaciones"]][:2] == ["aviso 24", "aviso 23"]
    resto = cliente.get(BANDEJA, {"cursor": pagina.context["siguiente"]})
    assert [fila.titulo for fila in resto.context["notificaciones"]] == [
        f"aviso {n}" for n in range(4, -1, -1)
    ]
    assert resto.context["siguiente"] is None


def test_each_filter_shows_its_own(ana):
    leida, archivada = avisar(ana, "leída"), avisar(ana, "archivada")
    avisar(ana, "nueva")
    servicios.marcar_leida(usuario_id=ana.pk, notificacion_id=leida.pk)
    servicios.archivar(usuario_id=ana.pk, notificacion_id=archivada.pk)
    cliente = navegador(ana)
    vistas = {
        filtro: [fila.titulo for fila in cliente.get(BANDEJA, {"filtro": filtro}).context["notificaciones"]]
        for filtro in ("todas", "no_leidas", "archivadas")
    }
    assert vistas == {"todas": ["nueva", "leída"], "no_leidas": ["nueva"], "archivadas": ["archivada"]}


def test_carla_sees_nothing_of_ana(ana):
    avisar(ana, "secreto de ana")
    assert "secreto de ana" not in navegador(crear_usuario("carla")).get(BANDEJA).content.decode()


def test_a_user_who_was_never_told_anything_sees_an_empty_inbox(ana):
    assert navegador(ana).get(BANDEJA).context["bandeja"].no_leidas == 0


@pytest.mark.parametrize(
    "texto", ["<img src=x onerror=alert(1)>", "{{7*7}}", "'; DROP TABLE x --", "\u202efdp.exe"]
)
def test_a_text_is_shown_as_text(ana, texto):
    avisar(ana, texto, mensaje=texto)
    html = navegador(ana).get(BANDEJA).content.decode()
    assert "<img src=x" not in html
    assert ">49<" not in html


def test_marking_and_archiving_work_by_plain_forms_and_can_be_undone(ana):
    fila = avisar(ana)
    cliente = navegador(ana)
    for accion, estado in (("marcar_leida", "leida"), ("archivar", "archivada")):
        respuesta = cliente.post(ruta(accion, fila.pk), {"volver": "/notificaciones/?filtro=todas"})
        assert (respuesta.status_code, respuesta["Location"]) == (302, "/notificaciones/?filtro=todas")
        fila.refresh_from_db()
        assert getattr(fila, estado)
        cliente.post(ruta(accion, fila.pk), {"deshacer": "1"})
        fila.refresh_from_db()
        assert not getattr(fila, estado)


def test_marking_all_stops_at_what_the_page_could_show(ana):
    vista = avisar(ana)
    nueva = avisar(ana, "llegó mientras leía")
    navegador(ana).post("/notificaciones/todas/leida/", {"hasta_secuencia": vista.numero})
    assert list(Notificacion.objects.no_leidas()) == [nueva]


def test_a_script_gets_no_content(ana):
    respuesta = navegador(ana).post(ruta("marcar_leida", avisar(ana).pk), headers=DE_JSON)
    assert (respuesta.status_code, respuesta.content) == (204, b"")


@pytest.mark.parametrize(
    "volver",
    [
        "",
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "http:///evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        # Names of views and of nothing: a way back is a path.
        "catalogo",
        "no-hay-tal-vista",
        "notificaciones:bandeja",
        "..",
    ],
)
def test_a_way_back_that_is_no_path_of_this_site_leads_to_the_inbox(ana, volver):
    respuesta = navegador(ana).post(ruta("marcar_leida", avisar(ana).pk), {"volver": volver})
    assert (respuesta.status_code, respuesta["Location"]) == (302, BANDEJA)


@pytest.mark.parametrize("accion", ACCIONES)
def test_what_is_of_another_or_of_nobody_is_not_found(ana, accion):
    ajena = avisar(crear_usuario("carla"))
    cliente = navegador(ana)
    for notificacion_id in (ajena.pk, ajena.pk + 1000, 0, 2**63 - 1, 2**63, 10**30):
        assert cliente.post(ruta(accion, notificacion_id)).status_code == 404
    ajena.refresh_from_db()
    assert (ajena.leida, ajena.archivada) == (False, False)


@pytest.mark.parametrize("trozo", ["abc", "-1", "1.0", "%00", "٣", "9" * 5000])
def test_an_id_that_is_no_number_is_not_found(ana, trozo):
    assert navegador(ana).post(f"/notificaciones/{trozo}/leida/").status_code == 404


@pytest.mark.parametrize("camino", ["1/leida/", "1/archivar/", "todas/leida/"])
def test_an_action_by_get_is_refused(ana, camino):
    assert navegador(ana).get(BANDEJA + camino).status_code == 405


@pytest.mark.parametrize("camino", ["{}/leida/", "{}/archivar/", "todas/leida/"])
def test_an_action_without_the_csrf_token_is_refused(ana, camino):
    fila = avisar(ana)
    cliente = navegador(ana, enforce_csrf_checks=True)
    assert cliente.post(BANDEJA + camino.format(fila.pk)).status_code == 403
    fila.refresh_from_db()
    assert (fila.leida, fila.archivada) == (False, False)


@pytest.mark.parametrize(
    "cursor", ["-1", "abc", "1.5", "1e9", str(2**63), "9" * 5000, "٣", "1 OR 1=1", "\x00"]
)
def test_a_bad_cursor_is_a_bad_request(ana, cursor):
    assert navegador(ana).get(BANDEJA, {"cursor": cursor}).status_code == 400


def test_an_unknown_filter_is_a_bad_request(ana):
    assert navegador(ana).get(BANDEJA, {"filtro": "__class__"}).status_code == 400


def test_a_bad_limit_marks_nothing(ana):
    avisar(ana)
    respuesta = navegador(ana).post("/notificaciones/todas/leida/", {"hasta_secuencia": "-1"})
    assert respuesta.status_code == 400
    assert Notificacion.objects.no_leidas().count() == 1


def test_fields_that_nobody_asked_for_are_ignored(ana):
    carla, fila = crear_usuario("carla"), avisar(ana)
    campos = {"usuario": carla.pk, "is_staff": "1", "leida_en": "1999-01-01", "titulo": "otro"}
    navegador(ana).post(ruta("archivar", fila.pk), campos)
    fila.refresh_from_db()
    assert (fila.usuario_id, fila.titulo, fila.leida) == (ana.pk, "Hola", False)


@pytest.mark.parametrize(("metodo", "camino"), [("get", ""), ("post", "1/leida/"), ("post", "todas/leida/")])
def test_who_is_not_signed_in_is_sent_to_the_door(metodo, camino):
    respuesta = getattr(Client(), metodo)(BANDEJA + camino)
    assert (respuesta.status_code, respuesta["Location"].split("?")[0]) == (302, "/cuentas/login/")


def test_asking_only_for_the_head_is_fine(ana):
    assert navegador(ana).head(BANDEJA).status_code == 200


def test_every_page_knows_the_unread_count_and_the_kinds(ana):
    avisar(ana)
    configuracion = navegador(ana).get(BANDEJA).context["config_notificaciones"]
    assert (configuracion["usuario"], configuracion["no_leidas"]) == (ana.pk, 1)
    assert configuracion["tipos"]["nueva_venta"]["icono"] == "bolsa"


def test_the_page_for_nobody_has_no_configuration():
    assert Client().get("/cuentas/login/").context["config_notificaciones"] is None
