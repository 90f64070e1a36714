"""Why a purchase is refused.

ErrorDeVenta
├── CantidadInvalida       400
├── ProductoDesconocido    404
├── CarritoDesconocido     404
├── CarritoVacio           409
├── CarritoLleno           409
├── SinExistencias         409
├── ProductoPropio         409
├── VendedorInactivo       409
├── ClaveRepetida          409
└── what an HTTP body may be wrong in: entrada.py
"""

from __future__ import annotations

from typing import ClassVar

from django.utils.translation import gettext, ngettext

CANTIDAD_MAXIMA = 1000


class ErrorDeVenta(Exception):
    """A refusal: `codigo` for programs, `estado` for HTTP, `mensaje` for people, in their language."""

    codigo: ClassVar[str]
    estado: ClassVar[int] = 409

    def __init__(self, mensaje: str) -> None:
        super().__init__(mensaje)
        self.mensaje = mensaje


class CantidadInvalida(ErrorDeVenta):
    """Not a whole number from 1 to CANTIDAD_MAXIMA."""

    codigo = "cantidad_invalida"
    estado = 400

    def __init__(self) -> None:
        super().__init__(
            gettext("La cantidad debe ser un número entero entre 1 y %(maximo)s.")
            % {"maximo": CANTIDAD_MAXIMA}
        )


class ProductoDesconocido(ErrorDeVenta):
    """No such product, or not on sale any more: the answer is the same for both."""

    codigo = "producto_desconocido"
    estado = 404

    def __init__(self, nombre: str = "") -> None:
        super().__init__(
            gettext("«%(producto)s» ya no está a la venta.") % {"producto": nombre}
            if nombre
            else gettext("Ese producto no existe o ya no está a la venta.")
        )


class CarritoDesconocido(ErrorDeVenta):
    """No cart of this user has that id."""

    codigo = "carrito_desconocido"
    estado = 404

    def __init__(self) -> None:
        super().__init__(gettext("Ese carrito no existe."))


class CarritoVacio(ErrorDeVenta):
    """There is nothing to buy."""

    codigo = "carrito_vacio"

    def __init__(self) -> None:
        super().__init__(gettext("Tu carrito está vacío."))


class CarritoLleno(ErrorDeVenta):
    """One purchase locks every product of the cart: there is a limit to that."""

    codigo = "carrito_lleno"

    def __init__(self, maximo: int) -> None:
        super().__init__(gettext("En un carrito caben %(maximo)s productos distintos.") % {"maximo": maximo})


class SinExistencias(ErrorDeVenta):
    """Fewer units are left than were asked for."""

    codigo = "sin_existencias"

    def __init__(self, nombre: str, quedan: int) -> None:
        if quedan == 0:
            mensaje = gettext("Sin existencias: «%(producto)s» está agotado.")
        else:
            mensaje = ngettext(
                "Sin existencias suficientes: de «%(producto)s» queda %(quedan)s unidad.",
                "Sin existencias suficientes: de «%(producto)s» quedan %(quedan)s unidades.",
                quedan,
            )
        super().__init__(mensaje % {"producto": nombre, "quedan": quedan})
        self.quedan = quedan


class ProductoPropio(ErrorDeVenta):
    """The buyer is the seller."""

    codigo = "producto_propio"

    def __init__(self, nombre: str) -> None:
        super().__init__(gettext("«%(producto)s» es tuyo: no puedes comprarlo.") % {"producto": nombre})


class VendedorInactivo(ErrorDeVenta):
    """The seller's account is closed."""

    codigo = "vendedor_inactivo"

    def __init__(self, nombre: str) -> None:
        super().__init__(
            gettext("Quien vende «%(producto)s» no atiende la tienda por ahora.") % {"producto": nombre}
        )


class ClaveRepetida(ErrorDeVenta):
    """The key of another purchase came with this one."""

    codigo = "clave_repetida"

    def __init__(self) -> None:
        super().__init__(
            gettext("Esa compra ya se hizo, con otro producto u otra cantidad. Revisa tus compras.")
        )
