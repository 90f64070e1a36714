"""What the shop does in workers. Each may come twice: what must happen once is guarded by the ledger or by its row."""

from __future__ import annotations

import logging
import smtplib
import uuid
from typing import Any

from celery import chain, shared_task
from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone
from kombu.exceptions import OperationalError as IntermediarioCaido

from colas.efectos import efecto_unico
from colas.encolado import encolar, terminar
from colas.tareas import CallbackTask, FalloDefinitivo
from notificaciones.servicios import empujar

from . import abandonados, correos, factura, inventario, reportes
from .avisos import AvisoDeCompra, AvisoDeFallo
from .errores import ErrorDeVenta, ProductoDesconocido
from .models import CarritoCompra, Producto, Venta

__all__ = ["CallbackTask"]
PASOS = ("confirmada", "correo", "factura")
# The network, the mail server, the disk: an hour later all may be well.
PASAJEROS = (OSError, smtplib.SMTPException, OperationalError, InterfaceError, IntermediarioCaido)
logger = logging.getLogger(__name__)


def clave_de_venta(venta_id: int) -> str:
    """Returns the name under which the work of a sale is promised until it is done."""
    return f"venta-{venta_id}"


@shared_task(
    name="ventas.tasks.procesar_venta_completa",
    reintentar_por=PASAJEROS,
    termina_despues=True,
)
def procesar_venta_completa(venta_id: int) -> None:
    """Starts what follows a sale: the confirmation e-mail, then the invoice, which ends it."""
    venta = _venta(venta_id)
    if venta is None:
        terminar(clave_de_venta(venta_id))
        return
    prometer_alerta(venta.producto_id)
    # Immutable: a plain chain would hand the result of the first to the second.
    chain(enviar_email_confirmacion.si(venta_id), generar_factura_pdf.si(venta_id)).apply_async()


def _seguir_sin_correo(venta_id: int) -> None:
    """The chain ends with the e-mail that failed; the invoice is made all the same."""
    _avisar_fallo(venta_id, "correo")
    encolar(generar_factura_pdf, venta_id)


@shared_task(
    name="ventas.tasks.enviar_email_confirmacion",
    reintentar_por=PASAJEROS,
    al_fallar=_seguir_sin_correo,
)
def enviar_email_confirmacion(venta_id: int) -> None:
    """Sends the buyer the confirmation, once. A buyer without an address gets none, and that is no failure."""
    venta = _venta(venta_id)
    if venta is None or not venta.comprador.email:
        return
    with efecto_unico(f"correo-venta-{venta.pk}") as toca:
        if toca:
            correos.enviar_confirmacion(venta)
    Venta.objects.filter(pk=venta.pk).update(email_enviado=True)
    _decir_paso(venta, "correo")


def _terminar_sin_factura(venta_id: int) -> None:
    _avisar_fallo(venta_id, "factura")
    terminar(clave_de_venta(venta_id))


@shared_task(
    name="ventas.tasks.generar_factura_pdf",
    reintentar_por=PASAJEROS,
    al_fallar=_terminar_sin_factura,
)
def generar_factura_pdf(venta_id: int) -> None:
    """Draws and stores the invoice, once, and tells the buyer that all is done."""
    venta = _venta(venta_id)
    if venta is None:
        return
    with efecto_unico(f"factura-{venta.pk}") as toca:
        if toca:
            factura.guardar(venta)
    with transaction.atomic():
        _decir_paso(venta, "factura")
        AvisoDeCompra(venta).enviar()
        terminar(clave_de_venta(venta_id))


@shared_task(bind=True, name="ventas.tasks.actualizar_inventario")
def actualizar_inventario(
    self: Any, producto_id: int, cantidad: int, clave: str = "", motivo: str = ""
) -> None:
    """Takes so many units that were not sold; a negative quantity brings them. The same `clave`, or message, moves once."""
    try:
        inventario.mover(
            producto_id=producto_id,
            cantidad=-cantidad,
            clave=clave or f"tarea-{self.request.id or uuid.uuid4()}",
            motivo=motivo,
        )
    except ProductoDesconocido:
        logger.warning("Product %s does not exist: nothing to move.", producto_id)
        return
    except ErrorDeVenta as error:
        raise FalloDefinitivo(error.mensaje) from error
    prometer_alerta(producto_id)


@shared_task(name="ventas.tasks.notificar_stock_bajo", reintentar_por=PASAJEROS)
def notificar_stock_bajo(producto_id: int) -> None:
    """Tells the seller and writes to the supplier, once for each time that the stock fell below its minimum."""
    inventario.alertar(producto_id=producto_id)
    producto = Producto.objects.select_related("proveedor", "vendedor").filter(pk=producto_id).first()
    if producto is None or producto.alerta_stock is None:
        logger.info("Product %s needs no restock.", producto_id)
        return
    cruce = producto.alertas_stock
    with efecto_unico(f"stock-bajo-{producto_id}-{cruce}") as toca:
        if toca:
            correos.enviar_stock_bajo(producto, cruce)


def prometer_alerta(producto_id: int) -> None:
    """Has the alert of low stock sent if the product needs one; promised in the caller's transaction."""
    if inventario.hay_que_alertar(producto_id):
        encolar(notificar_stock_bajo, producto_id, clave=f"stock-bajo-{producto_id}")


@shared_task(name="ventas.tasks.generar_reporte_diario", reintentar_por=PASAJEROS)
def generar_reporte_diario() -> None:
    """Keeps yesterday's sales as a table and sends it to staff, once a day whoever asks."""
    reporte = reportes.generar(reportes.ayer(timezone.now()))
    with efecto_unico(f"reporte-{reporte.dia.isoformat()}") as toca:
        if toca:
            correos.enviar_reporte(reporte)


@shared_task(name="ventas.tasks.limpiar_carritos_abandonados")
def limpiar_carritos_abandonados() -> None:
    """Has each abandoned cart reminded of, which then removes it: the reminder reads the cart, so the cart goes last."""
    for carrito_id in abandonados.buscar(timezone.now()):
        encolar(enviar_recordatorio_carrito, carrito_id, clave=f"recordatorio-{carrito_id}")


@shared_task(name="ventas.tasks.enviar_recordatorio_carrito", reintentar_por=PASAJEROS)
def enviar_recordatorio_carrito(carrito_id: int) -> None:
    """Reminds once of a cart that is still abandoned, and removes it unless it was touched meanwhile."""
    abiertos = CarritoCompra.objects.select_related("usuario")
    carrito = abiertos.filter(pk=carrito_id, comprado=False).first()
    if carrito is None or not abandonados.esta_abandonado(carrito, timezone.now()):
        return
    visto = carrito.ultima_modificacion
    with efecto_unico(abandonados.clave_de_recordatorio(carrito)) as toca:
        if toca and abandonados.hay_que_recordar(carrito):
            correos.enviar_recordatorio(carrito)
    abandonados.retirar(carrito_id, visto)


def _venta(venta_id: int) -> Venta | None:
    """Returns the sale. None is logged and no failure: to run again would not bring it back."""
    ventas = Venta.objects.select_related("producto", "comprador", "vendedor")
    venta = ventas.filter(pk=venta_id).first()
    if venta is None:
        logger.warning("Sale %s does not exist: nothing to do for it.", venta_id)
    return venta


def _decir_paso(venta: Venta, paso: str, *, fallo: bool = False) -> None:
    """Shows a step on the open pages of the buyer and the seller."""
    evento = {"type": "venta_progreso", "venta_id": venta.pk, "paso": paso, "fallo": fallo}
    evento |= {"hecho": PASOS.index(paso) + 1, "de": len(PASOS)}
    empujar(usuario_ids=[venta.comprador_id, venta.vendedor_id], evento=evento)


def _avisar_fallo(venta_id: int, paso: str) -> None:
    venta = _venta(venta_id)
    if venta is not None:
        AvisoDeFallo(venta, paso).enviar()
        _decir_paso(venta, paso, fallo=True)
