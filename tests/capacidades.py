"""What this machine has for the tests that need more than Python, and what to say where it is missing.

`python -m tests.capacidades` is the second round of `make test`: what writes to the database, on PostgreSQL.
"""

from __future__ import annotations

import functools
import os
import shutil
import sys
from pathlib import Path

import psycopg
from kombu import Connection

AMQP_LOCAL = "amqp://guest:guest@127.0.0.1:5672//"
POSTGRES_LOCAL = "postgres://notificaciones:notificaciones@127.0.0.1:5432/notificaciones"
SEGUNDA_RONDA = [
    "tests/notificaciones",
    "tests/ventas",
    "tests/analytics",
    *(f"tests/colas/test_{nombre}.py" for nombre in ("efectos", "periodos", "encolado")),
    *(f"tests/imagenes/test_{nombre}.py" for nombre in ("servicios", "remate", "moderacion")),
]

COMO_OBTENER = {
    "gettext": "the translators' tools: install Debian's package gettext",
    "navegador": "a browser: install Debian's package chromium, or put `chromium` on PATH",
    "rabbitmq": f"RabbitMQ: set AMQP_URL, or let one answer at {AMQP_LOCAL}",
    "rabbitmq_propio": "a RabbitMQ to start and kill: install Debian's package rabbitmq-server",
    "postgres_propio": "a PostgreSQL to start and kill: install Debian's package postgresql",
    "postgres": "PostgreSQL: set POSTGRES_URL to a role that may create databases, "
    f"or let one answer at {POSTGRES_LOCAL}",
}


def en_ci() -> bool:
    """Returns whether nothing may be skipped."""
    return os.environ.get("CI", "").lower() in {"1", "true"}


def chromium() -> str | None:
    """Returns the path of Chromium."""
    return shutil.which("chromium")


def rabbitmq_servidor() -> Path | None:
    """Returns the start script of a RabbitMQ: not the command on PATH, which changes to another user."""
    binario = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
    return binario if binario.is_file() else None


def initdb() -> Path | None:
    """Returns the program that makes clusters: Debian keeps it out of PATH, one a version."""
    en_ruta = shutil.which("initdb")
    de_debian = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    return Path(en_ruta) if en_ruta else max(de_debian, key=lambda ruta: float(ruta.parts[4]), default=None)


@functools.cache
def amqp_url() -> str | None:
    """Returns the URL of a RabbitMQ that answers. Its queues may be somebody's: use names of your own."""
    url = os.environ.get("AMQP_URL") or AMQP_LOCAL
    try:
        with Connection(url, connect_timeout=2) as conexion:
            conexion.connect()
    except OSError:
        return None
    return url


@functools.cache
def postgres_url() -> str | None:
    """Returns the URL of a PostgreSQL that answers; databases for tests are made beside the one it names."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        url = os.environ.get("POSTGRES_URL") or POSTGRES_LOCAL
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return None
    return url


def faltan(marcas: set[str]) -> list[str]:
    """Returns those of these markers that this machine cannot serve."""
    hay = {
        "gettext": lambda: shutil.which("xgettext"),
        "navegador": chromium,
        "rabbitmq": amqp_url,
        "rabbitmq_propio": rabbitmq_servidor,
        "postgres": postgres_url,
        "postgres_propio": initdb,
    }
    return [marca for marca in sorted(marcas & hay.keys()) if not hay[marca]()]


def main() -> int:
    """Runs the second round where a PostgreSQL answers; returns an exit code where none does."""
    url = postgres_url()
    if url:
        print("\nSecond round, on PostgreSQL:", flush=True)
        orden = [sys.executable, "-m", "pytest", *SEGUNDA_RONDA, *sys.argv[1:]]
        os.execve(sys.executable, orden, {**os.environ, "DATABASE_URL": url})  # noqa: S606
    print(f"\nSKIPPED: the second round of tests. It needs {COMO_OBTENER['postgres']}.")
    return 1 if en_ci() else 0


if __name__ == "__main__":
    sys.exit(main())
