"""The variables of the environment: told in .env.example, and refused in one sentence where they are wrong."""

from __future__ import annotations

import ast
import itertools
import os
import re
import runpy
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

RAIZ = Path(__file__).resolve().parents[2]
BASE = {
    "SECRET_KEY": "de-prueba-0123456789-abcdefghijklmnopqrstuvwxyz-9876543210",
    "DATABASE_URL": "sqlite://:memory:",
}
CLAVE = "Secreta123"

EQUIVOCADAS = [
    ("ALMACEN_URL", "ftp://tienda.example/fotos"),
    ("ALMACEN_URL", "s3://tienda.example/fotos"),
    ("ALMACEN_URL", "s3://clave:secreto@tienda.example"),
    ("ALLOWED_HOSTS", "https://tienda.example"),
    ("ALLOWED_HOSTS", "tienda.example,tienda.example:8000"),
    ("CELERY_BROKER_URL", "ftp://127.0.0.1"),
    ("CELERY_BROKER_URL", "amqp://tienda@127.0.0.1:puerto//"),
    ("CELERY_RESULT_BACKEND", "rpc://"),
    ("COLAS_DE_QUORUM", "1"),
    ("COOKIES_SEGURAS", "quizás"),
    ("CSRF_TRUSTED_ORIGINS", "tienda.example"),
    ("CUOTA_DE_FOTOS", "0"),
    ("DATABASE_CONEXIONES", "0"),
    ("DATABASE_CONEXIONES", "muchas"),
    ("DATABASE_URL", "mysql://127.0.0.1/tienda"),
    ("DATABASE_URL", "postgres://127.0.0.1"),
    ("DATABASE_URL", "postgres://127.0.0.1:puerto/tienda"),
    ("DATABASE_URL", "sqlite://db.sqlite3"),
    ("DATABASE_URL", "sqlite:////dev/null/db.sqlite3"),
    ("DEBUG", "maybe"),
    ("DIAS_DE_HSTS", "-1"),
    ("EMAIL_URL", "mailto:ana@tienda.example"),
    ("ENVIOS_POR_MINUTO", "0"),
    ("EMAIL_URL", "smtp://smtp.example:puerto"),
    ("LOG_LEVEL", "fuerte"),
    ("MODERACION_REINTENTOS", "pronto"),
    ("MODERACION_URL", "moderacion.example"),
    ("MODERACION_URL", "ftp://moderacion.example"),
    ("PROXIES_DE_CONFIANZA", "11"),
    ("REDIS_URL", "http://127.0.0.1"),
    ("REDIS_URL", "redis://127.0.0.1:99999/0"),
    ("REDIS_URL", "redis://127.0.0.1/tienda"),
    ("REINTENTOS", "pronto"),
    ("REINTENTOS", "60,-1"),
    ("SECRET_KEY", ""),
    ("SEGUNDOS_POR_TAREA", "0"),
    ("SITIO_URL", "tienda.example"),
    ("SOCKETS_POR_DIRECCION", "0"),
    ("SOCKETS_POR_PROCESO", "0"),
    ("SOCKETS_POR_USUARIO", "0"),
    ("SUBIDAS_POR_MINUTO", "0"),
]


@pytest.fixture(scope="module")
def copia(tmp_path_factory):
    """Returns a copy of the settings in an empty folder, where no .env of a developer's answers for them."""
    carpeta = tmp_path_factory.mktemp("entorno") / "myproject"
    carpeta.mkdir()
    return Path(shutil.copy(RAIZ / "myproject/settings.py", carpeta))


def leer(copia: Path, **variables: str) -> dict[str, Any]:
    """Runs the settings with these variables and no other. Raises SystemExit where they are refused."""
    with mock.patch.dict(os.environ, {**BASE, **variables}, clear=True):
        return runpy.run_path(str(copia))


def importar(copia: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Imports the settings as a server would, in a process of its own."""
    orden = [
        sys.executable,
        "-c",
        "from myproject import settings as s; print(s.DEFAULT_FROM_EMAIL, s.LOG_LEVEL)",
    ]
    entorno = {"PATH": os.environ["PATH"], **BASE, **variables}
    return subprocess.run(
        orden, cwd=copia.parents[1], env=entorno, capture_output=True, text=True, timeout=60, check=False
    )


def leidas_por_settings() -> set[str]:
    arbol = ast.parse((RAIZ / "myproject/settings.py").read_text(encoding="utf-8"))
    return {
        llamada.args[0].value
        for llamada in ast.walk(arbol)
        if isinstance(llamada, ast.Call)
        and isinstance(llamada.func, ast.Name)
        and llamada.func.id.startswith("leer_")
        and llamada.args
        and isinstance(llamada.args[0], ast.Constant)
    }


def leidas_por_compose() -> set[str]:
    return set(re.findall(r"\$\{(\w+)", (RAIZ / "compose.yaml").read_text(encoding="utf-8")))


def explicadas() -> dict[str, str]:
    """Returns the examples of .env.example by their names."""
    texto = (RAIZ / ".env.example").read_text(encoding="utf-8")
    return dict(re.findall(r"^#?([A-Z_]+)=(.*)$", texto, re.M))


def test_it_explains_every_variable_that_is_read_and_no_other():
    assert set(explicadas()) == leidas_por_settings() | leidas_por_compose()


def test_it_reads_no_variable_behind_the_readers_back():
    texto = (RAIZ / "myproject/settings.py").read_text(encoding="utf-8")
    assert texto.count("os.environ") == 1
    assert set(re.findall(r"\benv\.(\w+)\(", texto)) == {"read_env", "db_url_config", "email_url_config"}


def test_it_gives_each_variable_a_sentence_with_its_default():
    lineas = (RAIZ / ".env.example").read_text(encoding="utf-8").splitlines()
    for anterior, linea in itertools.pairwise(lineas):
        if re.match(r"#?[A-Z_]+=", linea):
            assert re.search(r"^# .*\b(Default: |No default)", anterior), (
                f"{linea}: no sentence with its default"
            )


def test_it_starts_with_every_example_at_once(copia, tmp_path):
    # Of these two an example must not serve.
    propias = {"SECRET_KEY": BASE["SECRET_KEY"], "DEBUG": "0"}
    leer(copia, **{**explicadas(), **propias, "MEDIA_ROOT": str(tmp_path)})


@pytest.mark.parametrize(("nombre", "valor"), EQUIVOCADAS)
def test_it_refuses_a_wrong_value_in_one_sentence_that_names_it(copia, nombre, valor):
    with pytest.raises(SystemExit, match=rf"^Configuration error: {nombre}='[^\n]*' [^\n]*\.\Z"):
        leer(copia, **{nombre: valor})


@pytest.mark.parametrize(
    "variables", [{"DEBUG": "maybe"}, {"SECRET_KEY": ""}, {"DATABASE_URL": "mysql://a/b"}]
)
def test_it_stops_a_server_with_that_sentence_and_no_traceback(copia, variables):
    hecho = importar(copia, **variables)
    assert (hecho.returncode, hecho.stdout) == (1, "")
    assert re.fullmatch(rf"Configuration error: {next(iter(variables))}=.*\.\n", hecho.stderr)


@pytest.mark.parametrize(
    "url",
    [
        f"mysql://ana:{CLAVE}@127.0.0.1/tienda",
        f"postgres://ana:{CLAVE}@127.0.0.1:puerto/tienda",
        f"postgres://ana:{CLAVE}/con-diagonal@127.0.0.1/tienda",
        f"postgres://ana:{CLAVE}@127.0.0.1",
    ],
)
def test_it_keeps_the_password_of_a_refused_url_to_itself(copia, url):
    with pytest.raises(SystemExit, match=r"127\.0\.0\.1") as fin:
        leer(copia, DATABASE_URL=url)
    assert CLAVE not in str(fin.value)


def test_it_takes_an_empty_variable_for_an_absent_one(copia):
    vacias = dict.fromkeys(leidas_por_settings() - BASE.keys(), "")
    nombres = [
        "DEBUG",
        "COOKIES_SEGURAS",
        "REDIS_URL",
        "ALLOWED_HOSTS",
        "LOG_LEVEL",
        "MEDIA_ROOT",
        "EMAIL_URL",
    ]
    con_vacias, sin_ellas = leer(copia, **vacias), leer(copia)
    assert [con_vacias[nombre] for nombre in nombres] == [sin_ellas[nombre] for nombre in nombres]
    assert con_vacias["SESSION_COOKIE_SECURE"] is True


def test_it_takes_a_key_that_begins_with_a_dollar_as_it_is(copia):
    leidas = leer(copia, DEBUG="1", SECRET_KEY="$PATH", SECRET_KEY_FALLBACKS="$HOME, b")
    assert (leidas["SECRET_KEY"], leidas["SECRET_KEY_FALLBACKS"]) == ("$PATH", ["$HOME", "b"])


def test_it_gives_celery_its_own_name_of_a_unix_socket(copia):
    leidas = leer(copia, REDIS_URL="unix:///run/redis.sock?db=2")
    assert leidas["REDIS_URL"] == "unix:///run/redis.sock?db=2"
    assert leidas["CELERY_BROKER_URL"] == "redis+socket:///run/redis.sock?virtual_host=2"


def test_a_postgresql_that_vanishes_is_noticed_soon_and_the_address_may_say_how_soon(copia: Path) -> None:
    url = "postgres://ana@127.0.0.1/tienda"
    opciones = leer(copia, DATABASE_URL=url)["DATABASES"]["default"]["OPTIONS"]
    assert opciones["tcp_user_timeout"] + 1000 * opciones["keepalives_idle"] == 15_000
    opciones = leer(copia, DATABASE_URL=f"{url}?tcp_user_timeout=3000")["DATABASES"]["default"]["OPTIONS"]
    assert int(opciones["tcp_user_timeout"]) == 3000


def test_it_reads_the_file_but_lets_the_environment_win(copia):
    archivo = copia.parents[1] / ".env"
    archivo.write_text("DEFAULT_FROM_EMAIL=ana@tienda.example\nLOG_LEVEL=ERROR\n", encoding="utf-8")
    try:
        assert importar(copia, LOG_LEVEL="WARNING").stdout == "ana@tienda.example WARNING\n"
    finally:
        archivo.unlink()
