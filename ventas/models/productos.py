"""Products, who refills them, and every change of their stock that is not a sale."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from decimal import Decimal

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from myproject.textos import comprobar_texto


def sin_acentos(texto: str) -> str:
    """Returns the text in lower case without accents: who types "pinata" means "Piñata"."""
    descompuesto = unicodedata.normalize("NFKD", texto.casefold())
    return "".join(letra for letra in descompuesto if not unicodedata.combining(letra))


class Proveedor(models.Model):
    """Who refills a product, and where to write to."""

    nombre = models.CharField(_("nombre"), max_length=120, unique=True, validators=[comprobar_texto])
    email = models.EmailField(_("correo"))

    class Meta:
        verbose_name = _("proveedor")
        verbose_name_plural = _("proveedores")
        ordering = ["nombre"]

    def __str__(self) -> str:
        return self.nombre


class Producto(models.Model):
    """Something on sale. Its row is locked by whoever takes stock."""

    nombre = models.CharField(_("nombre"), max_length=120, validators=[comprobar_texto])
    texto_busqueda = models.CharField(max_length=240, editable=False, default="")
    precio = models.DecimalField(
        _("precio"), max_digits=10, decimal_places=2, validators=[MinValueValidator(Decimal("0.01"))]
    )
    stock = models.PositiveIntegerField(_("existencias"), default=0)
    stock_minimo = models.PositiveIntegerField(
        _("existencias mínimas"), default=0, help_text=_("Por debajo de esta cantidad hay que resurtir.")
    )
    vendedor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="productos", verbose_name=_("vendedor")
    )
    proveedor = models.ForeignKey(
        Proveedor,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="productos",
        verbose_name=_("proveedor"),
    )
    activo = models.BooleanField(_("a la venta"), default=True)
    alerta_stock = models.DateTimeField(
        _("en alerta desde"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("Cuándo bajaron las existencias del mínimo; vacío mientras alcanzan."),
    )
    alertas_stock = models.PositiveIntegerField(_("alertas"), default=0, editable=False)

    class Meta:
        verbose_name = _("producto")
        verbose_name_plural = _("productos")
        ordering = ["nombre", "pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(stock__gte=0), name="producto_stock_no_negativo"),
            models.CheckConstraint(
                condition=models.Q(stock_minimo__gte=0), name="producto_minimo_no_negativo"
            ),
            models.CheckConstraint(condition=models.Q(precio__gt=0), name="producto_precio_positivo"),
        ]

    def __str__(self) -> str:
        return self.nombre

    def save(
        self,
        *,
        force_insert: bool | tuple[models.base.ModelBase, ...] = False,
        force_update: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
    ) -> None:
        self.texto_busqueda = sin_acentos(self.nombre)[:240]
        if update_fields is not None and "nombre" in update_fields:
            update_fields = {*update_fields, "texto_busqueda"}
        super().save(
            force_insert=force_insert, force_update=force_update, using=using, update_fields=update_fields
        )

    @property
    def agotado(self) -> bool:
        return self.stock == 0

    @property
    def stock_bajo(self) -> bool:
        return self.stock < self.stock_minimo


class MovimientoInventario(models.Model):
    """One change of stock that is not a sale: a restock, a return, a correction. The same `clave` moves stock once."""

    producto = models.ForeignKey(
        Producto, models.PROTECT, related_name="movimientos", db_index=False, verbose_name=_("producto")
    )
    cantidad = models.IntegerField(_("cantidad"), help_text=_("Unidades que entraron; negativa si salieron."))
    existencias = models.PositiveIntegerField(_("existencias después"))
    motivo = models.CharField(_("motivo"), max_length=120, blank=True, default="")
    clave = models.CharField(_("clave"), max_length=128, unique=True)
    creado = models.DateTimeField(_("fecha"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("movimiento de inventario")
        verbose_name_plural = _("movimientos de inventario")
        ordering = ["-creado", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(cantidad=0), name="movimiento_mueve_algo"),
        ]
        indexes = [models.Index(fields=["producto", "-creado"], name="movimiento_del_producto")]

    def __str__(self) -> str:
        return f"{self.cantidad:+d} × {self.producto_id}"
