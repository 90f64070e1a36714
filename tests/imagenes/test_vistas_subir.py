"""Ana's photos come in: from a plain form, from the script, and from whoever sends something else."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

from django.test import Client, override_settings

from imagenes import carga
from imagenes.models import ImagenUsuario
from imagenes.views_subir import CUERPO_MAXIMO
from tests.imagenes.fotos_de_prueba import ConFotos, archivo, contenido
from tests.ventas.constructores import entrar

SUBIR = "/imagenes/subir/"
JSON = {"Accept": "application/json"}
MIB = 1024 * 1024
GRANDE = contenido() + bytes(15 * MIB)


class PruebaDelFormulario(ConFotos):
    def subir(self, *archivos, **opciones):
        return self.cliente.post(SUBIR, {"archivos": list(archivos), "descripcion": "Playa"}, **opciones)

    def test_ana_sends_several_at_once_without_a_script(self):
        respuesta = self.subir(archivo("a.jpg"), archivo("b.png", contenido("PNG")), follow=True)
        self.assertRedirects(respuesta, "/imagenes/")
        self.assertContains(respuesta, "Se recibieron 2 fotos.")
        assert [imagen.descripcion for imagen in ImagenUsuario.objects.all()] == ["Playa", "Playa"]
        assert {imagen.usuario for imagen in ImagenUsuario.objects.all()} == {self.ana}

    def test_it_says_of_each_why_it_was_refused_and_keeps_the_others(self):
        respuesta = self.subir(
            archivo(),
            archivo("vacia.jpg", b""),
            archivo("pagina.png", b"<html><script>alert(1)</script>"),
            archivo("enorme.jpg", GRANDE),
        )
        self.assertContains(respuesta, "Se recibió 1 foto; estas no:")
        for nombre, motivo in (
            ("vacia.jpg", "El archivo está vacío."),
            ("pagina.png", "El archivo no es una foto JPEG, PNG o WebP."),
            ("enorme.jpg", "El archivo pesa más de 15 MB."),
        ):
            self.assertContains(respuesta, f"<strong>{nombre}</strong>: {motivo}")
        assert ImagenUsuario.objects.count() == 1

    def test_its_answer_has_the_status_of_the_refusal_where_nothing_was_taken(self):
        assert self.subir(archivo("x.jpg", b"nada")).status_code == 400
        assert self.subir(archivo("x.jpg", GRANDE)).status_code == 413
        assert self.cliente.post(SUBIR).status_code == 400
        self.assertContains(self.cliente.post(SUBIR), "Elige al menos una foto.", status_code=400)

    def test_the_names_of_files_are_shown_as_text_and_go_no_further(self):
        nombres = (
            "<img src=x onerror=alert(1)>.png",
            "../../etc/passwd",
            "a.php%00.jpg",
            "ñ" * 300,
            "a\nb.png",
        )
        for nombre in nombres:
            respuesta = self.subir(archivo(nombre, b"nada"))
            assert respuesta.status_code == 400
            self.assertNotContains(respuesta, "<img src=x", status_code=400)
        for nombre in nombres:
            assert self.subir(archivo(nombre)).status_code == 302
        for imagen in ImagenUsuario.objects.all():
            assert imagen.archivo_original.name == f"{self.ana.pk}/{imagen.nombre_publico}.jpg"

    def test_21_at_once_are_too_many_and_none_is_kept(self):
        respuesta = self.subir(*(archivo() for _ in range(21)))
        self.assertContains(respuesta, "Llegaron más de 20 fotos", status_code=400)
        assert not ImagenUsuario.objects.exists()
        assert self.subir(*(archivo() for _ in range(20))).status_code == 302
        assert ImagenUsuario.objects.count() == 20

    def test_files_in_other_fields_are_not_looked_at(self):
        datos = {"archivos": archivo(), **{f"otro{n}": archivo() for n in range(30)}}
        assert self.cliente.post(SUBIR, datos).status_code == 302
        assert (
            self.cliente.post(SUBIR, {"otro": archivo("x.jpg", GRANDE), "archivos": archivo()}).status_code
            == 302
        )
        assert ImagenUsuario.objects.count() == 2

    def test_fields_that_nobody_asked_for_are_ignored(self):
        datos = {"archivos": archivo(), "usuario": self.carla.pk, "moderacion": "aprobada", "producto": "1"}
        self.cliente.post(SUBIR, datos)
        imagen = ImagenUsuario.objects.get()
        assert (imagen.usuario, imagen.moderacion, imagen.producto_id) == (self.ana, "pendiente", None)

    def test_the_page_has_what_the_form_and_the_script_need(self):
        pagina = self.cliente.get(SUBIR)
        self.assertContains(pagina, 'type="file" id="archivos" name="archivos" multiple')
        self.assertContains(pagina, f'data-maximo="{15 * MIB}"')
        self.assertContains(pagina, "hasta 15 MB cada una y 20 a la vez")

    def test_it_takes_no_other_method(self):
        for metodo in (self.cliente.put, self.cliente.delete, self.cliente.patch):
            assert metodo(SUBIR).status_code == 405


class PruebaDelGuion(ConFotos):
    def subir(self, *archivos, cliente=None, **datos):
        return (cliente or self.cliente).post(SUBIR, {"archivos": list(archivos), **datos}, headers=JSON)

    def test_it_hears_which_photo_was_made_of_its_file(self):
        respuesta = self.subir(archivo(), descripcion="Playa")
        imagen = ImagenUsuario.objects.get()
        assert respuesta.status_code == 201
        dicho = respuesta.json()["imagenes"][0]
        assert (dicho["id"], dicho["enlace"]) == (imagen.pk, f"/imagenes/{imagen.pk}/")
        assert (dicho["estado"], dicho["terminada"], dicho["hecho"], dicho["de"]) == (
            "procesando",
            False,
            0,
            3,
        )

    def test_it_hears_why_not_by_code_and_in_words(self):
        for datos, estado, codigo in (
            (b"", 400, "vacia"),
            (b"%PDF-1.7", 400, "formato"),
            (contenido()[:-40], 400, "truncada"),
            (GRANDE, 413, "demasiado_grande"),
        ):
            respuesta = self.subir(archivo("x.jpg", datos))
            dicho = respuesta.json()
            assert (respuesta.status_code, dicho["codigo"], dicho["status"]) == (estado, codigo, "error")
            assert dicho["mensaje"] == dicho["rechazos"][0]["mensaje"]
        assert self.subir(archivo(), descripcion="x" * 301).json()["codigo"] == "texto_invalido"
        assert self.subir().json()["codigo"] == "sin_archivos"
        assert not ImagenUsuario.objects.exists()

    def test_a_stranger_gets_401_and_nothing_of_the_body_is_read(self):
        cuerpo = io.BytesIO(b"x" * 1000)
        respuesta = Client().generic(
            "POST", SUBIR, cuerpo.read(), "multipart/form-data; boundary=x", headers=JSON
        )
        assert (respuesta.status_code, respuesta.json()["codigo"]) == (401, "sin_sesion")
        assert respuesta.wsgi_request._read_started is False

    def test_without_the_token_it_gets_403(self):
        cliente = entrar(self.ana, enforce_csrf_checks=True)
        assert self.subir(archivo(), cliente=cliente).status_code == 403
        assert not ImagenUsuario.objects.exists()
        cliente.get(SUBIR)
        ficha = cliente.cookies["csrftoken"].value
        respuesta = cliente.post(SUBIR, {"archivos": archivo()}, headers={**JSON, "X-CSRFToken": ficha})
        assert respuesta.status_code == 201


class PruebaDeLosLimites(ConFotos):
    def test_a_body_that_declares_too_much_is_refused_before_it_is_read(self):
        respuesta = self.cliente.generic(
            "POST",
            SUBIR,
            b"--x--",
            "multipart/form-data; boundary=x",
            CONTENT_LENGTH=str(CUERPO_MAXIMO + 1),
            headers=JSON,
        )
        assert (respuesta.status_code, respuesta.json()["codigo"]) == (413, "demasiado_grande")
        assert respuesta.wsgi_request._read_started is False

    def test_of_a_file_that_is_too_large_no_more_than_the_limit_reaches_the_disk(self):
        with tempfile.TemporaryDirectory() as carpeta, override_settings(FILE_UPLOAD_TEMP_DIR=carpeta):
            mayor = 0
            siguiente = carga.LimiteDeCarga.receive_data_chunk

            def medir(limite, datos, comienzo):
                nonlocal mayor
                ocupan = [uno.stat().st_size for uno in Path(carpeta).iterdir()]
                mayor = max(mayor, *ocupan) if ocupan else mayor
                return siguiente(limite, datos, comienzo)

            carga.LimiteDeCarga.receive_data_chunk = medir
            self.addCleanup(setattr, carga.LimiteDeCarga, "receive_data_chunk", siguiente)
            enorme = archivo("enorme.jpg", contenido() + bytes(40 * MIB))
            assert self.cliente.post(SUBIR, {"archivos": enorme}).status_code == 413
            assert 10 * MIB < mayor <= 15 * MIB
            assert list(Path(carpeta).iterdir()) == []

    def test_a_body_that_is_no_form_is_400(self):
        for cuerpo, tipo in (
            (b"", "multipart/form-data; boundary=x"),
            (b"basura", "multipart/form-data; boundary=x"),
            (b"{}", "application/json"),
            (b"archivos=1", "application/x-www-form-urlencoded"),
            (b"x", "multipart/form-data"),
            (b"--x\r\n", "multipart/form-data; boundary=x"),
        ):
            with self.subTest(tipo=tipo, cuerpo=cuerpo):
                assert self.cliente.generic("POST", SUBIR, cuerpo, tipo).status_code == 400
