"""The mailbox of development: what would have been sent, for staff, whatever lies in its folder."""

from __future__ import annotations

import os

from django.core.mail import EmailMultiAlternatives, get_connection
from django.test import Client, TestCase, override_settings
from hypothesis import given
from hypothesis import strategies as st

from myproject import correo_en_archivos
from tests.procesos import carpeta_nueva
from tests.ventas.constructores import crear_usuario, entrar

EN_ARCHIVOS = "django.core.mail.backends.filebased.EmailBackend"
CARPETA = carpeta_nueva("correo")
HTML = "<h1>Piñata</h1><script>alert(1)</script>"


class ConBuzon(TestCase):
    def setUp(self):
        self.carpeta = carpeta_nueva("correo")
        self.enterContext(override_settings(EMAIL_BACKEND=EN_ARCHIVOS, EMAIL_FILE_PATH=str(self.carpeta)))
        self.cliente = entrar(crear_usuario("admin", is_staff=True))

    def enviar(self, asunto="Tu compra", conexion=None):
        mensaje = EmailMultiAlternatives(
            asunto, "Hola, ñandú", to=["bruno@tienda.example"], connection=conexion
        )
        mensaje.attach_alternative(HTML, "text/html")
        mensaje.attach("ventas.csv", "Piñata,1\n", "text/csv")
        mensaje.attach("<b>.html", b"<script>alert(1)</script>", "text/html")
        mensaje.send()

    def archivo(self):
        (unico,) = self.carpeta.iterdir()
        return unico.name

    def escribir(self, contenido, nombre="20261121-100000-1.log"):
        (self.carpeta / nombre).write_bytes(contenido)
        return nombre


class PruebaDeQuienMira(ConBuzon):
    def test_it_is_for_staff_alone_and_to_others_there_is_nothing(self):
        self.enviar()
        archivo = self.archivo()
        ido = crear_usuario("ido", is_staff=True, is_active=False)
        for cliente in (Client(), entrar(crear_usuario("ana")), entrar(ido)):
            for resto in ("", f"{archivo}/0/", f"{archivo}/0/html/", f"{archivo}/0/adjunto/0/"):
                with self.subTest(resto=resto):
                    assert cliente.get(f"/buzon/{resto}").status_code == 404

    def test_it_is_kept_by_no_cache_and_only_read(self):
        assert "no-store" in self.cliente.get("/buzon/")["Cache-Control"]
        assert self.cliente.post("/buzon/").status_code == 405


class PruebaDeLaLista(ConBuzon):
    def test_it_says_what_will_be_here(self):
        self.assertContains(self.cliente.get("/buzon/"), "Todavía no hay correos")
        self.assertContains(self.cliente.get("/buzon/"), str(self.carpeta))
        self.carpeta.rmdir()
        self.assertContains(self.cliente.get("/buzon/"), "Todavía no hay correos")

    def test_it_says_so_where_mails_go_elsewhere(self):
        self.enviar()
        with override_settings(EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend"):
            self.assertContains(self.cliente.get("/buzon/"), "salen por donde dice EMAIL_URL")
            assert self.cliente.get(f"/buzon/{self.archivo()}/0/").status_code == 404

    def test_it_shows_the_newest_first_a_page_at_a_time(self):
        for numero in range(25):
            self.escribir(b"Subject: n%02d\n\nx" % numero, f"20261121-1000{numero:02d}-{99 - numero}.log")
        pagina = self.cliente.get("/buzon/").content.decode()
        assert pagina.index("n24") < pagina.index("n23") < pagina.index("n05")
        assert "n04" not in pagina
        self.assertContains(self.cliente.get("/buzon/?pagina=2"), "n00")
        assert self.cliente.get("/buzon/?pagina=-1").status_code == 400

    def test_it_shows_each_mail_of_one_connection(self):
        with get_connection() as conexion:
            self.enviar("Primero", conexion)
            self.enviar("Segundo", conexion)
        pagina = self.cliente.get("/buzon/").content.decode()
        assert pagina.index("Segundo") < pagina.index("Primero")
        self.assertContains(self.cliente.get(f"/buzon/{self.archivo()}/1/"), "Segundo")
        assert self.cliente.get(f"/buzon/{self.archivo()}/2/").status_code == 404

    def test_it_shows_hostile_headers_as_text(self):
        self.escribir(b"Subject: <img src=x>\nTo: <script>@x\nX-<b>: <i>\n\n<u>\n" + b"-" * 79 + b"\n")
        for ruta in ("", "20261121-100000-1.log/0/"):
            respuesta = self.cliente.get(f"/buzon/{ruta}")
            self.assertContains(respuesta, "&lt;img src=x&gt;")
            for etiqueta in ("<img", "<script>", "<i>", "<u>"):
                self.assertNotContains(respuesta, etiqueta)


class PruebaDeUnCorreo(ConBuzon):
    def setUp(self):
        super().setUp()
        self.enviar()
        self.ruta = f"/buzon/{self.archivo()}/0/"

    def test_it_shows_headers_and_text_and_frames_the_html(self):
        respuesta = self.cliente.get(self.ruta)
        for dicho in ("Tu compra", "bruno@tienda.example", "Hola, ñandú", "Message-ID", "ventas.csv"):
            self.assertContains(respuesta, dicho)
        self.assertContains(respuesta, f'src="{self.ruta}html/" sandbox="allow-popups')
        self.assertNotContains(respuesta, "<h1>Piñata")
        self.assertNotContains(respuesta, "a medio escribir")

    def test_its_html_can_do_nothing_and_be_framed_here_alone(self):
        respuesta = self.cliente.get(f"{self.ruta}html/")
        assert HTML in respuesta.content.decode()
        politica = respuesta["Content-Security-Policy"]
        assert politica.startswith("default-src 'none'; style-src 'unsafe-inline'; img-src data:;")
        assert "sandbox allow-popups" in politica
        assert "allow-scripts" not in politica + self.cliente.get(self.ruta).content.decode()
        assert respuesta["X-Frame-Options"] == "SAMEORIGIN"
        assert self.cliente.get(self.ruta)["X-Frame-Options"] == "DENY"

    def test_its_attachments_are_downloads_whatever_they_say_they_are(self):
        for cual, contenido in enumerate(("Piñata,1\n".encode(), b"<script>alert(1)</script>")):
            respuesta = self.cliente.get(f"{self.ruta}adjunto/{cual}/")
            assert respuesta.content == contenido
            assert respuesta["Content-Type"] == "application/octet-stream"
            assert respuesta["Content-Disposition"].startswith("attachment; filename")
            assert respuesta["X-Content-Type-Options"] == "nosniff"
        assert self.cliente.get(f"{self.ruta}adjunto/2/").status_code == 404

    def test_a_mail_of_text_alone_has_no_frame(self):
        nombre = self.escribir(b"Subject: x\n\nSolo texto\n" + b"-" * 79 + b"\n")
        self.assertNotContains(self.cliente.get(f"/buzon/{nombre}/0/"), "<iframe")
        assert self.cliente.get(f"/buzon/{nombre}/0/html/").status_code == 404


class PruebaDeLaCarpeta(ConBuzon):
    def test_no_name_leads_out_of_the_folder(self):
        fuera = self.carpeta.parent / "20261121-100000-9.log"
        fuera.write_bytes(b"Subject: secreto\n\nx")
        self.addCleanup(fuera.unlink)
        (self.carpeta / "20261121-100000-8.log").symlink_to(fuera)
        (self.carpeta / "otro.txt").write_bytes(b"Subject: secreto\n\nx")
        self.assertNotContains(self.cliente.get("/buzon/"), "secreto")
        for nombre in (
            "..%2f20261121-100000-9.log",
            "20261121-100000-8.log",
            "otro.txt",
            "%2fetc%2fpasswd",
            "20261121-100000-9.log%00",
            "..",
            "20261121-100000-" + "9" * 5000 + ".log",
        ):
            for numero in ("0", "9" * 30, "9" * 5000, "-1"):
                with self.subTest(nombre=nombre[:30], numero=numero[:5]):
                    assert self.cliente.get(f"/buzon/{nombre}/{numero}/").status_code == 404
        assert correo_en_archivos.leer(f"../{fuera.name}") == correo_en_archivos.leer(str(fuera)) == []

    def test_it_shows_a_half_written_mail_as_such(self):
        nombre = self.escribir(
            b"Content-Type: multipart/mixed; boundary=x\nSubject: mitad\n\n--x\nContent-Type: te"
        )
        self.assertContains(self.cliente.get("/buzon/"), "a medio escribir")
        self.assertContains(self.cliente.get(f"/buzon/{nombre}/0/"), "Este correo está a medio escribir")

    def test_it_passes_over_a_file_that_went_or_cannot_be_read(self):
        (self.carpeta / "20261121-100000-1.log").mkdir()
        self.assertContains(self.cliente.get("/buzon/"), "Todavía no hay correos")
        assert correo_en_archivos.leer("20261121-100000-2.log") == []

    def test_it_reads_no_more_than_a_bit_of_a_giant(self):
        with (self.carpeta / "20261121-100000-1.log").open("wb") as gigante:
            gigante.write(b"Subject: gigante\n\n")
            os.truncate(gigante.fileno(), 200 * 1024 * 1024)
        self.assertContains(self.cliente.get("/buzon/"), "gigante")
        (correo,) = correo_en_archivos.leer("20261121-100000-1.log")
        assert not correo.entero
        assert len(correo.texto) <= correo_en_archivos.MAXIMO_BYTES

    def test_it_shows_what_is_no_mail_without_stumbling(self):
        for contenido in (
            bytes(range(256)) * 10,
            b"Subject: \xff\xfe\xed\xa0\x80\nTo: \xf1\n\n\xff\n",
            b"Content-Type: text/html; charset=nada\nSubject: =?nada?q?x?=\n\n\xf1<b>",
            b"Content-Type: multipart/alternative\n\nx",
            b"Content-Type: text/plain; charset=utf-7\n\n+2AA-",
            b"Content-Type: text/html; charset=unicode_escape\n\n\\ud800",
            b"Content-Type: text/html\nContent-Transfer-Encoding: base64\n\n***",
            b"From: <\nTo: a@b <c\nCc: =?utf-8?b?!!!?=\nDate: nunca\nMessage-ID: <\n\n",
            b"Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Disposition: attachment; "
            b'filename="../../a\\b\x01.html"\n\nx\n--x--',
            b"-" * 79 + b"\n" + b"\n" + b"-" * 79 + b"\n",
        ):
            nombre = self.escribir(contenido)
            with self.subTest(contenido=contenido[:40]):
                for ruta in ("", f"{nombre}/0/", f"{nombre}/0/html/", f"{nombre}/0/adjunto/0/"):
                    assert self.cliente.get(f"/buzon/{ruta}").status_code in {200, 404}


@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"Subject: ", b"Content-Type: multipart/mixed; boundary=", b"To: "]),
)
def test_nothing_in_a_file_can_make_reading_fail(contenido, principio):
    (CARPETA / "20261121-100000-1.log").write_bytes(principio + contenido)
    with override_settings(EMAIL_FILE_PATH=str(CARPETA)):
        for correo in correo_en_archivos.leer("20261121-100000-1.log"):
            for leido in (correo.asunto, correo.para, correo.texto or "", correo.html or ""):
                leido.encode()
            for nombre, valor in correo.cabeceras:
                f"{nombre}{valor}".encode()
            assert all("/" not in adjunto.nombre for adjunto in correo.adjuntos)


def test_a_name_of_an_attachment_stays_a_name():
    with override_settings(EMAIL_FILE_PATH=str(CARPETA)):
        (CARPETA / "20261121-100000-2.log").write_bytes(
            b'Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Disposition: attachment; filename="../a\\\\b.html"'
            b"\n\nx\n--x--\n"
        )
        (correo,) = correo_en_archivos.leer("20261121-100000-2.log")
        assert [adjunto.nombre for adjunto in correo.adjuntos] == ["b.html"]
