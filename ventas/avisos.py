"""What each notification of the shop says, and to whom."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from notificaciones.servicios import notificar

from .models import Venta


class AvisoDeVenta:
    """Tells the seller that a sale was made."""

    tipo: ClassVar[str] = "nueva_venta"

    def __init__(self, venta: Venta) -> None:
        self.venta = venta
        self.usuario_id = venta.vendedor_id
        self.clave = f"venta-{venta.pk}"

    def titulo(self) -> str:
        return _("Nueva venta")

    def mensaje(self) -> str:
        comprador = self.venta.comprador
        return _("%(comprador)s compró %(cantidad)s × %(producto)s") % {
            "comprador": comprador.get_full_name() or comprador.get_username(),
            "cantidad": self.venta.cantidad,
            "producto": self.venta.producto.nombre,
        }

    def datos(self) -> dict[str, object]:
        return {
            "monto": self.venta.monto_publico,
            "venta_id": self.venta.pk,
            "numero": self.venta.numero,
            "producto": self.venta.producto.nombre,
            "cantidad": self.venta.cantidad,
        }

    def enviar(self) -> None:
        """Stores the notification in the caller's transaction; it is shown once that commits."""
        # The request speaks the language of who buys, the notification that of the shop.
        with translation.override(settings.LANGUAGE_CODE):
            notificar(
                usuario_id=self.usuario_id,
                tipo=self.tipo,
                titulo=self.titulo(),
                mensaje=self.mensaje(),
                datos=self.datos(),
                enlace=reverse("confirmacion_venta", args=[self.venta.pk]),
                clave=self.clave,
            )


class AvisoDeCompra(AvisoDeVenta):
    """Tells the buyer that the work on the purchase is done."""

    tipo = "compra_lista"

    def __init__(self, venta: Venta) -> None:
        super().__init__(venta)
        self.usuario_id = venta.comprador_id
        self.clave = f"compra-{venta.pk}"

    def titulo(self) -> str:
        return _("Tu compra está lista")

    def mensaje(self) -> str:
        return _("%(cantidad)s × %(producto)s, con el número %(numero)s") % {
            "cantidad": self.venta.cantidad,
            "producto": self.venta.producto.nombre,
            "numero": self.venta.numero,
        }
