"""Brings the database of `make run` up to date: migrations, and people and products where there are none."""

from __future__ import annotations

import os

import django


def main() -> None:
    """Does both in one process: loading Django costs more than all the rest."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "myproject.settings")
    django.setup()
    from django.conf import settings  # noqa: PLC0415  (only there once the settings are loaded)
    from django.contrib.auth import get_user_model  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    if settings.DEBUG and not get_user_model().objects.exists():
        call_command("datos_demo")


if __name__ == "__main__":
    main()
