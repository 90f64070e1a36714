"""No shop opens with the accounts of the demonstration: their passwords are in the documents."""

from __future__ import annotations

from threading import Thread
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import check_password
from django.core.checks import CheckMessage, Error, register
from django.db import DatabaseError, connection

NOMBRES = ("ana", "bruno", "carla", "admin")
CONTRASENA = "demo"
REMEDIO = "Change their passwords, deactivate or delete them, or set DEBUG=1 to try things out."


def cuentas_demo() -> list[str]:
    """Returns the active demonstration accounts that still have their password; none where the database does not answer."""
    try:
        filas = get_user_model().objects.filter(username__in=NOMBRES, is_active=True)
        return [str(u.get_username()) for u in filas if check_password(CONTRASENA, u.password)]
    except DatabaseError:
        # A start does not wait for its database: `check --deploy` and the next start look again.
        return []


def negar_cuentas_demo() -> None:
    """Ends a web process of production in one sentence where such an account is open."""
    if settings.DEBUG:
        return
    halladas: list[str] = []

    def mirar() -> None:
        halladas.extend(cuentas_demo())
        connection.close()

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
    return [
        Error(
            f"The account {nombre} has the password of the demonstration.", hint=REMEDIO, id="seguridad.E001"
        )
        for nombre in cuentas_demo()
    ]
