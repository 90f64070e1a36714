"""The project as an app: it has no models, it listens."""

from django.apps import AppConfig


class Proyecto(AppConfig):
    """Registers what hears of sign-ins, and the checks of a deployment."""

    name = "myproject"

    def ready(self) -> None:
        from . import cuentas_demo, seguridad  # noqa: F401, PLC0415  (they need models)
