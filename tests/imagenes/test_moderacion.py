"""Who judges: a service that may be as difficult as it likes, or a person."""

from __future__ import annotations

import time

import pytest
from django.conf import settings
from django.test import TransactionTestCase, override_settings

from imagenes import moderacion, servicios, tasks
from imagenes.models import ImagenUsuario
from imagenes.moderacion import Dictamen, PorPersona, PorServicio, ServicioCaido
from tests.ventas.constructores import crear_usuario

from .constructores import foto, subir
from .juez import NO, SI, Juez, callar, gotear, gotear_cabeceras, no_acabar, respuesta, soltar

FOTO = b"\xff\xd8 una foto"


def juzgar(url: str, plazo: float = 5) -> Dictamen | None:
    return PorServicio(url, plazo=plazo).juzgar(lambda: FOTO)


def test_it_sends_the_photo_as_a_form_and_believes_the_answer():
    with Juez(respuesta(SI)) as juez:
        assert juzgar(juez.url) == Dictamen(True, 0.98)
    [peticion] = juez.recibidas
    assert peticion.path == "/juzgar"
    assert peticion.headers["Content-Type"].startswith("multipart/form-data")
    assert FOTO in peticion.cuerpo
    with Juez(respuesta(NO)) as juez:
        assert juzgar(juez.url) == Dictamen(False, 0.91)


@pytest.mark.parametrize("hacer", [callar, gotear, gotear_cabeceras])
def test_it_waits_so_long_and_no_longer(hacer):
    inicio = time.monotonic()
    with Juez(hacer) as juez, pytest.raises(ServicioCaido):
        juzgar(juez.url, plazo=0.5)
    assert time.monotonic() - inicio < 3


@pytest.mark.parametrize(
    "hacer",
    [
        respuesta(b"", 500),
        respuesta(SI, 201),
        respuesta(b"", 204),
        no_acabar,
        soltar,
        respuesta(b"<html>", 200),
        respuesta(b"", 200),
        respuesta(b"[" * 60_000, 200),
        *(
            respuesta(cuerpo)
            for cuerpo in (
                b"[]",
                b"null",
                b"{}",
                b'{"safe": true}',
                b'{"safe": 1, "confidence": 0.5}',
                b'{"safe": "true", "confidence": 0.5}',
                b'{"safe": true, "confidence": "0.5"}',
                b'{"safe": true, "confidence": true}',
                b'{"safe": true, "confidence": NaN}',
                b'{"safe": true, "confidence": -0.1}',
                b'{"safe": true, "confidence": 1.1}',
                b'{"safe": true, "confidence": 1e999}',
            )
        ),
    ],
)
def test_what_is_no_answer_is_none(hacer):
    with Juez(hacer) as juez, pytest.raises(ServicioCaido):
        juzgar(juez.url)


def test_it_follows_nothing():
    with Juez(respuesta(SI)) as otro:
        for estado in (301, 302, 303, 307, 308):
            with Juez(respuesta(b"", estado, Location=otro.url)) as juez, pytest.raises(ServicioCaido):
                juzgar(juez.url)
    assert not otro.recibidas


def test_nobody_at_that_address_is_a_service_that_is_down():
    with pytest.raises(ServicioCaido):
        juzgar("http://127.0.0.1:1/juzgar")


def test_a_person_is_not_asked_to_look_at_the_bytes():
    assert PorPersona().juzgar(lambda: pytest.fail("nobody needs it")) is None


@override_settings(MODERACION_URL="")
def test_without_an_address_a_person_judges():
    assert isinstance(moderacion.moderador(), PorPersona)


def test_it_is_asked_twice_more_after_two_minutes_each():
    assert settings.MODERACION_REINTENTOS == (120, 120)
    assert tasks.analizar_contenido.esperas == (120, 120)
    assert moderacion.PLAZO == 30
    assert ServicioCaido in tasks.analizar_contenido.reintentar_por


class PruebaDelAnalisis(TransactionTestCase):
    def setUp(self):
        self.ana, self.admin = crear_usuario("ana"), crear_usuario("admin", is_staff=True)
        self.foto = subir(self.ana, foto(2000, 1000))

    def analizar(self, cuerpo: bytes) -> ImagenUsuario:
        with Juez(respuesta(cuerpo)) as juez, override_settings(MODERACION_URL=juez.url):
            tasks.analizar_contenido(self.foto.pk)
        assert juez.recibidas[0].cuerpo.count(b"\xff\xd8\xff") == 1
        self.foto.refresh_from_db()
        return self.foto

    def test_what_is_safe_is_approved(self):
        imagen = self.analizar(SI)
        assert (imagen.contenido_seguro, imagen.confianza_analisis) == (True, 0.98)
        assert (imagen.moderacion, imagen.paso_analisis) == ("aprobada", "hecho")

    def test_what_is_not_is_rejected_and_says_why(self):
        imagen = self.analizar(NO)
        assert (imagen.contenido_seguro, imagen.moderacion) == (False, "rechazada")
        assert imagen.motivo

    def test_what_a_person_has_decided_stands(self):
        tasks.pasos.decidir(self.foto, seguro=True)
        servicios.rechazar(quien_id=self.admin.pk, imagen_id=self.foto.pk, motivo="No es tuya")
        assert self.analizar(SI).moderacion == "rechazada"

    @override_settings(MODERACION_URL="")
    def test_without_a_service_it_waits_for_a_person(self):
        tasks.analizar_contenido(self.foto.pk)
        self.foto.refresh_from_db()
        assert (self.foto.contenido_seguro, self.foto.moderacion, self.foto.paso_analisis) == (
            None,
            "pendiente",
            "hecho",
        )
