"""The pages of photos: who sees which, what they may do with them, and what they are answered."""

from __future__ import annotations

import re

from django.test import Client, TestCase

from imagenes.models import ImagenUsuario
from tests.imagenes.fotos_de_prueba import ConFotos, crear_foto
from tests.ventas.constructores import crear_producto, crear_usuario, entrar

DESCABELLADO = "9" * 30
JSON = {"Accept": "application/json"}


class PruebaDeLaGaleria(ConFotos):
    def test_ana_sees_her_photos_in_their_state_and_nobody_elses(self):
        crear_foto(self.ana, "Recién llegada", procesada=False)
        crear_foto(self.ana, "Sin revisar")
        crear_foto(self.ana, "Playa", moderacion="aprobada")
        crear_foto(self.ana, "Oscura", moderacion="rechazada", motivo="No se ve el producto")
        crear_foto(self.ana, "Rota", paso_miniaturas="fallo", archivo_thumbnail="")
        crear_foto(self.carla, "De carla")
        pagina = self.cliente.get("/imagenes/")
        for texto in ("Procesando", "Por revisar", "Aprobada", "Rechazada", "No se ve el producto"):
            self.assertContains(pagina, texto)
        self.assertContains(pagina, "No se pudieron hacer sus versiones")
        self.assertNotContains(pagina, "De carla")

    def test_it_shows_each_picture_small_and_as_webp_first(self):
        imagen = crear_foto(self.ana, ancho=4000, alto=2000)
        pagina = self.cliente.get("/imagenes/").content.decode()
        raiz = f"/fotos/{imagen.nombre_publico}"
        assert (
            f'srcset="{raiz}/thumbnail.webp 150w, {raiz}/medium.webp 640w, {raiz}/large.webp 1080w"' in pagina
        )
        assert re.search(
            rf'<img src="{raiz}/medium.jpg"[^>]* width="640" height="320" alt="" loading="lazy"', pagina
        )

    def test_a_small_photo_is_offered_once_a_width(self):
        imagen = crear_foto(self.ana, ancho=100, alto=80)
        pagina = self.cliente.get("/imagenes/").content.decode()
        assert f'srcset="/fotos/{imagen.nombre_publico}/thumbnail.webp 100w"' in pagina

    def test_what_changes_of_it_comes_alone_for_the_script(self):
        crear_foto(self.ana, "Playa")
        parte = self.cliente.get("/imagenes/", headers={"X-Parcial": "1"})
        self.assertContains(parte, "Playa")
        self.assertNotContains(parte, "<html")
        assert "X-Parcial" in parte["Vary"]

    def test_it_says_what_to_do_when_there_is_none(self):
        self.assertContains(self.cliente.get("/imagenes/"), "Todavía no has subido ninguna foto")

    def test_it_turns_pages_and_answers_400_to_one_that_is_no_number(self):
        for numero in range(25):
            crear_foto(self.ana, f"Foto de prueba {numero:02}")
        self.assertContains(self.cliente.get("/imagenes/"), "Foto de prueba 24")
        self.assertContains(self.cliente.get("/imagenes/?pagina=2"), "Foto de prueba 00")
        for pagina in ("-1", "0", "abc", "", "²", DESCABELLADO):
            assert self.cliente.get(f"/imagenes/?pagina={pagina}").status_code == 400

    def test_it_costs_the_same_queries_for_many_photos(self):
        crear_foto(self.ana)
        with self.assertNumQueries(5):
            self.cliente.get("/imagenes/")
        for _ in range(10):
            crear_foto(self.ana)
        with self.assertNumQueries(5):
            self.cliente.get("/imagenes/")

    def test_a_description_is_shown_as_text(self):
        crear_foto(self.ana, '<img src=x onerror="alert(1)">{{7*7}}')
        pagina = self.cliente.get("/imagenes/")
        self.assertContains(pagina, "&lt;img src=x onerror=&quot;alert(1)&quot;&gt;{{7*7}}")
        self.assertNotContains(pagina, "<img src=x")

    def test_a_stranger_is_asked_to_sign_in(self):
        imagen = crear_foto(self.ana)
        for ruta in ("", "subir/", f"{imagen.pk}/", f"{imagen.pk}/borrar/", f"{imagen.pk}/original/"):
            self.assertRedirects(
                Client().get(f"/imagenes/{ruta}"),
                f"/cuentas/login/?next=/imagenes/{ruta}",
                fetch_redirect_response=False,
            )


class PruebaDelEstado(ConFotos):
    def test_a_program_hears_how_its_own_photos_are(self):
        lista, cruda = crear_foto(self.ana), crear_foto(self.ana, procesada=False)
        ajena = crear_foto(self.carla)
        respuesta = self.cliente.get(
            f"/imagenes/estado/?id={lista.pk}&id={cruda.pk}&id={ajena.pk}&id=999999999999999999"
        )
        por_id = {imagen["id"]: imagen for imagen in respuesta.json()["imagenes"]}
        assert por_id.keys() == {lista.pk, cruda.pk}
        assert por_id[lista.pk]["terminada"] is True
        assert por_id[lista.pk]["miniatura"] == f"/fotos/{lista.nombre_publico}/thumbnail.jpg"
        assert (por_id[cruda.pk]["estado"], por_id[cruda.pk]["hecho"], por_id[cruda.pk]["de"]) == (
            "procesando",
            0,
            3,
        )

    def test_it_answers_400_to_what_is_no_id_and_401_to_a_stranger(self):
        for valor in ("abc", "-1", "0", DESCABELLADO, "1.5", "²"):
            assert self.cliente.get(f"/imagenes/estado/?id={valor}").status_code == 400
        assert Client().get("/imagenes/estado/?id=1").status_code == 401
        assert self.cliente.get("/imagenes/estado/").json() == {"imagenes": []}


class PruebaDeUnaFoto(ConFotos):
    def setUp(self):
        super().setUp()
        self.imagen = crear_foto(
            self.ana,
            "Playa",
            metadatos={
                "fabricante": "Canon",
                "camara": "Canon EOS 80D",
                "fecha": "2026-05-02T10:20:30",
                "exposicion": "1/125",
            },
            ubicacion={"latitud": 19.4326, "longitud": -99.1332},
        )
        self.ruta = f"/imagenes/{self.imagen.pk}/"

    def hacer(self, accion, dice, **datos):
        respuesta = self.cliente.post(f"{self.ruta}{accion}/", datos, follow=True)
        self.assertContains(respuesta, dice)
        self.imagen.refresh_from_db()

    def test_its_owner_sees_what_the_camera_wrote_and_where_on_a_line_of_its_own(self):
        pagina = self.cliente.get(self.ruta)
        for texto in (
            ">Canon EOS 80D<",
            "2 de Mayo de 2026",
            "1/125 s",
            "Ubicación",
            "19.43260, -99.13320",
            "Borrar ubicación",
        ):
            self.assertContains(pagina, texto)

    def test_the_place_can_be_forgotten(self):
        self.hacer("ubicacion/borrar", "Ubicación borrada.")
        assert self.imagen.ubicacion is None
        self.assertNotContains(self.cliente.get(self.ruta), "19.4326")

    def test_it_is_described_and_a_text_too_long_is_refused_and_kept_in_the_field(self):
        self.hacer("describir", "Descripción guardada.", descripcion="Otra playa")
        assert self.imagen.descripcion == "Otra playa"
        larga = "ñ" * 301
        respuesta = self.cliente.post(f"{self.ruta}describir/", {"descripcion": larga})
        self.assertContains(respuesta, f'value="{larga}"', status_code=400)
        self.assertContains(respuesta, "hasta 300 letras", status_code=400)

    def test_a_program_that_describes_is_answered_in_json(self):
        for texto, estado in (("Otra", 200), ("\0", 400), ("x" * 10_001, 400)):
            respuesta = self.cliente.post(f"{self.ruta}describir/", {"descripcion": texto}, headers=JSON)
            assert (respuesta.status_code, respuesta["Content-Type"]) == (estado, "application/json")
        assert Client().post(f"{self.ruta}describir/", headers=JSON).status_code == 401

    def test_it_is_given_to_a_product_of_hers_and_taken_away_again(self):
        taza = crear_producto(self.ana, "Taza")
        self.assertContains(self.cliente.get(self.ruta), f'<option value="{taza.pk}">Taza</option>')
        self.hacer("producto", "La foto ya es de ese producto.", producto=taza.pk)
        assert self.imagen.producto == taza
        self.hacer("producto", "La foto ya no es de ningún producto.", producto="")
        assert self.imagen.producto is None

    def test_it_is_given_to_no_product_of_carlas_and_to_none_that_is_none(self):
        de_carla = crear_producto(self.carla, "Lotería")
        self.assertNotContains(self.cliente.get(self.ruta), "Lotería")
        for producto in (de_carla.pk, 0, "abc", "-1", DESCABELLADO, "9" * 18, "²"):
            respuesta = self.cliente.post(f"{self.ruta}producto/", {"producto": producto})
            self.assertContains(respuesta, "Ese producto no existe.", status_code=404)
        self.imagen.refresh_from_db()
        assert self.imagen.producto is None

    def test_it_is_deleted_once_that_was_confirmed(self):
        self.assertContains(self.cliente.get(f"{self.ruta}borrar/"), "¿Borrar la foto?")
        assert ImagenUsuario.objects.filter(pk=self.imagen.pk).exists()
        respuesta = self.cliente.post(f"{self.ruta}borrar/", follow=True)
        self.assertRedirects(respuesta, "/imagenes/")
        self.assertContains(respuesta, "Foto borrada.")
        assert not ImagenUsuario.objects.filter(pk=self.imagen.pk).exists()
        assert self.cliente.post(f"{self.ruta}borrar/").status_code == 404

    def test_carla_finds_nothing_there_and_changes_nothing(self):
        carla = entrar(self.carla)
        for ruta in ("", "borrar/", "original/"):
            assert carla.get(self.ruta + ruta).status_code == 404
        for ruta in ("describir/", "producto/", "ubicacion/borrar/", "borrar/"):
            respuesta = carla.post(self.ruta + ruta, {"descripcion": "De carla"})
            assert respuesta.status_code == 404, ruta
            self.assertNotContains(respuesta, "Playa", status_code=404)
        self.imagen.refresh_from_db()
        assert (self.imagen.descripcion, self.imagen.ubicacion["latitud"]) == ("Playa", 19.4326)

    def test_odd_ids_are_no_addresses_and_links_change_nothing(self):
        for id_ in ("abc", "-1", "0", "9" * 18, str(2**63), DESCABELLADO):
            assert self.cliente.get(f"/imagenes/{id_}/").status_code == 404
        for ruta in ("describir/", "producto/", "ubicacion/borrar/"):
            assert self.cliente.get(self.ruta + ruta).status_code == 405
        assert self.cliente.put(f"{self.ruta}borrar/").status_code == 405

    def test_nothing_happens_without_the_token_of_the_page(self):
        cliente = entrar(self.ana, enforce_csrf_checks=True)
        for ruta in ("describir/", "producto/", "ubicacion/borrar/", "borrar/"):
            assert cliente.post(self.ruta + ruta).status_code == 403

    def test_fields_that_nobody_asked_for_are_ignored(self):
        self.hacer("describir", "guardada", descripcion="x", usuario=self.carla.pk, moderacion="aprobada")
        assert (self.imagen.usuario, self.imagen.moderacion) == (self.ana, "pendiente")


class PruebaDelCatalogo(ConFotos):
    def setUp(self):
        super().setUp()
        self.taza = crear_producto(self.ana, "Taza")
        self.compra = f"/ventas/producto/{self.taza.pk}/comprar/"

    def mostrada(self, imagen):
        """Returns whether bruno sees the photo in the catalogue and on the page of its product."""
        direccion = f"/fotos/{imagen.nombre_publico}/"
        bruno = entrar(crear_usuario(f"bruno{imagen.pk}"))
        return [direccion in bruno.get(ruta).content.decode() for ruta in ("/", self.compra)]

    def test_a_product_shows_its_approved_photo(self):
        assert self.mostrada(crear_foto(self.ana, producto=self.taza, moderacion="aprobada")) == [True, True]

    def test_it_shows_none_that_waits_or_was_rejected_or_has_no_picture(self):
        for campos in (
            {},
            {"moderacion": "rechazada", "motivo": "No"},
            {"moderacion": "aprobada", "paso_miniaturas": "fallo"},
        ):
            imagen = crear_foto(self.ana, producto=self.taza, **campos)
            assert self.mostrada(imagen) == [False, False]

    def test_of_several_it_shows_the_newest(self):
        vieja, nueva = (crear_foto(self.ana, producto=self.taza, moderacion="aprobada") for _ in range(2))
        assert self.mostrada(vieja) == [False, False]
        assert self.mostrada(nueva) == [True, True]


class PruebaDeSinSesion(TestCase):
    def test_only_who_has_signed_in_sees_the_way_there(self):
        assert 'href="/imagenes/"' not in Client().get("/").content.decode()
        assert 'href="/imagenes/"' in entrar(crear_usuario("ana")).get("/").content.decode()
