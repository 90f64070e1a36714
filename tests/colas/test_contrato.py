"""Every task of the contract, run by real workers on both brokers, each asked for twice and done once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.procesos import esperar
from tests.smtp import ServidorSmtp

from .obrador import Obrador, obrador

GUION = """
import datetime as dt
from django.contrib.auth.models import User
from django.utils import timezone
from analytics.tasks import actualizar_estadisticas
from ventas import tasks
from ventas.encolado import comprar
from ventas.models import CarritoCompra, LineaCarrito, Producto
from ventas.servicios import Pedido
bruno = User.objects.get(username="bruno")
taza = Producto.objects.get(nombre="Taza de talavera")
venta = comprar(comprador_id=bruno.pk, pedido=Pedido(taza.pk, 2))
viejo = CarritoCompra.objects.create(usuario=bruno, ultima_modificacion=timezone.now() - dt.timedelta(days=8))
LineaCarrito.objects.create(carrito=viejo, producto=taza, cantidad=1)
for _ in range(2):
    tasks.procesar_venta_completa.delay(venta.pk)
    tasks.enviar_email_confirmacion.delay(venta.pk)
    tasks.generar_factura_pdf.delay(venta.pk)
    tasks.actualizar_inventario.delay(taza.pk, 870, clave="merma")
    tasks.notificar_stock_bajo.delay(taza.pk)
    tasks.generar_reporte_diario.delay()
    tasks.limpiar_carritos_abandonados.delay()
    tasks.enviar_recordatorio_carrito.delay(viejo.pk)
    actualizar_estadisticas.delay()
for nadie in (0, 10**12):
    for tarea in (tasks.procesar_venta_completa, tasks.enviar_email_confirmacion, tasks.generar_factura_pdf,
                  tasks.notificar_stock_bajo, tasks.enviar_recordatorio_carrito):
        tarea.delay(nadie)
    tasks.actualizar_inventario.delay(nadie, 1)
print(venta.numero)
"""


class Jornada:
    """A shop in which every task was asked for, and its mail."""

    def __init__(self, taller: Obrador, correo: ServidorSmtp) -> None:
        self.taller, self.correo = taller, correo
        self.numero = taller.shell(GUION).strip()
        esperar(lambda: taller.pendientes() == 0 and len(correo.recibidos) >= 4, "all is done", 60)

    def asuntos(self) -> Counter[tuple[str, str]]:
        return Counter((str(mensaje["To"]), str(mensaje["Subject"])) for mensaje in self.correo.recibidos)

    def cuenta(self, consulta: str) -> int:
        return int(self.taller.leer(f"SELECT count(*) FROM {consulta}")[0][0])  # noqa: S608


@pytest.fixture(scope="module", params=["redis", pytest.param("rabbitmq", marks=pytest.mark.rabbitmq_propio)])
def jornada(request: pytest.FixtureRequest) -> Iterator[Jornada]:
    with (
        ServidorSmtp() as correo,
        obrador(request.param, "uno@aqui", entorno={"EMAIL_URL": correo.url}) as taller,
    ):
        yield Jornada(taller, correo)


def test_bruno_gets_one_confirmation_and_the_shops_people_one_mail_each(jornada: Jornada) -> None:
    assert jornada.asuntos()["bruno@tienda.example", f"Tu compra {jornada.numero}"] == 1
    assert jornada.asuntos()["bruno@tienda.example", "Dejaste algo en tu carrito"] == 1
    assert jornada.asuntos()["pedidos@bajio.example", "Hay que resurtir: Taza de talavera"] == 1
    del_reporte = [n for (para, asunto), n in jornada.asuntos().items() if "Ventas del" in asunto]
    assert del_reporte == [1]
    assert sum(jornada.asuntos().values()) == 4


def test_the_sale_has_its_invoice_and_its_mark(jornada: Jornada) -> None:
    consulta = "SELECT email_enviado, factura FROM ventas_venta WHERE numero = ?"
    enviado, factura = jornada.taller.leer(consulta, jornada.numero)[0]
    assert (enviado, factura) == (1, f"facturas/factura_{jornada.numero}.pdf")
    carpeta = Path(jornada.taller.entorno["MEDIA_ROOT"])
    assert (carpeta / factura).read_bytes().startswith(b"%PDF")
    assert len(list((carpeta / "facturas").iterdir())) == 1


def test_stock_moved_once_and_ana_was_told_once(jornada: Jornada) -> None:
    assert jornada.cuenta("ventas_movimientoinventario") == 1
    assert jornada.taller.leer("SELECT stock FROM ventas_producto WHERE nombre = 'Taza de talavera'") == [
        (28,)
    ]
    assert jornada.cuenta("notificaciones_notificacion WHERE tipo = 'stock_bajo'") == 1
    assert jornada.cuenta("notificaciones_notificacion WHERE tipo = 'compra_lista'") == 1


def test_the_cart_is_gone_the_report_kept_and_each_sale_counted(jornada: Jornada) -> None:
    assert jornada.cuenta("ventas_carritocompra") == 0
    assert jornada.cuenta("ventas_reportediario") == 1
    esperar(lambda: jornada.cuenta("ventas_venta WHERE NOT contabilizada") == 0, "every sale is counted", 20)
    contadas = jornada.taller.leer("SELECT sum(ventas) FROM analytics_estadisticadiaria")[0][0]
    assert contadas == jornada.cuenta("ventas_venta")


def test_nothing_failed_whatever_ids_came(jornada: Jornada) -> None:
    assert jornada.taller.leer("SELECT tarea, error FROM colas_tareafallida") == []
    assert "Traceback" not in jornada.taller.registro("uno@aqui")
