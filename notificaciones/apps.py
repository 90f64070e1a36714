"""The core app: notifications that are stored first and shown live."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificacionesConfig(AppConfig):
    """Registers the system checks and the closing of sockets at sign-out."""

    name = "notificaciones"
    verbose_name = _("Notificaciones")

    def ready(self) -> None:
        from . import checks, sesiones  # noqa: F401, PLC0415  (importing them registers them)
