"""What each notification of the shop says, and to whom: a small class for each kind."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notificaciones.servicios import notificar, retirar

from .models import Producto, Venta


class Aviso(ABC):
    """What all kinds have in common: the way out."""

    tipo: ClassVar[str]
    usuario_id: int
    clave: str

    @abstractmethod
    def titulo(self) -> str: ...

    @abstractmethod
    def mensaje(self) -> str: ...

    @abstractmethod
    def datos(self) -> dict[str, object]: ...

    @abstractmethod
    def enlace(self) -> str: ...

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
                enlace=self.enlace(),
                clave=self.clave,
            )

    def retirar(self) -> bool:
        """Reads and archives it: what it told has resolved itself. False where it is not open."""
        return retirar(usuario_id=self.usuario_id, clave=self.clave)


class AvisoDeVenta(Aviso):
    """Tells the seller that a sale was made."""

    tipo = "nueva_venta"

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
            "producto": self.venta.descripcion,
        }

    def datos(self) -> dict[str, object]:
        return {
            "monto": self.venta.monto_publico,
            "venta_id": self.venta.pk,
            "numero": self.venta.numero,
            "producto": self.venta.descripcion,
            "cantidad": self.venta.cantidad,
        }

    def enlace(self) -> str:
        return reverse("confirmacion_venta", args=[self.venta.pk])


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
            "producto": self.venta.descripcion,
            "numero": self.venta.numero,
        }


class AvisoDeFallo(AvisoDeVenta):
    """Tells the buyer which step of the purchase (`correo` or `factura`) failed for good. The purchase stands."""

    tipo = "aviso"

    def __init__(self, venta: Venta, paso: str) -> None:
        super().__init__(venta)
        self.usuario_id = venta.comprador_id
        self.clave = f"fallo-{paso}-{venta.pk}"
        self.paso = paso

    def titulo(self) -> str:
        return _("Tu compra sigue en pie")

    def mensaje(self) -> str:
        textos = {
            "correo": _("No pudimos completar el correo de tu compra %(numero)s; la tienda ya lo sabe."),
            "factura": _("No pudimos completar la factura de tu compra %(numero)s; la tienda ya lo sabe."),
        }
        return textos[self.paso] % {"numero": self.venta.numero}

    def datos(self) -> dict[str, object]:
        return {**super().datos(), "paso": self.paso}


class AvisoDeStockBajo(Aviso):
    """Tells the seller that a product fell below its minimum, for the `cruce`-th time."""

    tipo = "stock_bajo"

    def __init__(self, producto: Producto, cruce: int) -> None:
        self.producto, self.cruce = producto, cruce
        self.usuario_id = producto.vendedor_id
        self.clave = f"stock-bajo-{producto.pk}-{cruce}"

    def titulo(self) -> str:
        return _("Pocas existencias")

    def mensaje(self) -> str:
        producto = {"producto": self.producto.nombre, "minimo": self.producto.stock_minimo}
        quedan = self.producto.stock
        if quedan == 0:
            return _("«%(producto)s» está agotado; su mínimo es %(minimo)s.") % producto
        texto = ngettext(
            "De «%(producto)s» queda %(quedan)s unidad; su mínimo es %(minimo)s.",
            "De «%(producto)s» quedan %(quedan)s unidades; su mínimo es %(minimo)s.",
            quedan,
        )
        return texto % {**producto, "quedan": quedan}

    def datos(self) -> dict[str, object]:
        return {
            "producto_id": self.producto.pk,
            "producto": self.producto.nombre,
            "stock": self.producto.stock,
            "stock_minimo": self.producto.stock_minimo,
            "cruce": self.cruce,
        }

    def enlace(self) -> str:
        return reverse("inventario", args=[self.producto.pk])
