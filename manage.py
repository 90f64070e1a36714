#!/usr/bin/env python
"""Django's command line. Joins a running `make run`: commands see its database and its Redis."""

import os
import sys
from pathlib import Path


def unirse_al_servicio_en_marcha() -> None:
    """Take over what `make run` wrote for its own processes, where the caller did not say otherwise."""
    archivo = Path(__file__).parent / "var" / os.environ.get("PORT", "8000") / "entorno"
    if not archivo.is_file():
        return
    for linea in archivo.read_text(encoding="utf-8").splitlines():
        nombre, _, valor = linea.partition("=")
        os.environ.setdefault(nombre, valor)


if __name__ == "__main__":
    unirse_al_servicio_en_marcha()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "myproject.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
