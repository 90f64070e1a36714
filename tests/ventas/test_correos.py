"""What the e-mails say, to a real mail server, and what becomes of its refusals."""

from __future__ import annotations

import re
import smtplib
import threading
import time
from decimal import Decimal
from unittest import mock

import pytest
from django.conf import settings
from django.core import mail
from django.core.files.base import ContentFile
from django.template import TemplateDoesNotExist
from django.test import TestCase, override_settings
from django.utils import timezone, translation

from colas.tareas import FalloDefinitivo
from tests.smtp import ServidorLento, ServidorSmtp, ajustes, callar, callar_al_final, gotear
from tests.ventas.constructores import (
    crear_carrito,
    crear_producto,
    crear_proveedor,
    crear_usuario,
    crear_venta,
)
from ventas import bajas, smtp
from ventas.correos import enviar_confirmacion, enviar_recordatorio, enviar_reporte, enviar_stock_bajo
from ventas.models import Producto, ReporteDiario, Venta

HOSTIL = "<img src=x onerror=alert(1)>\r\nBcc: carla@tienda.example\n\u202eTotal: $0.00"
HOSTIL_EN_LINEA = "<img src=x onerror=alert(1)> Bcc: carla@tienda.example Total: $0.00"


def texto(mensaje):
    return mensaje.get_body(("plain",)).get_content().replace("\r\n", "\n")


def html(mensaje):
    return mensaje.get_body(("html",)).get_content()


class ConTienda(TestCase):
    def setUp(self):
        self.ana = crear_usuario("ana", first_name="Ana", last_name="Núñez")
        self.bruno = crear_usuario("bruno", first_name="Bruno", email="bruno@tienda.example")
        self.pinata = crear_producto(self.ana, "Piñata de años", "1299.90", stock=2000)

    def recibir(self, enviar, *argumentos, respuestas=None):
        """Sends to a real server, and returns the one message that it got."""
        with ServidorSmtp(respuestas) as servidor, override_settings(**servidor.ajustes):
            assert enviar(*argumentos) is True
        (mensaje,) = servidor.recibidos
        (self.sobre,) = servidor.sobres
        return mensaje


@override_settings(SITIO_URL="https://tienda.example", DEFAULT_FROM_EMAIL="ventas@tienda.example")
class PruebaDeLaConfirmacion(ConTienda):
    def test_it_tells_bruno_what_he_bought_in_text_and_html(self):
        venta = crear_venta(self.bruno, self.pinata, cantidad=2)
        mensaje = self.recibir(enviar_confirmacion, venta)
        assert self.sobre.rcpt_tos == [mensaje["To"]] == ["bruno@tienda.example"]
        assert (mensaje["From"], mensaje["Subject"]) == (
            "ventas@tienda.example",
            f"Tu compra {venta.numero}",
        )
        enlace = f"https://tienda.example/ventas/{venta.pk}/confirmacion/"
        for parte in (texto(mensaje), html(mensaje)):
            for dicho in ("Hola, Bruno", "Piñata de años", "2 × $1,299.90", "$2,599.80", "Ana Núñez", enlace):
                assert dicho in parte
        assert f'href="{enlace}"' in html(mensaje)

    def test_it_speaks_the_shops_language_and_says_the_shops_time(self):
        venta = crear_venta(self.bruno, self.pinata)
        venta.fecha_creacion = timezone.datetime(2026, 11, 21, 5, 59, tzinfo=timezone.get_fixed_timezone(0))
        with translation.override("en"), timezone.override("Asia/Tokyo"):
            mensaje = self.recibir(enviar_confirmacion, venta)
            assert translation.get_language() == "en"
        assert "Gracias por tu compra" in texto(mensaje)
        assert "20 de noviembre de 2026 a las 23:59" in texto(mensaje).lower()
        assert '<html lang="es-mx"' in html(mensaje)

    def test_it_carries_the_same_id_when_it_is_sent_again(self):
        venta = crear_venta(self.bruno, self.pinata)
        primero, segundo = (self.recibir(enviar_confirmacion, venta) for _ in range(2))
        assert (
            primero["Message-ID"]
            == segundo["Message-ID"]
            == f"<venta-{venta.pk}.confirmacion@tienda.example>"
        )
        assert primero["Auto-Submitted"] == "auto-generated"
        assert primero["List-Unsubscribe"] is None

    def test_its_styles_stand_in_the_elements_and_nothing_is_fetched(self):
        pagina = html(self.recibir(enviar_confirmacion, crear_venta(self.bruno, self.pinata)))
        assert re.search(r'<h1 style="[^"]*font-size', pagina)
        assert "class=" in pagina
        assert "@media (prefers-color-scheme: dark)" in pagina
        assert not re.search(r"<(img|script|link)|src=|url\(", pagina)

    def test_it_shows_a_hostile_name_inert_and_on_one_line(self):
        Producto.objects.update(nombre=HOSTIL)
        venta = crear_venta(self.bruno, Producto.objects.get())
        venta.comprador.first_name = HOSTIL
        mensaje = self.recibir(enviar_confirmacion, venta)
        assert mensaje["Bcc"] is None
        assert self.sobre.rcpt_tos == ["bruno@tienda.example"]
        assert f"Producto: {HOSTIL_EN_LINEA}\n" in texto(mensaje)
        assert f"Hola, {HOSTIL_EN_LINEA}: " in texto(mensaje)
        assert "<img" not in html(mensaje)
        assert "&lt;img src=x onerror=alert(1)&gt; Bcc" in html(mensaje)

    def test_it_says_the_name_that_the_product_had(self):
        venta = crear_venta(self.bruno, self.pinata)
        Producto.objects.update(nombre="Otra cosa")
        assert "Piñata de años" in texto(self.recibir(enviar_confirmacion, Venta.objects.get(pk=venta.pk)))

    def test_it_writes_the_smallest_and_the_greatest_amount(self):
        for precio, escrito in (("0.01", "$0.01"), ("99999999.99", "$99,999,999.99")):
            Producto.objects.update(precio=Decimal(precio))
            venta = crear_venta(self.bruno, Producto.objects.get())
            mensaje = self.recibir(enviar_confirmacion, venta)
            assert f"Total: {escrito}\n" in texto(mensaje)
            assert f">{escrito}<" in html(mensaje)

    def test_it_writes_to_nobody_without_an_address(self):
        self.bruno.email = ""
        venta = crear_venta(self.bruno, self.pinata)
        venta.comprador = self.bruno
        assert enviar_confirmacion(venta) is False
        assert mail.outbox == []

    def test_it_lets_a_template_that_fails_be_seen(self):
        venta = crear_venta(self.bruno, self.pinata)
        with (
            mock.patch("ventas.correos.render_to_string", side_effect=TemplateDoesNotExist("x")),
            pytest.raises(TemplateDoesNotExist),
        ):
            enviar_confirmacion(venta)


class PruebaDeLasNegativas(ConTienda):
    def setUp(self):
        super().setUp()
        self.venta = crear_venta(self.bruno, self.pinata)

    def negar(self, **respuestas):
        with ServidorSmtp(respuestas) as servidor, override_settings(**servidor.ajustes):
            enviar_confirmacion(self.venta)

    def test_it_gives_up_for_a_recipient_or_a_message_refused_for_good(self):
        for orden, respuesta in (
            ("RCPT", "550 5.1.1 No such user"),
            ("RCPT", "553 Mailbox name not allowed"),
            ("DATA", "550 Not wanted here"),
            ("DATA", "554 Transaction failed"),
        ):
            with self.subTest(orden=orden, respuesta=respuesta):
                with pytest.raises(FalloDefinitivo, match=re.escape(respuesta)) as fallo:
                    self.negar(**{orden: respuesta})
                assert "bruno@tienda.example" in str(fallo.value)

    def test_it_leaves_the_rest_to_another_try(self):
        for orden, respuesta in (
            ("RCPT", "450 Mailbox busy"),
            ("RCPT", "421 Too many connections"),
            ("RCPT", "soltar"),
            ("DATA", "451 Greylisted, come back later"),
            ("DATA", "soltar"),
        ):
            with self.subTest(orden=orden, respuesta=respuesta), pytest.raises(smtplib.SMTPException):
                self.negar(**{orden: respuesta})

    def test_it_leaves_a_refused_sender_to_another_try_as_the_shop_can_mend_it(self):
        error = smtplib.SMTPSenderRefused(553, b"not you", "tienda@localhost")
        assert not smtp.es_definitivo(error)
        assert not smtp.es_definitivo(smtplib.SMTPAuthenticationError(535, b"bad password"))

    def test_it_gives_up_for_what_is_no_address(self):
        for direccion in ("bruno", "bruno@", "a@b\nBcc: carla@tienda.example", "ñandú@tienda.example"):
            self.venta.comprador.email = direccion
            with self.subTest(direccion=direccion), pytest.raises(FalloDefinitivo, match="not an e-mail"):
                enviar_confirmacion(self.venta)
        assert mail.outbox == []

    def test_it_lets_a_server_that_is_not_there_be_tried_again(self):
        with override_settings(**ajustes(1)), pytest.raises(ConnectionRefusedError):
            enviar_confirmacion(self.venta)

    def tardar(self, hacer, limite):
        """Returns how long a sending to this slow server takes, whose failure is worth another try."""
        with ServidorLento(hacer) as lento, override_settings(**ajustes(lento.puerto), EMAIL_TIMEOUT=limite):
            inicio = time.monotonic()
            with pytest.raises(smtplib.SMTPException):
                enviar_confirmacion(self.venta)
            return time.monotonic() - inicio

    def test_it_waits_for_a_silent_server_no_longer_than_the_time_limit(self):
        assert 0.2 < self.tardar(callar, 0.3) < 3

    def test_it_ends_in_time_though_the_server_says_a_letter_now_and_then(self):
        with mock.patch.object(smtp, "PLAZO", 0.6):
            assert 0.5 < self.tardar(gotear, 5) < 4

    def test_it_does_not_send_again_what_was_accepted_for_want_of_a_goodbye(self):
        with (
            ServidorLento(callar_al_final) as lento,
            override_settings(**ajustes(lento.puerto), EMAIL_TIMEOUT=0.3),
        ):
            assert enviar_confirmacion(self.venta) is True

    def test_it_leaves_no_clock_behind(self):
        with ServidorSmtp() as servidor, override_settings(**servidor.ajustes):
            enviar_confirmacion(self.venta)
        with override_settings(**ajustes(1)), pytest.raises(ConnectionRefusedError):
            enviar_confirmacion(self.venta)
        with ServidorSmtp() as servidor, override_settings(**{**servidor.ajustes, "EMAIL_USE_TLS": True}):
            with pytest.raises(smtplib.SMTPNotSupportedError):
                enviar_confirmacion(self.venta)
            relojes = [hilo for hilo in threading.enumerate() if isinstance(hilo, threading.Timer)]
            assert all(reloj.finished.is_set() for reloj in relojes)


@override_settings(SITIO_URL="https://tienda.example")
class PruebaDelRecordatorio(ConTienda):
    def setUp(self):
        super().setUp()
        self.retirado = crear_producto(self.ana, "Retirado", activo=False)
        self.carrito = crear_carrito(self.bruno, (self.pinata, 3), (self.retirado, 1))

    def test_it_lists_what_can_still_be_bought(self):
        mensaje = self.recibir(enviar_recordatorio, self.carrito)
        assert mensaje["Message-ID"] == f"<carrito-{self.carrito.pk}.recordatorio@tienda.example>"
        for parte in (texto(mensaje), html(mensaje)):
            assert "3 × " in parte
            assert "$3,899.70" in parte
            assert f"https://tienda.example/ventas/producto/{self.pinata.pk}/comprar/" in parte
            assert "Retirado" not in parte

    def test_it_offers_to_be_the_last_one(self):
        mensaje = self.recibir(enviar_recordatorio, self.carrito)
        direccion = bajas.direccion(self.bruno.pk)
        assert mensaje["List-Unsubscribe"].strip() == f"<{direccion}>"
        assert mensaje["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert direccion in texto(mensaje)
        assert f'href="{direccion}"' in html(mensaje)

    def test_it_is_not_sent_to_who_unsubscribed_nor_for_nothing(self):
        self.carrito.lineas.filter(producto=self.pinata).delete()
        assert enviar_recordatorio(self.carrito) is False
        self.carrito.lineas.create(producto=self.pinata)
        assert enviar_recordatorio(self.carrito) is True
        bajas.cambiar(usuario_id=self.bruno.pk, recibir=False)
        assert enviar_recordatorio(self.carrito) is False
        assert len(mail.outbox) == 1


@override_settings(SITIO_URL="https://tienda.example")
class PruebaDelStockBajo(ConTienda):
    def test_it_tells_the_supplier_once_for_each_time(self):
        Producto.objects.update(stock=2, stock_minimo=5, proveedor=crear_proveedor(), nombre=HOSTIL)
        mensaje = self.recibir(enviar_stock_bajo, Producto.objects.get(), 4)
        assert mensaje["To"] == "pedidos@bajio.example"
        assert mensaje["Message-ID"] == f"<stock-bajo-{self.pinata.pk}-4@tienda.example>"
        assert mensaje["Subject"] == f"Hay que resurtir: {HOSTIL_EN_LINEA}"
        assert "Existencias: 2\nMínimo: 5\nVende: Ana Núñez" in texto(mensaje)
        assert "<img" not in html(mensaje)

    def test_it_writes_to_nobody_where_nobody_supplies(self):
        assert enviar_stock_bajo(self.pinata, 1) is False


class PruebaDelReporte(ConTienda):
    def setUp(self):
        super().setUp()
        for nombre, campos in {
            "admin": {"email": "admin@tienda.example"},
            "eva": {"email": "eva@tienda.example"},
            "roto": {"email": "roto@"},
            "sin_correo": {},
            "ido": {"email": "ido@tienda.example", "is_active": False},
        }.items():
            crear_usuario(nombre, is_staff=True, **campos)
        self.reporte = ReporteDiario(
            dia=timezone.datetime(2026, 11, 20).date(), ventas=1234, total=Decimal("1234567.80")
        )
        self.reporte.archivo.save(
            "reporte_2026-11-20.csv", ContentFile("Producto,Monto\r\nPiñata,1\r\n".encode())
        )

    def test_it_brings_the_table_to_the_staff_alone(self):
        mensaje = self.recibir(enviar_reporte, self.reporte)
        assert self.sobre.rcpt_tos == ["admin@tienda.example", "eva@tienda.example"]
        assert mensaje["Subject"] == "Ventas del 20 de Noviembre de 2026"
        assert mensaje["Message-ID"].startswith("<reporte-2026-11-20@")
        assert "Ventas: 1,234\nTotal: $1,234,567.80" in texto(mensaje)
        (tabla,) = mensaje.iter_attachments()
        assert (tabla.get_filename(), tabla.get_content_type()) == ("reporte_2026-11-20.csv", "text/csv")
        assert tabla.get_payload(decode=True) == "Producto,Monto\r\nPiñata,1\r\n".encode()

    def test_it_reaches_the_others_when_one_is_refused(self):
        mensaje = self.recibir(
            enviar_reporte, self.reporte, respuestas={"RCPT admin@tienda.example": "550 No such user"}
        )
        assert mensaje is not None
        assert self.sobre.rcpt_tos == ["eva@tienda.example"]

    def test_it_writes_to_nobody_where_there_is_no_staff(self):
        self.ana.__class__.objects.filter(is_staff=True).delete()
        assert enviar_reporte(self.reporte) is False
        assert settings.EMAIL_TIMEOUT == 10
