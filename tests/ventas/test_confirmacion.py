"""The page of one sale: how far it is, for the two whom it concerns, and its invoice."""

from __future__ import annotations

import re
from datetime import timedelta

from django.test import Client, TestCase, override_settings
from django.utils import timezone

from tests.procesos import carpeta_nueva
from tests.ventas.constructores import crear_producto, crear_usuario, crear_venta, entrar
from ventas.factura import guardar
from ventas.models import Producto, Venta


class ConVenta(TestCase):
    def setUp(self):
        self.media = carpeta_nueva("confirmacion")
        self.enterContext(override_settings(MEDIA_ROOT=str(self.media)))
        self.ana = crear_usuario("ana")
        self.bruno = crear_usuario("bruno", email="bruno@tienda.example")
        self.venta = crear_venta(self.bruno, crear_producto(self.ana, "Piñata"))
        self.ruta = f"/ventas/{self.venta.pk}/confirmacion/"
        self.factura = f"/ventas/{self.venta.pk}/factura/"
        self.cliente = entrar(self.bruno)

    def pasos(self, cliente=None, **cabeceras):
        """Returns what the page says of each step: its state for styles, and in words."""
        pagina = (cliente or self.cliente).get(self.ruta, headers=cabeceras).content.decode()
        hallados = re.findall(
            r'data-paso="(\w+)" data-estado="(\w+)"><span>[^<]+</span> <span class="paso-estado">([^<]+)<',
            pagina,
        )
        return {nombre: (estado, texto) for nombre, estado, texto in hallados}

    def envejecer(self, **tiempo):
        Venta.objects.update(fecha_creacion=timezone.now() - timedelta(**tiempo))


class PruebaDeLosPasos(ConVenta):
    def test_it_follows_the_row_step_by_step(self):
        confirmada, en_curso = ("hecho", "Hecho"), ("en_curso", "En curso")
        assert self.pasos() == {"confirmada": confirmada, "correo": en_curso, "factura": en_curso}
        Venta.objects.update(email_enviado=True)
        assert self.pasos()["correo"] == ("hecho", "Enviado")
        guardar(self.venta)
        assert self.pasos()["factura"] == ("hecho", "Lista para descargar")

    def test_it_says_the_same_to_ana(self):
        assert self.pasos(entrar(self.ana)) == self.pasos()

    def test_it_says_after_ten_minutes_that_it_takes_long(self):
        self.envejecer(minutes=9)
        assert self.pasos()["factura"][0] == "en_curso"
        self.envejecer(minutes=10)
        assert self.pasos()["correo"] == self.pasos()["factura"] == ("con_retraso", "Con retraso")
        assert self.pasos()["confirmada"][0] == "hecho"

    def test_it_says_where_there_is_nobody_to_write_to(self):
        self.bruno.email = ""
        self.bruno.save()
        self.envejecer(minutes=11)
        assert self.pasos()["correo"] == ("sin_correo", "Sin correo en tu cuenta")
        assert self.pasos(entrar(self.ana))["correo"] == ("sin_correo", "Sin correo")
        Venta.objects.update(email_enviado=True)
        assert self.pasos()["correo"][0] == "hecho"

    def test_it_gives_only_the_steps_to_who_asks_for_a_part(self):
        entera = self.cliente.get(self.ruta)
        self.assertContains(entera, "js/venta.js")
        parte = self.cliente.get(self.ruta, headers={"X-Parcial": "1"})
        self.assertContains(parte, f'<div id="venta-viva" data-venta="{self.venta.pk}">')
        self.assertNotContains(parte, "<html")
        assert parte.content.decode().strip() in entera.content.decode()
        assert "X-Parcial" in parte["Vary"]
        assert "no-store" in parte["Cache-Control"]

    def test_the_part_is_for_the_same_two_alone(self):
        for cliente, estado in ((entrar(crear_usuario("carla")), 404), (Client(), 302)):
            assert cliente.get(self.ruta, headers={"X-Parcial": "1"}).status_code == estado

    def test_it_shows_the_name_that_the_product_had(self):
        Producto.objects.update(nombre="Otra cosa")
        self.assertContains(self.cliente.get(self.ruta), "1 × Piñata")


class PruebaDeLaDescarga(ConVenta):
    def test_bruno_and_ana_download_it_and_nobody_keeps_a_copy(self):
        guardar(self.venta)
        for cliente in (self.cliente, entrar(self.ana)):
            self.assertContains(cliente.get(self.ruta), self.factura)
            respuesta = cliente.get(self.factura)
            assert b"".join(respuesta.streaming_content).startswith(b"%PDF-")
            assert (
                respuesta["Content-Disposition"] == f'attachment; filename="factura_{self.venta.numero}.pdf"'
            )
            assert respuesta["Content-Type"] == "application/pdf"
            assert respuesta["X-Content-Type-Options"] == "nosniff"
            assert "no-store" in respuesta["Cache-Control"]
            assert "private" in respuesta["Cache-Control"]

    def test_others_get_404_whether_there_is_one_or_not(self):
        carla = entrar(crear_usuario("carla", is_staff=True))
        antes = carla.get(self.factura)
        guardar(self.venta)
        despues = carla.get(self.factura)
        assert antes.status_code == despues.status_code == 404
        assert self.venta.numero not in despues.content.decode()
        assert Client().get(self.factura).status_code == 302

    def test_it_says_so_while_there_is_none_or_the_disk_has_lost_it(self):
        self.assertContains(self.cliente.get(self.factura), "La factura todavía no está", status_code=404)
        archivo = self.media / guardar(self.venta)
        archivo.unlink()
        self.assertContains(self.cliente.get(self.factura), "La factura todavía no está", status_code=404)

    def test_it_takes_no_other_method(self):
        assert self.cliente.post(self.factura).status_code == 405
