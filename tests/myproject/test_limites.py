"""How many forms one may send in a minute: bruno's 61st waits, and nobody else does."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from myproject import limites
from tests.imagenes.constructores import foto, subida
from tests.ventas.constructores import crear_usuario, entrar

pytestmark = pytest.mark.django_db
TODAS = "/notificaciones/todas/leida/"


@pytest.fixture(autouse=True)
def _de_fabrica(settings, monkeypatch):
    settings.ENVIOS_POR_MINUTO, settings.SUBIDAS_POR_MINUTO = 60, 300
    monkeypatch.setattr(limites, "RECUENTO", limites.Recuento())


def estados(cliente, ruta, cuantos, **opciones):
    return [cliente.post(ruta, **opciones).status_code for _ in range(cuantos)]


def test_the_61st_form_of_a_minute_is_told_when_to_come_back():
    bruno = entrar(crear_usuario("bruno"), headers={"Accept-Language": "en"})
    assert set(estados(bruno, TODAS, 60)) == {302}
    pagina = bruno.post(TODAS)
    assert pagina.status_code == 429
    assert 1 <= int(pagina["Retry-After"]) <= 60
    assert pagina["Cache-Control"] == "no-store"
    assert "Too many requests in a short time" in pagina.content.decode()
    programa = bruno.post("/ventas/procesar/", {"producto_id": 1}, content_type="application/json")
    assert (programa.status_code, programa.json()["codigo"]) == (429, "demasiadas")
    assert bruno.get("/").status_code == 200


def test_carla_does_not_wait_for_bruno_at_the_same_address():
    estados(entrar(crear_usuario("bruno")), TODAS, 70)
    assert entrar(crear_usuario("carla")).post(TODAS).status_code == 302


def test_another_browser_of_brunos_does_not_let_him_send_more():
    bruno = crear_usuario("bruno")
    estados(entrar(bruno), TODAS, 40)
    assert estados(entrar(bruno, REMOTE_ADDR="203.0.113.9"), TODAS, 21)[-1] == 429


def test_a_hundred_photos_at_once_are_no_flood_but_there_is_a_limit(settings):
    ana, archivo = entrar(crear_usuario("ana")), foto(8, 8)
    settings.SUBIDAS_POR_MINUTO = 12
    subidas = [
        ana.post(reverse("imagenes:subir"), {"archivos": subida(archivo)}).status_code for _ in range(13)
    ]
    assert subidas == [302] * 12 + [429]
    assert ana.post(TODAS).status_code == 302


def test_who_has_not_signed_in_is_counted_by_address_and_cannot_forge_it():
    assert set(estados(Client(), TODAS, 60)) == {302}
    for forjada in ("198.51.100.1", "127.0.0.1, 198.51.100.2", "' OR 1=1", ""):
        assert Client(headers={"X-Forwarded-For": forjada}).post(TODAS).status_code == 429
    assert Client(REMOTE_ADDR="203.0.113.9").post(TODAS).status_code == 302


def test_behind_a_proxy_of_ours_its_word_counts_and_the_clients_does_not(settings):
    settings.NOTIFICACIONES = {"PROXIES_DE_CONFIANZA": 1}
    estados(Client(headers={"X-Forwarded-For": "198.51.100.1"}), TODAS, 60)
    forjada = Client(headers={"X-Forwarded-For": "203.0.113.77, 198.51.100.1"})
    assert forjada.post(TODAS).status_code == 429
    assert Client(headers={"X-Forwarded-For": "198.51.100.2"}).post(TODAS).status_code == 302


def test_a_minute_after_the_first_all_begins_anew():
    recuento = limites.Recuento()
    assert [recuento.espera("bruno", 2, segundo) for segundo in (0, 30, 45, 59.5)] == [0, 0, 15, 1]
    assert recuento.espera("bruno", 2, 60) == 0


def test_it_remembers_a_bounded_number_of_people(monkeypatch):
    monkeypatch.setattr(limites, "CLAVES_MAXIMAS", 3)
    recuento = limites.Recuento()
    for nombre in ("ana", "bruno", "carla", "diego"):
        recuento.espera(nombre, 1, 0)
    assert [recuento.espera(nombre, 1, 1) for nombre in ("diego", "carla", "bruno")] == [59, 59, 59]
    assert recuento.espera("ana", 1, 1) == 0
