"""Carts, and who wants no reminder of one."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .productos import Producto


class CarritoCompra(models.Model):
    """What a user means to buy. One open cart a user; a bought one stays as it was."""

    usuario = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="carritos", verbose_name=_("usuario")
    )
    ultima_modificacion = models.DateTimeField(_("última modificación"), default=timezone.now)
    comprado = models.BooleanField(_("comprado"), default=False)

    class Meta:
        verbose_name = _("carrito")
        verbose_name_plural = _("carritos")
        constraints = [
            models.UniqueConstraint(
                fields=["usuario"], condition=models.Q(comprado=False), name="carrito_abierto_unico"
            ),
        ]
        indexes = [
            models.Index(
                fields=["ultima_modificacion"], condition=models.Q(comprado=False), name="carrito_abandonado"
            ),
        ]

    def __str__(self) -> str:
        return f"Carrito {self.pk} de {self.usuario_id}"


class LineaCarrito(models.Model):
    """One product in a cart."""

    carrito = models.ForeignKey(
        CarritoCompra, models.CASCADE, related_name="lineas", db_index=False, verbose_name=_("carrito")
    )
    producto = models.ForeignKey(Producto, models.CASCADE, related_name="+", verbose_name=_("producto"))
    cantidad = models.PositiveIntegerField(_("cantidad"), default=1)

    class Meta:
        verbose_name = _("línea de carrito")
        verbose_name_plural = _("líneas de carrito")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(cantidad__gte=1), name="linea_cantidad_positiva"),
            models.UniqueConstraint(fields=["carrito", "producto"], name="linea_producto_unico"),
        ]

    def __str__(self) -> str:
        return f"{self.cantidad} × {self.producto_id}"

    @property
    def importe(self) -> Decimal:
        return self.producto.precio * self.cantidad


class BajaDeCorreo(models.Model):
    """Somebody who does not want reminders. What concerns a purchase is sent all the same."""

    usuario = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        primary_key=True,
        related_name="baja_de_correo",
        verbose_name=_("usuario"),
    )
    desde = models.DateTimeField(_("desde"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("baja de recordatorios")
        verbose_name_plural = _("bajas de recordatorios")

    def __str__(self) -> str:
        return f"Baja de {self.usuario_id}"
