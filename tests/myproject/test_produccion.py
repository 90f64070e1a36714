"""A shop that others reach: it refuses to open carelessly, and its settings pass Django's own examination."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.myproject.test_entorno import copia, leer
from tests.procesos import carpeta_nueva

__all__ = ["copia"]

RAIZ = Path(__file__).resolve().parents[2]
CLAVE = "produccion-0123456789-abcdefghijklmnopqrstuvwxyz-9876543210"
TIENDA = {
    "DEBUG": "0",
    "SECRET_KEY": CLAVE,
    "ALLOWED_HOSTS": "tienda.example",
    "DATABASE_URL": "sqlite://:memory:",
}
DESCUIDOS = [
    ({"SECRET_KEY": "development-only-key-that-no-shop-may-use"}, "SECRET_KEY", "example"),
    ({"SECRET_KEY": "a-long-random-text"}, "SECRET_KEY", "example"),
    ({"SECRET_KEY": "corta"}, "SECRET_KEY", "50 characters"),
    ({"SECRET_KEY": "ab" * 40}, "SECRET_KEY", "10 different"),
    ({"SECRET_KEY_FALLBACKS": "a-long-random-text"}, "SECRET_KEY_FALLBACKS", "example"),
    ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS", "Name the shop's hosts"),
    ({"ALLOWED_HOSTS": "tienda.example,*"}, "ALLOWED_HOSTS", "Name the shop's hosts"),
    ({"DEBUG": "1"}, "DEBUG", "Set DEBUG=0"),
    ({"DEBUG": "1", "ALLOWED_HOSTS": "localhost,93.184.216.34"}, "DEBUG", "Set DEBUG=0"),
]


def manage(*argumentos, **variables):
    orden = [sys.executable, "manage.py", *argumentos]
    entorno = {"PATH": os.environ["PATH"], **TIENDA, **variables}
    return subprocess.run(
        orden, cwd=RAIZ, env=entorno, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize(("variables", "cual", "remedio"), DESCUIDOS)
def test_a_careless_shop_does_not_start_and_is_told_how_to_mend_it(copia, variables, cual, remedio):
    with pytest.raises(SystemExit, match=rf"^Configuration error: {cual}='.*' .*{remedio}.*\.\Z") as fin:
        leer(copia, **{**TIENDA, **variables})
    assert variables.get("SECRET_KEY", "-") not in str(fin.value)


def test_development_on_ones_own_network_is_no_shop(copia):
    casa = "localhost,192.168.1.20,[::1],portatil,portatil.local"
    assert leer(copia, DEBUG="1", SECRET_KEY="", ALLOWED_HOSTS=casa)["DEBUG"] is True


def test_the_settings_of_production_pass_djangos_examination():
    hecho = manage("check", "--deploy", "--fail-level", "WARNING")
    assert (hecho.returncode, hecho.stdout) == (0, "System check identified no issues (0 silenced).\n")


@pytest.fixture(scope="module")
def con_demo():
    """Returns the variables of production on a database with the demonstration in it."""
    base = f"sqlite:///{carpeta_nueva('produccion') / 'db.sqlite3'}"
    desarrollo = {"DEBUG": "1", "SECRET_KEY": "", "ALLOWED_HOSTS": "", "DATABASE_URL": base}
    for orden in (("migrate", "-v", "0"), ("datos_demo",)):
        hecho = manage(*orden, **desarrollo)
        assert hecho.returncode == 0, hecho.stderr
    return {"DATABASE_URL": base}


def test_the_examination_names_the_open_accounts_of_the_demonstration(con_demo):
    hecho = manage("check", "--deploy", **con_demo)
    assert hecho.returncode == 1
    for nombre in ("ana", "bruno", "carla", "admin"):
        assert f"(seguridad.E001) {nombre} has the password of the demonstration." in hecho.stderr


@pytest.mark.parametrize(
    "orden",
    [
        ["daphne", "-p", "0", "myproject.asgi:application"],
        ["uvicorn", "--port", "0", "myproject.asgi:application"],
    ],
    ids=["daphne", "uvicorn"],
)
def test_no_server_opens_with_them(con_demo, orden):
    entorno = {"PATH": os.environ["PATH"], **TIENDA, **con_demo}
    servidor = [sys.executable, "-m", *orden]
    hecho = subprocess.run(
        servidor, cwd=RAIZ, env=entorno, capture_output=True, text=True, timeout=60, check=False
    )
    assert hecho.returncode == 1
    assert "Configuration error: the accounts admin, ana, bruno, carla have the password" in hecho.stderr
    assert "Traceback" not in hecho.stderr


def test_it_opens_when_their_passwords_are_others(con_demo):
    guion = (
        "from django.contrib.auth.models import User\n"
        "for u in User.objects.all(): u.set_unusable_password(); u.save()\n"
        "import myproject.asgi"
    )
    hecho = manage("shell", "-v", "0", "-c", guion, **con_demo)
    assert (hecho.returncode, hecho.stdout) == (0, "")


def test_it_opens_before_its_database_answers():
    hecho = manage("shell", "-v", "0", "-c", "import myproject.asgi")
    assert hecho.returncode == 0, hecho.stderr
    assert "Nobody looked for demonstration accounts" in hecho.stderr


@pytest.mark.parametrize(
    ("variables", "redirige", "segundos"),
    [
        ({}, True, 365 * 86_400),
        ({"DIAS_DE_HSTS": "0"}, True, 0),
        ({"ALLOWED_HOSTS": "localhost"}, False, 365 * 86_400),
        ({"COOKIES_SEGURAS": "0"}, False, 0),
    ],
)
def test_a_public_shop_is_reached_by_tls_alone(copia, variables, redirige, segundos):
    leidas = leer(copia, **{**TIENDA, **variables})
    assert (leidas["SECURE_SSL_REDIRECT"], leidas["SECURE_HSTS_SECONDS"]) == (redirige, segundos)
    seguras = variables.get("COOKIES_SEGURAS") != "0"
    assert (leidas["SESSION_COOKIE_SECURE"], leidas["CSRF_COOKIE_SECURE"]) == (seguras, seguras)
