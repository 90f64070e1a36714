"""Gives the run a Redis and a database of its own before settings are read; says what it could not try."""

from __future__ import annotations

import os
import secrets
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from myproject import hijos
from tests import capacidades
from tests.procesos import Redis, carpeta_nueva

# Each process that runs tests has ports of its own: none takes what another keeps free on purpose, or has just drawn.
OBRERO = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 4
hijos.PUERTOS = 15_000 + 4_000 * OBRERO, 18_999 + 4_000 * OBRERO
REDIS = Redis()
OMITIDAS: Counter[str] = Counter()
APARTADAS: Counter[str] = Counter()


def pytest_configure(config: pytest.Config) -> None:
    """Never somebody's Redis, never somebody's data: whatever the shell says is overruled here."""
    if reparte(config):
        # With -n each process that runs tests does this for itself; with the name of the settings in its environment
        # pytest-django would read them before that.
        os.environ.pop("DJANGO_SETTINGS_MODULE", None)
        return
    REDIS.iniciar()
    carpeta = carpeta_nueva("pruebas")
    en_postgres = os.environ.get("DATABASE_URL", "").startswith("postgres")
    os.environ.update(
        DJANGO_SETTINGS_MODULE="myproject.settings",
        DEBUG="0",
        SECRET_KEY=secrets.token_hex(),
        ALLOWED_HOSTS="localhost,127.0.0.1,testserver",
        REDIS_URL=REDIS.url,
        CELERY_BROKER_URL=REDIS.url,
        CELERY_RESULT_BACKEND=REDIS.url,
        MEDIA_ROOT=str(carpeta / "media"),
        EMAIL_URL="memorymail://",
        # Tests send faster than people; those of the limits have their own.
        ENVIOS_POR_MINUTO="1000000",
        SUBIDAS_POR_MINUTO="1000000",
    )
    if not en_postgres:
        os.environ["DATABASE_URL"] = f"sqlite:///{carpeta / 'db.sqlite3'}"
    import django  # noqa: PLC0415  (the settings are read only now)
    from django.conf import settings  # noqa: PLC0415

    # A file and not memory: tests use threads, and each thread needs the same database.
    # The token: two runs on one server do not meet.
    propio = f"test_{secrets.token_hex(4)}" if en_postgres else str(carpeta / "test.sqlite3")
    settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = propio
    settings.STATIC_ROOT = carpeta_nueva("static")
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    django.setup()


def reparte(config: pytest.Config) -> bool:
    """Returns whether this process only hands tests to others."""
    return bool(getattr(config.option, "numprocesses", None)) and not hasattr(config, "workerinput")


def pytest_unconfigure() -> None:
    REDIS.detener()


def pytest_sessionfinish(session: pytest.Session) -> None:
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["omitidas"] = dict(OMITIDAS)
        session.config.workeroutput["apartadas"] = dict(APARTADAS)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Every process collects all tests: what one of them could not try, none could."""
    salida = getattr(node, "workeroutput", {})
    OMITIDAS.update({marca: n for marca, n in salida.get("omitidas", {}).items() if marca not in OMITIDAS})
    APARTADAS.update({marca: n for marca, n in salida.get("apartadas", {}).items() if marca not in APARTADAS})


@pytest.fixture(autouse=True)
def _idioma_de_la_tienda() -> Iterator[None]:
    """A request of a test leaves its language to whatever runs next in its thread."""
    from django.utils import translation  # noqa: PLC0415

    translation.deactivate()
    yield
    translation.deactivate()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skips, loudly, what this machine cannot serve; with CI=true that is an error."""
    elegidas = []
    en_sqlite = os.environ["DATABASE_URL"].startswith("sqlite")
    for prueba in items:
        marcas = {marca.name for marca in prueba.iter_markers()}
        falta = capacidades.faltan(marcas)
        if falta and capacidades.en_ci():
            raise pytest.UsageError(f"CI=true; {prueba.nodeid} needs {capacidades.COMO_OBTENER[falta[0]]}")
        for marca in falta[:1]:
            OMITIDAS[marca] += 1
            prueba.add_marker(pytest.mark.skip(reason=f"needs {capacidades.COMO_OBTENER[marca]}"))
        if "postgres" in marcas and en_sqlite and not falta:
            APARTADAS["postgres"] += 1
            continue
        elegidas.append(prueba)
    items[:] = elegidas


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for marca, cuantas in sorted(OMITIDAS.items()):
        terminalreporter.section(f"{cuantas} tests SKIPPED", red=True, bold=True)
        terminalreporter.line(f"They need {capacidades.COMO_OBTENER[marca]}.")
    if APARTADAS:
        terminalreporter.line(f"{APARTADAS['postgres']} more run on PostgreSQL: make test-postgres")
