"""What becomes of a sale when its mail server, its invoice or its buyer's address is trouble: an end, and staff sees it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.procesos import esperar
from tests.smtp import ServidorSmtp

from .obrador import Obrador, obrador

COMPRAR = """
from django.contrib.auth.models import User
from ventas.encolado import comprar
from ventas.models import Producto
from ventas.servicios import Pedido
taza = Producto.objects.get(nombre="Taza de talavera")
{antes}
print(comprar(comprador_id=User.objects.get(username="bruno").pk, pedido=Pedido(taza.pk, 1)).pk)
"""


class Tienda:
    """A shop with one worker and a mail server that does as it is told."""

    def __init__(self, taller: Obrador, correo: ServidorSmtp) -> None:
        self.taller, self.correo = taller, correo

    def comprar(self, antes: str = "") -> int:
        return int(self.taller.shell(COMPRAR.format(antes=antes)))

    def venta(self, venta_id: int) -> tuple[bool, str]:
        """Returns whether its mail was sent, and the name of its invoice."""
        enviado, factura = self.taller.leer(
            "SELECT email_enviado, factura FROM ventas_venta WHERE id = ?", venta_id
        )[0]
        return bool(enviado), factura

    def fallos(self, venta_id: int) -> list[tuple[str, str, int]]:
        """Returns the failures of that sale that the console shows: task, error, tries."""
        consulta = "SELECT tarea, error, intentos FROM colas_tareafallida WHERE argumentos = ? ORDER BY id"
        return self.taller.leer(consulta, f"[{venta_id}]")

    def avisos(self, venta_id: int) -> list[str]:
        """Returns what bruno was told of that sale."""
        consulta = (
            "SELECT n.titulo || ': ' || n.mensaje FROM notificaciones_notificacion n JOIN auth_user u ON u.id = n.usuario_id"
            " WHERE u.username = 'bruno' AND n.enlace = ? ORDER BY n.id"
        )
        return [texto for (texto,) in self.taller.leer(consulta, f"/ventas/{venta_id}/confirmacion/")]

    def esperar_factura(self, venta_id: int) -> None:
        esperar(lambda: self.venta(venta_id)[1] != "", f"sale {venta_id} has its invoice", 30)


@pytest.fixture(scope="module")
def tienda() -> Iterator[Tienda]:
    with (
        ServidorSmtp() as correo,
        obrador("redis", "uno@aqui", entorno={"EMAIL_URL": correo.url}) as taller,
    ):
        yield Tienda(taller, correo)


def test_a_refused_address_is_recorded_at_once_and_the_invoice_is_made(tienda: Tienda) -> None:
    tienda.correo.respuestas = {"RCPT": "550 No such user"}
    venta = tienda.comprar()
    tienda.esperar_factura(venta)
    assert not tienda.venta(venta)[0]
    [(tarea, error, intentos)] = tienda.fallos(venta)
    assert (tarea, intentos) == ("ventas.tasks.enviar_email_confirmacion", 1)
    assert "550 No such user" in error
    esperar(lambda: len(tienda.avisos(venta)) == 2, "bruno is told of both", 10)
    esperar(lambda: tienda.taller.pendientes() == 0, "nothing is pending", 10)


def test_a_mail_server_that_hangs_up_is_tried_three_times_more(tienda: Tienda) -> None:
    tienda.correo.respuestas = {"RCPT": "soltar"}
    venta = tienda.comprar()
    tienda.esperar_factura(venta)
    [(_, error, intentos)] = tienda.fallos(venta)
    assert intentos == 4
    assert "SMTPServerDisconnected" in error


def test_a_mail_server_that_is_back_in_time_gets_one_mail(tienda: Tienda) -> None:
    tienda.correo.respuestas, tienda.correo.solo_una_vez = {"DATA": "451 Later"}, True
    antes = len(tienda.correo.recibidos)
    venta = tienda.comprar()
    otra_vez = f"enviar_email_confirmacion [{venta}] is tried again"
    esperar(lambda: otra_vez in tienda.taller.registro("uno@aqui"), "it was tried again", 20)
    tienda.esperar_factura(venta)
    tienda.correo.solo_una_vez = False
    assert tienda.venta(venta)[0]
    assert tienda.fallos(venta) == []
    assert len(tienda.correo.recibidos) == antes + 1


def test_a_buyer_without_an_address_gets_the_invoice(tienda: Tienda) -> None:
    tienda.correo.respuestas = {}
    venta = tienda.comprar("User.objects.filter(username='bruno').update(email='')")
    tienda.esperar_factura(venta)
    assert tienda.fallos(venta) == []
    tienda.taller.shell(
        "from django.contrib.auth.models import User\n"
        "User.objects.filter(username='bruno').update(email='bruno@tienda.example')"
    )


def test_an_invoice_that_cannot_be_stored_is_told_and_made_later_by_hand(tienda: Tienda) -> None:
    carpeta = Path(tienda.taller.entorno["MEDIA_ROOT"]) / "facturas"
    apartada = carpeta.with_name("apartada")
    carpeta.rename(apartada)
    # A file where the folder should be: nothing can be written, for root neither.
    carpeta.write_text("")
    venta = tienda.comprar()
    esperar(lambda: len(tienda.fallos(venta)) == 1, "the failure has a row", 30)
    assert tienda.fallos(venta)[0][0] == "ventas.tasks.generar_factura_pdf"
    assert tienda.venta(venta) == (True, "")
    esperar(lambda: any("la factura" in aviso for aviso in tienda.avisos(venta)), "bruno is told", 10)
    carpeta.unlink()
    apartada.rename(carpeta)
    tienda.taller.manage("colas", "reintentar", "--todas")
    tienda.esperar_factura(venta)
    esperar(lambda: "Tu compra está lista" in tienda.avisos(venta)[-1], "bruno is told that all is well", 10)
