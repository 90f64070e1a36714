"""Stock that moves without a sale, and the alert of what runs out.

Locks are taken as a sale takes them, the product first and its seller's inbox last, so that neither waits for the other
in a circle.
"""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext

from .avisos import AvisoDeStockBajo
from .errores import CantidadInvalida, ErrorDeVenta, ProductoDesconocido, SinExistencias
from .models import MovimientoInventario, Producto

UNIDADES_MAXIMAS = 1_000_000
EXISTENCIAS_MAXIMAS = 2**31 - 1
CLAVE_MAXIMA = 128


class UnidadesInvalidas(CantidadInvalida):
    """Not a whole number, nothing at all, or more than a movement may carry."""

    def __init__(self) -> None:
        ErrorDeVenta.__init__(
            self,
            gettext("Las unidades deben ser un número entero entre 1 y %(maximo)s.")
            % {"maximo": f"{UNIDADES_MAXIMAS:,}"},
        )


class ExistenciasExcesivas(CantidadInvalida):
    """More than the database can hold."""

    def __init__(self, nombre: str) -> None:
        ErrorDeVenta.__init__(
            self, gettext("De «%(producto)s» no caben tantas unidades.") % {"producto": nombre}
        )


class MovimientoRepetido(ErrorDeVenta):
    """The key of another movement came with this one."""

    codigo = "movimiento_repetido"

    def __init__(self) -> None:
        super().__init__(
            gettext("Ese movimiento ya se hizo, con otro producto u otra cantidad. Revisa los movimientos.")
        )


def mover(*, producto_id: int, cantidad: int, clave: str, motivo: str = "") -> MovimientoInventario:
    """Adds `cantidad` units, takes them where it is negative, and returns the movement.

    The same `clave` again returns the first movement and moves nothing. Raises an ErrorDeVenta and writes nothing where it
    cannot be done: UnidadesInvalidas, ProductoDesconocido, SinExistencias, ExistenciasExcesivas, MovimientoRepetido.
    """
    comprobar_unidades(cantidad)
    if not 1 <= len(clave) <= CLAVE_MAXIMA:
        raise ValueError(f"clave is {clave!r:.80}, but must be a text of 1 to {CLAVE_MAXIMA} characters.")
    try:
        with transaction.atomic():
            producto = _bloquear(producto_id)
            hecho = _hecho(producto_id, cantidad, clave)
            if hecho is not None:
                return hecho
            if producto is None:
                raise ProductoDesconocido
            return _asentar(producto, cantidad, clave, motivo)
    except IntegrityError:
        # One key for two products at once: they share no lock, so the database's constraint decides.
        if MovimientoInventario.objects.filter(clave=clave).exists():
            raise MovimientoRepetido from None
        raise


def comprobar_unidades(cantidad: object) -> int:
    """Returns a whole number that moves something; raises UnidadesInvalidas for all else. `True` is not 1."""
    if type(cantidad) is not int or not 1 <= abs(cantidad) <= UNIDADES_MAXIMAS:
        raise UnidadesInvalidas
    return cantidad


def hay_que_alertar(producto_id: int) -> bool:
    """Returns whether the product is below its minimum and nobody was told. Cheap: takes no lock."""
    bajos = Producto.objects.filter(stock__lt=F("stock_minimo"), alerta_stock=None)
    return _cabe(producto_id) and bajos.filter(pk=producto_id).exists()


def alertar(*, producto_id: int) -> int | None:
    """Tells the seller once that the product fell below its minimum; returns the number of that crossing.

    None where there is nothing new to tell: it was told, there is enough, or there is no such product. An alert whose
    stock is back is resolved.
    """
    with transaction.atomic():
        producto = _bloquear(producto_id)
        if producto is None:
            return None
        _resolver(producto)
        if not producto.stock_bajo or producto.alerta_stock is not None:
            return None
        producto.alerta_stock = timezone.now()
        producto.alertas_stock += 1
        producto.save(update_fields=["alerta_stock", "alertas_stock"])
        AvisoDeStockBajo(producto, producto.alertas_stock).enviar()
        return producto.alertas_stock


def revisar(*, producto_id: int) -> bool:
    """Resolves the alert of a product whose stock is back, and takes its notification away. False where none was."""
    with transaction.atomic():
        producto = _bloquear(producto_id)
        return producto is not None and _resolver(producto)


def _bloquear(producto_id: int) -> Producto | None:
    if not _cabe(producto_id):
        return None
    # no_key: a foreign key that points to the product need not wait for us.
    return Producto.objects.select_for_update(no_key=True).filter(pk=producto_id).first()


def _cabe(producto_id: int) -> bool:
    """Returns whether a database can hold the id: of another there is no product."""
    return 0 < producto_id < 2**63


def _hecho(producto_id: int, cantidad: int, clave: str) -> MovimientoInventario | None:
    """Returns the movement that this key made. Called under the product's lock, so a double click waits."""
    hecho = MovimientoInventario.objects.filter(clave=clave).first()
    if hecho is not None and (hecho.producto_id, hecho.cantidad) != (producto_id, cantidad):
        raise MovimientoRepetido
    return hecho


def _asentar(producto: Producto, cantidad: int, clave: str, motivo: str) -> MovimientoInventario:
    existencias = producto.stock + cantidad
    if existencias < 0:
        raise SinExistencias(producto.nombre, quedan=producto.stock)
    if existencias > EXISTENCIAS_MAXIMAS:
        raise ExistenciasExcesivas(producto.nombre)
    producto.stock = existencias
    producto.save(update_fields=["stock"])
    movimiento = MovimientoInventario.objects.create(
        producto=producto, cantidad=cantidad, existencias=existencias, motivo=motivo, clave=clave
    )
    _resolver(producto)
    return movimiento


def _resolver(producto: Producto) -> bool:
    """For a product that is locked."""
    if producto.stock_bajo or producto.alerta_stock is None:
        return False
    producto.alerta_stock = None
    producto.save(update_fields=["alerta_stock"])
    AvisoDeStockBajo(producto, producto.alertas_stock).retirar()
    return True
