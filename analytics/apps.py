"""What was sold, added up."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AnalyticsConfig(AppConfig):
    """Statistics of each day, and the charts that are drawn from them."""

    name = "analytics"
    verbose_name = _("Estadísticas")
