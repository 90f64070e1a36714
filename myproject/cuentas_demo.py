"""No shop opens with the accounts of the demonstration: their passwords are in the documents."""

from __future__ import annotations

import logging
from threading import Thread
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import check_password
from django.core.checks import CheckMessage, Error, register
from django.db import DatabaseError, connection

logger = logging.getLogger("seguridad")

NOMBRES = ("ana", "bruno", "carla", "admin")
CONTRASENA = "demo"
REMEDIO = "Change their passwords, deactivate or delete them, or set DEBUG=1 to try things out."


def cuentas_demo() -> list[str]:
    """Returns the active demonstration accounts that still have their password."""
    filas = get_user_model().objects.filter(username__in=NOMBRES, is_active=True).order_by("username")
    return [str(u.get_username()) for u in filas if check_password(CONTRASENA, u.password)]


def negar_cuentas_demo() -> None:
    """Ends a web process of production in one sentence where such an account is open.

    A start does not wait for its database: where that does not answer, the next start looks.
    """
    if settings.DEBUG:
        return
    halladas: list[str] = []

    def mirar() -> None:
        try:
            halladas.extend(cuentas_demo())
        except Exception as error:
            logger.warning("Nobody looked for demonstration accounts: %s", type(error).__name__)
        finally:
            connection.close()
            # A pool remembers the database that it was made for, and whoever loads the application may choose another one yet.
            if connection.vendor == "postgresql":
                connection.close_pool()  # type: ignore[attr-defined]

    # A thread: some servers load the application inside their event loop, where Django keeps from the database.
    hilo = Thread(target=mirar, name="cuentas-demo")
    hilo.start()
    hilo.join()
    if halladas:
        raise SystemExit(
            f"Configuration error: the accounts {', '.join(halladas)} have the password of the demonstration. {REMEDIO}"
        )


@register("security", deploy=True)
def comprobar_cuentas_demo(**_: Any) -> list[CheckMessage]:
    """seguridad.E001: a demonstration account is open."""
    try:
        halladas = cuentas_demo()
    except DatabaseError:
        # Looked at before there is a database too.
        return []
    return [
        Error(f"{nombre} has the password of the demonstration.", hint=REMEDIO, id="seguridad.E001")
        for nombre in halladas
    ]
