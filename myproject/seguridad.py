"""What is told to the log `seguridad` beside refused requests: sign-ins that failed, and new passwords."""

from __future__ import annotations

from typing import Any

from axes.signals import user_locked_out
from django.contrib.auth.password_validation import MinimumLengthValidator
from django.contrib.auth.signals import user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from .entradas import nombre_escrito
from .sucesos import quien, suceso


@receiver(user_login_failed)
def entrada_fallida(
    sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **_: object
) -> None:
    nombre = nombre_escrito(request, credentials) if request is not None else "-"
    suceso("failed_sign_in", f"name {nombre}, {quien(request)}")


@receiver(user_locked_out)
def entrada_bloqueada(sender: Any, request: HttpRequest, username: str, **_: object) -> None:
    suceso("locked_out", f"name {username}, {quien(request)}")


class LargoMinimo(MinimumLengthValidator):
    """Django's, which is told of each new password as well."""

    def password_changed(self, password: str, user: Any) -> None:
        suceso("password_set", f"of user {user.pk}")
