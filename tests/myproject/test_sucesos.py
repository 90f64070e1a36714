"""The log of security: a line an event, that says who and from where and nothing that anybody typed."""

from __future__ import annotations

import logging

import pytest
from django.test import Client

from myproject import limites, sucesos
from tests.ventas.constructores import crear_usuario, entrar

pytestmark = pytest.mark.django_db
SECRETO = "hunter2"


@pytest.fixture(autouse=True)
def _desde_cero(settings, monkeypatch):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    monkeypatch.setattr(sucesos, "_ultimas", {})
    monkeypatch.setattr(limites, "RECUENTO", limites.Recuento())


class Anotador(logging.Handler):
    """Keeps what reaches the console: the lines of each logger."""

    def __init__(self):
        super().__init__()
        self.escrito = []

    def emit(self, record):
        self.escrito.append((record.name, self.format(record)))


@pytest.fixture
def lineas():
    """Returns what the log of security says; nothing of what was typed may be in any line of any logger."""
    anotador = Anotador()
    logging.getLogger().addHandler(anotador)

    def leer():
        assert SECRETO not in str(anotador.escrito)
        return [linea for nombre, linea in anotador.escrito if nombre == "seguridad"]

    yield leer
    logging.getLogger().removeHandler(anotador)


def entrar_mal(cliente):
    return cliente.post("/cuentas/login/", {"username": SECRETO, "password": SECRETO})


def test_a_failed_sign_in_is_told_by_a_digest_and_an_address(lineas):
    entrar_mal(Client(REMOTE_ADDR="203.0.113.9"))
    (linea,) = lineas()
    assert linea.startswith("failed_sign_in: name ")
    assert linea.endswith(", nobody at 203.0.113.9, page login")


def test_a_locked_door_is_told(lineas):
    for _ in range(11):
        entrar_mal(Client())
    assert [linea.split(":")[0] for linea in lineas()] == ["failed_sign_in", "locked_out", "refused_429"]


def test_a_form_without_its_token_is_told_with_who_sent_it(lineas):
    bruno = crear_usuario("bruno")
    cliente = entrar(bruno, enforce_csrf_checks=True)
    cliente.post(f"/ventas/procesar/?q={SECRETO}", headers={"Referer": f"https://{SECRETO}.example/"})
    assert lineas() == [f"refused_csrf: user {bruno.pk} at 127.0.0.1, page procesar_venta"]


def test_a_foreign_host_is_told_without_its_name(lineas):
    Client().get(f"/{SECRETO}/", headers={"Host": f"{SECRETO}.example"})
    assert lineas() == ["refused_DisallowedHost: nobody at 127.0.0.1, no page"]


def test_too_many_forms_are_told(lineas, settings):
    settings.ENVIOS_POR_MINUTO = 1
    bruno = crear_usuario("bruno")
    for _ in range(2):
        entrar(bruno).post("/notificaciones/todas/leida/")
    assert lineas() == [f"refused_429: user {bruno.pk} at 127.0.0.1, page notificaciones:marcar_todas_leidas"]


def test_a_new_password_is_told_by_the_users_id(lineas):
    ana = crear_usuario("ana")
    ana.set_password(SECRETO)
    ana.save()
    assert lineas() == [f"password_set: of user {ana.pk}"]


def test_a_flood_is_one_line_a_second_and_a_count(lineas, monkeypatch):
    reloj = [100.0]
    monkeypatch.setattr(sucesos.time, "monotonic", lambda: reloj[0])
    for _ in range(100):
        entrar_mal(Client())
    reloj[0] += 1
    entrar_mal(Client())
    primera, ultima = [linea for linea in lineas() if linea.startswith("failed_sign_in")]
    assert "more" not in primera
    assert ultima.endswith("(and 99 more)")
