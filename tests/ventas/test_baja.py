"""No more reminders: by a button, or by a mail program that presses it."""

from __future__ import annotations

from django.conf import settings
from django.test import Client, TestCase, override_settings
from django.urls import reverse

from tests.ventas.constructores import crear_usuario
from ventas import bajas
from ventas.models import BajaDeCorreo


class PruebaDeLaBaja(TestCase):
    def setUp(self):
        self.bruno = crear_usuario("bruno")
        self.carla = crear_usuario("carla")
        # Nobody signs in, and the browser insists on tokens.
        self.cliente = Client(enforce_csrf_checks=True)
        with override_settings(SITIO_URL=""):
            self.ruta = bajas.direccion(self.bruno.pk)

    def test_opening_the_link_changes_nothing(self):
        for metodo in ("get", "head"):
            respuesta = getattr(self.cliente, metodo)(self.ruta)
            assert respuesta.status_code == 200
            assert "no-store" in respuesta["Cache-Control"]
        self.assertContains(self.cliente.get(self.ruta), "No quiero más recordatorios")
        assert not bajas.hay(self.bruno.pk)

    def test_a_mail_program_unsubscribes_bruno_alone_without_cookies_or_redirects(self):
        for _ in range(2):
            respuesta = self.cliente.post(self.ruta, {"List-Unsubscribe": "One-Click"})
            assert respuesta.status_code == 200
        assert list(BajaDeCorreo.objects.values_list("usuario", flat=True)) == [self.bruno.pk]
        assert not bajas.hay(self.carla.pk)

    def test_the_same_page_leads_back(self):
        self.assertContains(self.cliente.post(self.ruta), "Volver a recibirlos")
        for _ in range(2):
            self.assertContains(self.cliente.post(self.ruta, {"recibir": "1"}), "No quiero más recordatorios")
        assert not bajas.hay(self.bruno.pk)

    def test_it_answers_404_to_a_token_that_is_not_ours(self):
        firmada = self.ruta.split("/")[-2]
        for ficha in (
            firmada[:-1],
            firmada + "x",
            firmada.replace(str(self.bruno.pk), str(self.carla.pk), 1),
            str(self.bruno.pk),
            "%00",
            "ñ",
            "9" * 5000,
        ):
            for metodo in ("get", "post"):
                with self.subTest(ficha=ficha[:20], metodo=metodo):
                    ruta = reverse("baja_de_correo", args=["x"]).replace("/x/", f"/{ficha}/")
                    assert getattr(self.cliente, metodo)(ruta).status_code == 404
        assert not BajaDeCorreo.objects.exists()

    def test_it_answers_404_once_bruno_is_gone(self):
        self.bruno.delete()
        assert self.cliente.post(self.ruta).status_code == 404

    def test_its_link_outlives_a_change_of_the_key(self):
        for anteriores, estado in (([settings.SECRET_KEY], 200), ([], 404)):
            with override_settings(SECRET_KEY="otra", SECRET_KEY_FALLBACKS=anteriores):
                assert self.cliente.get(self.ruta).status_code == estado

    def test_it_takes_no_other_method(self):
        assert self.cliente.put(self.ruta).status_code == 405
