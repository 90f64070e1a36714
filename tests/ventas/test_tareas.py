"""The tasks of the shop where what they stand on fails. With real workers and brokers: tests/colas."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.test import TransactionTestCase, override_settings

from colas.models import Efecto, Pendiente, TareaFallida
from notificaciones.models import Notificacion
from tests.ventas.constructores import crear_producto, crear_usuario, crear_venta
from ventas.models import Venta
from ventas.tasks import enviar_email_confirmacion

PLANTILLA_ROTA = {
    **settings.TEMPLATES[0],
    "APP_DIRS": False,
    "OPTIONS": {
        "loaders": [
            (
                "django.template.loaders.locmem.Loader",
                {"emails/confirmacion_compra.txt": "{% nada %}", "emails/confirmacion_compra.html": ""},
            )
        ]
    },
}


class PruebaDeLoQueFalla(TransactionTestCase):
    def setUp(self):
        self.bruno = crear_usuario("bruno", email="bruno@tienda.example")
        self.admin = crear_usuario("admin", is_staff=True)
        self.pinata = crear_producto(crear_usuario("ana"))
        self.venta = crear_venta(self.bruno, self.pinata)

    def test_a_template_that_fails_is_recorded_with_its_trace_and_the_invoice_goes_on(self):
        with override_settings(TEMPLATES=[PLANTILLA_ROTA]), self.assertLogs("colas.tareas", "ERROR"):
            enviar_email_confirmacion.apply([self.venta.pk])
        fila = TareaFallida.objects.get()
        assert (fila.tarea, fila.argumentos, fila.intentos) == (
            "ventas.tasks.enviar_email_confirmacion",
            [self.venta.pk],
            1,
        )
        assert fila.error.startswith("TemplateSyntaxError")
        assert "correos.py" in fila.traza
        assert Pendiente.objects.get().tarea == "ventas.tasks.generar_factura_pdf"
        assert Notificacion.objects.filter(usuario=self.bruno, tipo="aviso").count() == 1
        assert Notificacion.objects.filter(usuario=self.admin, tipo="tarea_fallida").count() == 1
        # The claim is given back: mended and run again, the mail is sent.
        assert Efecto.objects.get(clave=f"correo-venta-{self.venta.pk}").hecho_en is None
        enviar_email_confirmacion.apply([self.venta.pk])
        assert Venta.objects.get().email_enviado

    def test_a_product_that_was_sold_cannot_be_deleted(self):
        with pytest.raises(ProtectedError):
            self.pinata.delete()

    def test_a_sale_of_nothing_does_not_exist(self):
        with pytest.raises(IntegrityError), transaction.atomic():
            Venta.objects.update(monto="0.00")
