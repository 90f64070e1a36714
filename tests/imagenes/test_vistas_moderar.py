"""The page where staff look at photos: what waits there, who decides, and what is decided."""

from __future__ import annotations

from django.test import Client

from tests.imagenes.fotos_de_prueba import ConFotos, crear_foto
from tests.ventas.constructores import crear_producto, crear_usuario, entrar

MODERAR = "/imagenes/moderar/"
JSON = {"Accept": "application/json"}


class ConPersonal(ConFotos):
    def setUp(self):
        super().setUp()
        self.admin = crear_usuario("admin", is_staff=True)
        self.personal = entrar(self.admin)
        self.imagen = crear_foto(self.ana, "Playa")

    def decidir(self, que, imagen=None, cliente=None, **opciones):
        imagen = imagen or self.imagen
        respuesta = (cliente or self.personal).post(f"/imagenes/{imagen.pk}/{que}/", **opciones)
        imagen.refresh_from_db()
        return respuesta


class PruebaDeQuienPuede(ConPersonal):
    def test_ana_finds_no_such_page_and_decides_nothing(self):
        for cliente in (self.cliente, entrar(self.carla)):
            assert cliente.get(MODERAR).status_code == 404
            for que in ("aprobar", "rechazar"):
                assert self.decidir(que, cliente=cliente, data={"motivo": "x"}).status_code == 404
        assert self.imagen.moderacion == "pendiente"

    def test_a_stranger_is_asked_to_sign_in(self):
        assert Client().get(MODERAR).url == f"/cuentas/login/?next={MODERAR}"
        assert self.decidir("aprobar", cliente=Client()).status_code == 302
        assert self.imagen.moderacion == "pendiente"

    def test_nothing_happens_by_a_link_or_without_the_token(self):
        for que in ("aprobar", "rechazar"):
            assert self.personal.get(f"/imagenes/{self.imagen.pk}/{que}/").status_code == 405
            sin_ficha = entrar(self.admin, enforce_csrf_checks=True)
            assert self.decidir(que, cliente=sin_ficha).status_code == 403
        assert self.imagen.moderacion == "pendiente"

    def test_only_staff_see_the_way_there(self):
        assert MODERAR in self.personal.get("/imagenes/").content.decode()
        assert MODERAR not in self.cliente.get("/imagenes/").content.decode()


class PruebaDeLaCola(ConPersonal):
    def test_it_shows_what_nobody_has_decided_the_oldest_first(self):
        crear_foto(self.carla, "Lotería", producto=crear_producto(self.carla, "Juego"))
        crear_foto(self.ana, "Ya aprobada", moderacion="aprobada")
        crear_foto(self.ana, "Ya rechazada", moderacion="rechazada", motivo="No")
        crear_foto(self.ana, "En proceso", procesada=False)
        crear_foto(self.ana, "Sin versiones", paso_miniaturas="fallo", archivo_thumbnail="")
        pagina = self.personal.get(MODERAR).content.decode()
        assert pagina.index("Playa") < pagina.index("Lotería")
        assert "Juego" in pagina
        for texto in ("Ya aprobada", "Ya rechazada", "En proceso", "Sin versiones"):
            assert texto not in pagina

    def test_it_says_what_the_analysis_said(self):
        crear_foto(self.ana, contenido_seguro=False, confianza_analisis=0.75)
        self.assertContains(self.personal.get(MODERAR), "Análisis: dudosa, 75 %")

    def test_it_says_when_there_is_nothing_to_do(self):
        self.assertContains(self.personal.get(MODERAR), 'tabindex="-1" hidden>No hay fotos por revisar')
        self.decidir("aprobar")
        self.assertContains(self.personal.get(MODERAR), 'tabindex="-1">No hay fotos por revisar')

    def test_what_changes_of_it_comes_alone_for_the_script(self):
        parte = self.personal.get(MODERAR, headers={"X-Parcial": "1"})
        self.assertContains(parte, f'data-id="{self.imagen.pk}"')
        self.assertNotContains(parte, "<html")

    def test_it_costs_the_same_queries_for_many_photos(self):
        with self.assertNumQueries(5):
            self.personal.get(MODERAR)
        for _ in range(8):
            crear_foto(self.ana, producto=crear_producto(self.ana))
        with self.assertNumQueries(5):
            self.personal.get(MODERAR)


class PruebaDeLaDecision(ConPersonal):
    def test_admin_approves_by_the_button(self):
        respuesta = self.decidir("aprobar", follow=True)
        self.assertRedirects(respuesta, MODERAR)
        self.assertContains(respuesta, "Foto aprobada.")
        assert (self.imagen.moderacion, self.imagen.revisada_por) == ("aprobada", self.admin)

    def test_admin_rejects_with_a_reason_that_ana_reads(self):
        self.decidir("rechazar", data={"motivo": "Sale una <b>persona</b>"})
        assert (self.imagen.moderacion, self.imagen.motivo) == ("rechazada", "Sale una <b>persona</b>")
        for ruta in ("", f"{self.imagen.pk}/"):
            self.assertContains(self.cliente.get(f"/imagenes/{ruta}"), "Sale una &lt;b&gt;persona&lt;/b&gt;")

    def test_a_reason_is_needed_and_has_an_end(self):
        for motivo in ("", "   ", "x" * 301, "\0"):
            respuesta = self.decidir("rechazar", data={"motivo": motivo})
            assert respuesta.status_code == 400
            self.assertContains(respuesta, "Playa", status_code=400)
        assert self.imagen.moderacion == "pendiente"

    def test_the_script_is_answered_in_json(self):
        respuesta = self.decidir("rechazar", headers=JSON)
        assert (respuesta.status_code, respuesta.json()["codigo"]) == (400, "motivo_vacio")
        assert self.decidir("aprobar", headers=JSON).json() == {"status": "ok"}
        ninguna = self.personal.post("/imagenes/999999/aprobar/", headers=JSON)
        assert (ninguna.status_code, ninguna.json()["codigo"]) == (404, "imagen_desconocida")
        assert self.personal.post("/imagenes/999999/aprobar/").status_code == 404


class PruebaDeLaTrastienda(ConPersonal):
    def setUp(self):
        super().setUp()
        self.personal = entrar(crear_usuario("jefa", is_staff=True, is_superuser=True))
        self.lista = "/admin/imagenes/imagenusuario/"

    def test_staff_read_there_but_not_what_is_the_owners_alone(self):
        imagen = crear_foto(
            self.ana, "Playa", metadatos={"camara": "Canon EOS 80D"}, ubicacion={"latitud": 19.4}
        )
        pagina = self.personal.get(f"{self.lista}{imagen.pk}/change/")
        self.assertContains(pagina, "Playa")
        for texto in ("Canon", "19.4", imagen.archivo_original.name):
            self.assertNotContains(pagina, texto)
        assert self.personal.get(f"{self.lista}add/").status_code == 403
        assert self.personal.post(f"{self.lista}{imagen.pk}/change/", {"descripcion": "x"}).status_code == 403
        assert self.personal.post(f"{self.lista}{imagen.pk}/delete/", {"post": "yes"}).status_code == 403

    def test_staff_have_the_steps_that_failed_done_again(self):
        rota = crear_foto(self.ana, paso_miniaturas="fallo", paso_metadatos="fallo")
        datos = {"action": "rehacer", "_selected_action": [rota.pk, self.imagen.pk]}
        respuesta = self.personal.post(self.lista, datos, follow=True)
        self.assertContains(respuesta, "Se reharán 2 pasos.")
        rota.refresh_from_db()
        self.imagen.refresh_from_db()
        assert (rota.paso_miniaturas, rota.procesamiento_completo) == ("pendiente", False)
        assert self.imagen.procesamiento_completo
