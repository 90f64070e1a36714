"""The console in the browser: staff see and act, everybody else learns nothing of it."""

from __future__ import annotations

import re
from unittest import mock

import pytest
from django.test import Client, TestCase, override_settings
from django.utils import timezone

from colas import intermediarios
from colas.models import ColaSuspendida, Pendiente, TareaFallida
from colas.views import POR_PAGINA
from tests.colas.constructores import (
    apuntar_trabajador,
    crear_fallida,
    encolar_a_mano,
    redis_de_prueba,
)
from tests.ventas.constructores import crear_usuario, entrar

ACCIONES = [
    "/colas/fallidas/reintentar/",
    "/colas/fallidas/descartar/",
    "/colas/fallidas/1/reintentar/",
    "/colas/fallidas/1/descartar/",
    "/colas/cola/emails/suspender/",
    "/colas/cola/emails/reanudar/",
    "/colas/cola/emails/vaciar/",
]


def sin_token(respuesta) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", respuesta.content.decode())


class ConAdmin(TestCase):
    def setUp(self):
        abierto = redis_de_prueba()
        self.redis = abierto.__enter__()
        self.addCleanup(abierto.__exit__, None, None, None)
        self.admin = crear_usuario("admin", is_staff=True)
        self.cliente = entrar(self.admin)

    def hacer(self, ruta: str, dice: str, **datos) -> None:
        """Presses a button; the answer says what was done."""
        respuesta = self.cliente.post(ruta, datos, follow=True)
        self.assertRedirects(respuesta, datos.get("volver", "/colas/"))
        self.assertContains(respuesta, dice)


class PruebaDeQuienPuede(ConAdmin):
    def test_a_stranger_is_asked_to_sign_in(self):
        for ruta in ["/colas/", *ACCIONES]:
            for pedir in (Client().get, Client().post):
                self.assertRedirects(
                    pedir(ruta), f"/cuentas/login/?next={ruta}", fetch_redirect_response=False
                )

    def test_ana_who_is_no_staff_finds_what_is_not_there(self):
        crear_fallida()
        ana = entrar(crear_usuario("ana"))
        nada = sin_token(ana.get("/no/existe/"))
        for ruta in ["/colas/", *ACCIONES]:
            for pedir in (ana.get, ana.post):
                respuesta = pedir(ruta)
                assert respuesta.status_code == 404
                assert sin_token(respuesta) == nada
        assert not ColaSuspendida.objects.exists()
        assert TareaFallida.objects.get().descartada_en is None

    def test_only_staff_see_the_way_there(self):
        self.assertContains(self.cliente.get("/"), 'href="/colas/"')
        self.assertNotContains(entrar(crear_usuario("ana")).get("/"), "/colas/")
        self.assertNotContains(Client().get("/"), "/colas/")

    def test_nothing_happens_without_the_token_of_the_page(self):
        cliente = entrar(self.admin, enforce_csrf_checks=True)
        for ruta in ACCIONES:
            assert cliente.post(ruta).status_code == 403

    def test_nothing_happens_by_a_link(self):
        fallida = crear_fallida()
        for ruta in ACCIONES:
            respuesta = self.cliente.get(ruta.replace("/1/", f"/{fallida.pk}/"))
            assert respuesta.status_code == (200 if "vaciar" in ruta or ruta in ACCIONES[1:2] else 405), ruta
        fallida.refresh_from_db()
        assert (fallida.reintentada_en, fallida.descartada_en) == (None, None)


class PruebaDeLaPagina(ConAdmin):
    def test_it_shows_queues_workers_and_failures(self):
        encolar_a_mano("emails", hace=65)
        apuntar_trabajador(self.redis, "a@x", "emails", en_curso={"emails": 1})
        fallida = crear_fallida("ventas.tasks.x", "<b>17</b>", error="<img src=x onerror=alert(1)>")
        texto = self.cliente.get("/colas/").content.decode()
        fila = texto.partition('<tr data-id="emails">')[2].partition("</tr>")[0]
        assert re.findall(r"<td>(.*?)</td>", fila) == ["1", "1", "0", "0", "1", "0", "1 min", "1"]
        assert "a@x" in texto
        assert "&lt;img src=x onerror=alert(1)&gt;" in texto
        assert "<img" not in texto
        assert f'<details class="colas-traza" id="traza-{fallida.pk}">' in texto

    def test_it_gives_only_its_parts_to_who_asks_for_them_and_the_same_ones(self):
        crear_fallida()
        entera = self.cliente.get("/colas/").content.decode()
        parte = self.cliente.get("/colas/", headers={"X-Parcial": "1"})
        assert "<html" not in parte.content.decode()
        # A token would be another each time, and the page would never stay as it is.
        self.assertNotContains(parte, "csrfmiddlewaretoken")
        for nombre in ("notas", "tabla", "trabajadores", "fallidas"):
            self.assertContains(parte, f'<div id="colas-{nombre}">', count=1)
            assert entera.count(f'<div id="colas-{nombre}">') == 1
        assert "X-Parcial" in parte["Vary"]
        assert "no-store" in parte["Cache-Control"]

    def test_it_turns_pages_and_filters(self):
        for numero in range(POR_PAGINA + 1):
            crear_fallida(error=f"falló la {numero:02}", cola="emails" if numero else "celery")
        self.assertContains(self.cliente.get("/colas/"), "falló la 10")
        self.assertNotContains(self.cliente.get("/colas/"), "falló la 00")
        for consulta in ("pagina=2", "pagina=99", "cola=celery", "q=LA 00"):
            respuesta = self.cliente.get(f"/colas/?{consulta}")
            self.assertContains(respuesta, "falló la 00")
            self.assertNotContains(respuesta, "falló la 10")
        self.assertContains(self.cliente.get("/colas/?q=nada"), "Ninguna tarea fallida es así")

    def test_a_page_that_is_none_is_a_bad_request(self):
        for consulta in ("pagina=-1", "pagina=x", "pagina=1e9", "hasta=x", "pagina=" + "9" * 30):
            assert self.cliente.get(f"/colas/?{consulta}").status_code == 400

    def test_without_redis_and_broker_it_says_so_and_still_shows_failures(self):
        crear_fallida()
        with override_settings(REDIS_URL="redis://127.0.0.1:1/0", CELERY_BROKER_URL="redis://127.0.0.1:1/0"):
            respuesta = self.cliente.get("/colas/")
        self.assertContains(respuesta, "El intermediario de las colas no responde")
        self.assertContains(respuesta, "OSError: no hay papel")
        self.assertContains(respuesta, "<td>—</td>")


class PruebaDeFallidas(ConAdmin):
    def test_it_runs_one_again_in_the_name_of_who_pressed_the_button(self):
        una, otra = crear_fallida(), crear_fallida()
        self.hacer(f"/colas/fallidas/{una.pk}/reintentar/", "Se encoló de nuevo 1 tarea.")
        una.refresh_from_db()
        otra.refresh_from_db()
        assert una.reintentada_en
        assert una.atendida_por == self.admin
        assert otra.reintentada_en is None
        assert Pendiente.objects.count() == 1

    def test_pressing_twice_runs_it_once(self):
        una = crear_fallida()
        self.hacer(f"/colas/fallidas/{una.pk}/reintentar/", "Se encoló de nuevo 1 tarea.")
        self.hacer(f"/colas/fallidas/{una.pk}/reintentar/", "Se encolaron de nuevo 0 tareas.")
        self.hacer(f"/colas/fallidas/{una.pk}/descartar/", "Se descartaron 0 tareas.")
        assert Pendiente.objects.count() == 1

    def test_it_goes_back_to_where_the_button_was_and_nowhere_else(self):
        una = crear_fallida()
        self.hacer(
            f"/colas/fallidas/{una.pk}/descartar/", "Se descartó 1 tarea.", volver="/colas/?cola=emails"
        )
        respuesta = self.cliente.post(f"/colas/fallidas/{una.pk}/descartar/", {"volver": "//evil.example"})
        assert respuesta["Location"] == "/colas/"

    def test_all_are_those_of_the_filter_and_none_that_came_later(self):
        de_celery, vista = crear_fallida(cola="celery"), crear_fallida()
        boton = re.search(
            r'formaction="(/colas/fallidas/reintentar/[^"]*)"',
            self.cliente.get("/colas/?cola=emails").content.decode(),
        )
        posterior = crear_fallida()
        self.hacer(boton[1].replace("&amp;", "&"), "Se encoló de nuevo 1 tarea.")
        reintentadas = TareaFallida.objects.filter(reintentada_en__isnull=False)
        assert list(reintentadas) == [vista]
        assert {de_celery, posterior} <= set(TareaFallida.objects.all())

    def test_it_asks_before_it_puts_all_aside(self):
        crear_fallida()
        crear_fallida()
        self.assertContains(self.cliente.get("/colas/fallidas/descartar/"), "¿Descartar 2 tareas fallidas?")
        self.hacer("/colas/fallidas/descartar/", "Se descartaron 2 tareas.")

    def test_what_cannot_run_again_is_told_and_stays(self):
        una = crear_fallida("ya.no.existe")
        self.hacer(f"/colas/fallidas/{una.pk}/reintentar/", "No se puede reintentar 1 tarea")
        self.assertContains(self.cliente.get("/colas/"), "ya.no.existe")

    def test_an_id_of_nothing_is_not_there(self):
        for numero in (0, 10**6, 2**63, 10**30):
            assert self.cliente.post(f"/colas/fallidas/{numero}/reintentar/").status_code == 404
            assert self.cliente.post(f"/colas/fallidas/{numero}/descartar/").status_code == 404


class PruebaDeColas(ConAdmin):
    def test_it_suspends_and_resumes(self):
        self.hacer("/colas/cola/emails/suspender/", "Se suspendió 1 cola.")
        assert ColaSuspendida.objects.get().por == "admin"
        self.assertContains(self.cliente.get("/colas/"), "Suspendida</span>", count=1)
        self.hacer("/colas/cola/emails/reanudar/", "Se reanudó 1 cola.")
        assert not ColaSuspendida.objects.exists()

    def test_it_asks_before_it_throws_anything_away(self):
        encolar_a_mano("emails")
        encolar_a_mano("emails")
        self.assertContains(self.cliente.get("/colas/cola/emails/vaciar/"), "¿Tirar 2 tareas de emails?")
        self.hacer("/colas/cola/emails/vaciar/", "Se tiraron 2 tareas de emails.")

    def test_without_a_broker_nothing_can_be_thrown_away(self):
        with mock.patch.object(intermediarios, "vaciar", side_effect=intermediarios.SinIntermediario("x")):
            self.hacer("/colas/cola/emails/vaciar/", "no responde")

    def test_a_queue_of_nobody_is_not_there(self):
        for que in ("suspender", "reanudar", "vaciar"):
            assert self.cliente.post(f"/colas/cola/emial/{que}/").status_code == 404


@pytest.mark.parametrize(
    "modelo", ["pendiente", "efecto", "tareafallida", "entrega", "periodo", "latido", "colasuspendida"]
)
@pytest.mark.django_db
def test_the_admin_shows_the_rows_and_changes_none(modelo):
    jefa = entrar(crear_usuario("jefa", is_staff=True, is_superuser=True))
    fallida = crear_fallida(fallida_en=timezone.now())
    assert jefa.get(f"/admin/colas/{modelo}/").status_code == 200
    assert jefa.get(f"/admin/colas/{modelo}/add/").status_code == 403
    assert jefa.post(f"/admin/colas/tareafallida/{fallida.pk}/delete/").status_code == 403
