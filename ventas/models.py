"""Products, carts and sales. What must never be false is a constraint of the database."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from decimal import Decimal

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


def sin_acentos(texto: str) -> str:
    """Returns the text in lower case without accents: who types "pinata" means "Piñata"."""
    descompuesto = unicodedata.normalize("NFKD", texto.casefold())
    return "".join(letra for letra in descompuesto if not unicodedata.combining(letra))


class Proveedor(models.Model):
    """Who refills a product, and where to write to."""

    nombre = models.CharField(_("nombre"), max_length=120, unique=True)
    email = models.EmailField(_("correo"))

    class Meta:
        verbose_name = _("proveedor")
        verbose_name_plural = _("proveedores")
        ordering = ["nombre"]

    def __str__(self) -> str:
        return self.nombre


class Producto(models.Model):
    """Something on sale. Its row is locked by whoever takes stock."""

    nombre = models.CharField(_("nombre"), max_length=120)
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
        ]

    def __str__(self) -> str:
        return self.numero

    @property
    def monto_publico(self) -> str:
        """Returns the amount as frames and JSON carry it: "129.90"."""
        return f"{self.monto:.2f}"


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
