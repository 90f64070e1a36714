"""Photos."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ImagenesConfig(AppConfig):
    """What sellers upload, and what becomes of it."""

    name = "imagenes"
    verbose_name = _("Fotos")
