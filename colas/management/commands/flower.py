"""`make flower`: Flower beside a running service, for nobody without a password."""

from __future__ import annotations

import os
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Abre Flower, para ver y cancelar trabajo en curso. Exige FLOWER_BASIC_AUTH=usuario:clave."
    requires_system_checks = []

    def handle(self, *args: Any, **opciones: Any) -> None:
        dado = os.environ.get("FLOWER_BASIC_AUTH", "")
        if not all(nombre and clave for nombre, _, clave in (una.partition(":") for una in dado.split(","))):
            raise CommandError(
                "Flower cancels work and shows its arguments, so it does not start without a user and a password: "
                "FLOWER_BASIC_AUTH=user:password make flower"
            )
        # It reads these itself; on a command line everybody on the machine could read the password.
        os.environ.setdefault("FLOWER_ADDRESS", "127.0.0.1")
        os.environ.setdefault("FLOWER_PORT", "5555")
        orden = [sys.executable, "-m", "celery", "--quiet", "-A", "myproject", "flower"]
        self.stdout.write(
            f"Flower: http://{os.environ['FLOWER_ADDRESS']}:{os.environ['FLOWER_PORT']}/   Ctrl-C ends it."
        )
        self.stdout.flush()
        os.execv(sys.executable, orden)  # noqa: S606
