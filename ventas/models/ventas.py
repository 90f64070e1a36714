"""Sales and what is written of them. What must never be false is a constraint of the database."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .productos import Producto


class SerieFactura(models.Model):
    """The last invoice number of one seller. Locked by each sale, so that its numbers have no gap."""

    vendedor = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, primary_key=True, verbose_name=_("vendedor")
    )
    ultimo = models.PositiveBigIntegerField(_("último folio"), default=0)

    class Meta:
        verbose_name = _("serie de facturas")
        verbose_name_plural = _("series de facturas")

    def __str__(self) -> str:
        return self.numero(self.ultimo)

    def numero(self, folio: int) -> str:
        """Returns the public number of a sale. It names the seller: two sellers' files never share a name."""
        return f"A{self.vendedor_id}-{folio:06d}"


class Venta(models.Model):
    """One sale. Written once by `servicios`; afterwards only its e-mail mark and its invoice change."""

    numero = models.CharField(_("número"), max_length=40, unique=True)
    folio = models.PositiveBigIntegerField(_("folio"), help_text=_("El número consecutivo del vendedor."))
    producto = models.ForeignKey(Producto, models.PROTECT, related_name="ventas", verbose_name=_("producto"))
    comprador = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="compras",
        db_index=False,
        verbose_name=_("comprador"),
    )
    vendedor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="ventas",
        db_index=False,
        verbose_name=_("vendedor"),
    )
    descripcion = models.CharField(
        _("descripción"),
        max_length=120,
        help_text=_(
            "El nombre del producto al venderse: la factura lo dice aunque hoy se llame de otro modo."
        ),
    )
    cantidad = models.PositiveIntegerField(_("cantidad"))
    monto = models.DecimalField(_("monto"), max_digits=14, decimal_places=2)
    clave = models.CharField(
        _("clave"),
        max_length=64,
        blank=True,
        default="",
        help_text=_("Una compra repetida no vende dos veces."),
    )
    email_enviado = models.BooleanField(_("correo enviado"), default=False)
    factura = models.FileField(_("factura"), upload_to="facturas/", blank=True)
    fecha_creacion = models.DateTimeField(_("fecha"), default=timezone.now, editable=False)
    contabilizada = models.BooleanField(
        _("contabilizada"),
        default=False,
        editable=False,
        help_text=_("Ya está en las estadísticas por día."),
    )

    class Meta:
        verbose_name = _("venta")
        verbose_name_plural = _("ventas")
        ordering = ["-fecha_creacion", "-pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(cantidad__gte=1), name="venta_cantidad_positiva"),
            models.CheckConstraint(condition=models.Q(monto__gt=0), name="venta_monto_positivo"),
            models.CheckConstraint(
                condition=~models.Q(comprador=models.F("vendedor")), name="venta_entre_dos_personas"
            ),
            models.UniqueConstraint(fields=["vendedor", "folio"], name="venta_folio_unico"),
            models.UniqueConstraint(
                fields=["comprador", "clave"],
                condition=~models.Q(clave=""),
                name="venta_clave_unica",
            ),
        ]
        indexes = [
            models.Index(fields=["vendedor", "-fecha_creacion"], name="venta_del_vendedor"),
            models.Index(fields=["comprador", "-fecha_creacion"], name="venta_del_comprador"),
            models.Index(fields=["fecha_creacion"], name="venta_por_fecha"),
            # Small whatever the table's size: only what the statistics have not counted yet.
            models.Index(
                fields=["vendedor"], condition=models.Q(contabilizada=False), name="venta_sin_contabilizar"
            ),
        ]

    def __str__(self) -> str:
        return self.numero

    @property
    def monto_publico(self) -> str:
        """Returns the amount as frames and JSON carry it: "129.90"."""
        return f"{self.monto:.2f}"

    @property
    def precio_unitario(self) -> Decimal:
        """Returns what one unit cost when it was sold."""
        return self.monto / self.cantidad


class ReporteDiario(models.Model):
    """The sales of one of the shop's days, as they were sent and can be downloaded."""

    dia = models.DateField(_("día"), unique=True)
    archivo = models.FileField(_("archivo"), upload_to="reportes/")
    ventas = models.PositiveIntegerField(_("ventas"))
    total = models.DecimalField(_("total"), max_digits=18, decimal_places=2)
    creado = models.DateTimeField(_("creado"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("reporte diario")
        verbose_name_plural = _("reportes diarios")
        ordering = ["-dia"]

    def __str__(self) -> str:
        return self.dia.isoformat()
