"""What was sold of each product on each day."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from ventas.models import Producto


class EstadisticaDiaria(models.Model):
    """The sales of one product on one of the shop's days. Only `servicios.contar` writes it."""

    vendedor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        # The constraint below begins with it.
        db_index=False,
        verbose_name=_("vendedor"),
    )
    dia = models.DateField(_("día"))
    producto = models.ForeignKey(
        Producto, models.PROTECT, related_name="estadisticas", verbose_name=_("producto")
    )
    ventas = models.PositiveIntegerField(_("ventas"))
    unidades = models.PositiveBigIntegerField(_("unidades"))
    monto = models.DecimalField(_("monto"), max_digits=20, decimal_places=2)

    class Meta:
        verbose_name = _("estadística diaria")
        verbose_name_plural = _("estadísticas diarias")
        ordering = ["-dia", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["vendedor", "dia", "producto"], name="estadistica_unica"),
        ]

    def __str__(self) -> str:
        return f"{self.dia.isoformat()}: {self.ventas} × {self.producto_id}"
