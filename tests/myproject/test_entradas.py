"""Guessing ana's password: ten tries, then a minute's wait, for whoever guesses and for nobody else."""

from __future__ import annotations

import datetime as dt

import pytest
from axes.models import AccessAttempt
from django.db.models import F
from django.test import Client

from tests.ventas.constructores import crear_usuario

pytestmark = pytest.mark.django_db
BUENA = "una-frase-larga"
ENTRADAS = ["/cuentas/login/", "/admin/login/"]


@pytest.fixture(autouse=True)
def ana(settings):
    """Her password costs nothing to try here."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return crear_usuario("ana", password=BUENA, is_staff=True)


def probar(ruta=ENTRADAS[0], nombre="ana", contrasena="adivina", **opciones):
    return Client(**opciones).post(ruta, {"username": nombre, "password": contrasena})


def fallar(veces, **opciones):
    return [probar(**opciones).status_code for _ in range(veces)]


@pytest.mark.parametrize("ruta", ENTRADAS)
def test_the_eleventh_failure_locks_the_door_for_a_minute(ruta):
    assert fallar(11, ruta=ruta) == [200] * 10 + [429]
    pagina = probar(ruta, contrasena=BUENA)
    assert (pagina.status_code, pagina["Retry-After"]) == (429, "60")
    assert "Demasiados intentos fallidos. Espera un minuto" in pagina.content.decode()
    # Both doors are the same one.
    assert {probar(otra, contrasena=BUENA).status_code for otra in ENTRADAS} == {429}


def test_it_says_so_in_english_and_as_json_too():
    fallar(11)
    assert "Too many failed attempts." in probar(headers={"Accept-Language": "en"}).content.decode()
    programa = probar(headers={"Accept": "application/json"})
    assert (programa.status_code, programa.json()["codigo"]) == (429, "demasiados_intentos")


def test_a_minute_later_ana_comes_in_though_somebody_went_on_guessing():
    fallar(20)
    assert AccessAttempt.objects.get().failures_since_start == 11
    AccessAttempt.objects.update(attempt_time=F("attempt_time") - dt.timedelta(seconds=61))
    assert probar(contrasena=BUENA).status_code == 302


def test_nobody_locks_ana_out_from_elsewhere_nor_carla_beside_her():
    crear_usuario("carla", password=BUENA)
    fallar(15, REMOTE_ADDR="203.0.113.9")
    assert probar(contrasena=BUENA).status_code == 302
    assert probar(nombre="carla", contrasena=BUENA, REMOTE_ADDR="203.0.113.9").status_code == 302


def test_another_browser_or_a_forged_address_gives_no_more_tries():
    fallar(5, HTTP_USER_AGENT="uno")
    fallar(5, HTTP_USER_AGENT="otro", HTTP_X_FORWARDED_FOR="198.51.100.1")
    assert probar(headers={"User-Agent": "tres", "X-Forwarded-For": "198.51.100.2"}).status_code == 429


def test_signing_in_forgets_the_failures_before():
    fallar(10)
    assert probar(contrasena=BUENA).status_code == 302
    assert fallar(10) == [200] * 10


def test_what_was_typed_is_kept_nowhere():
    fallar(2, nombre="hunter2-as-a-name", contrasena="hunter2")
    escrito = " ".join(str(valor) for fila in AccessAttempt.objects.values() for valor in fila.values())
    assert "hunter2" not in escrito
