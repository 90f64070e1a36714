"""Background work: what is to be enqueued, what was done once, what failed."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ColasConfig(AppConfig):
    name = "colas"
    verbose_name = _("colas de trabajo")
