"""What is told of the queues: each figure from where it is known, and a reason where it is not."""

from __future__ import annotations

import json
import secrets
import time
from datetime import timedelta
from types import SimpleNamespace
from unittest import mock

import pytest
from celery import current_app
from django.test import TestCase, override_settings
from django.utils import timezone
from kombu import Exchange, Queue

from colas import estado, intermediarios, mando
from colas.models import ColaSuspendida, Latido, Pendiente
from tests.capacidades import amqp_url
from tests.colas.constructores import (
    apuntar_recuento,
    apuntar_trabajador,
    crear_fallida,
    encolar_a_mano,
    redis_de_prueba,
)
from tests.procesos import Redis

AHORA = timezone.now


def prometer(cola: str, **campos) -> Pendiente:
    campos.setdefault("desde", AHORA())
    return Pendiente.objects.create(tarea="taller.anotar", cola=cola, **campos)


def cola(nombre: str, leido: estado.Estado | None = None) -> estado.Cola:
    return next(una for una in (leido or estado.leer()).colas if una.nombre == nombre)


class ConRedis(TestCase):
    def setUp(self):
        abierto = redis_de_prueba()
        self.redis = abierto.__enter__()
        self.addCleanup(abierto.__exit__, None, None, None)


class PruebaDelEstado(ConRedis):
    def test_it_knows_the_queues_of_the_settings_though_nothing_ever_ran(self):
        leido = estado.leer()
        assert [una.nombre for una in leido.colas] == [
            "celery",
            "emails",
            "procesamiento_pesado",
            "analytics",
        ]
        assert (leido.problemas, leido.planificador, leido.por_encolar) == ({}, None, 0)
        assert cola("celery", leido) == estado.Cola("celery", 0, 0, 0, 0, 0, 0, None, 0, False)

    def test_it_counts_the_messages_of_every_priority_and_tells_the_age_of_the_oldest(self):
        for prioridad, hace in ((0, 5), (3, 90), (9, 30), (5, 1)):
            encolar_a_mano("emails", priority=prioridad, hace=hace)
        emails = cola("emails")
        assert emails.esperando == 4
        assert emails.antiguedad is not None
        assert 90 <= emails.antiguedad < 95

    def test_it_counts_a_message_that_does_not_say_when_it_was_enqueued(self):
        self.redis.lpush("emails", json.dumps({"headers": {}}), "not even JSON", "[1]")
        assert (cola("emails").esperando, cola("emails").antiguedad) == (3, None)

    def test_it_adds_up_what_the_workers_say(self):
        apuntar_trabajador(
            self.redis, "a@x", "celery", "emails", en_curso={"emails": 1}, programadas={"celery": 4}
        )
        apuntar_trabajador(self.redis, "b@x", "emails", en_curso={"emails": 2})
        apuntar_recuento(self.redis, emails__terminadas=7, emails__reintentadas=2, emails__fallidas=1)
        leido = estado.leer()
        assert cola("emails", leido) == estado.Cola("emails", 0, 3, 0, 2, 0, 7, None, 2, False)
        assert (cola("celery", leido).programadas, cola("celery", leido).trabajadores) == (4, 1)
        assert [uno.nombre for uno in leido.trabajadores] == ["a@x", "b@x"]

    def test_it_learns_of_queues_from_whoever_names_them(self):
        apuntar_trabajador(self.redis, "a@x", "alta")
        ColaSuspendida.objects.create(cola="baja")
        crear_fallida(cola="rota")
        prometer("prometida")
        apuntar_recuento(self.redis, contada__terminadas=1)
        assert estado.nombres()[4:] == ["alta", "baja", "contada", "prometida", "rota"]
        assert cola("baja").suspendida
        assert cola("rota").fallidas == 1

    def test_it_counts_failures_until_somebody_deals_with_them(self):
        crear_fallida()
        crear_fallida(descartada_en=AHORA())
        crear_fallida(reintentada_en=AHORA())
        assert cola("emails").fallidas == 1

    def test_it_tells_promised_work_that_no_broker_took_from_work_that_waits_for_its_time(self):
        prometer("emails", desde=AHORA() - timedelta(minutes=1))
        prometer("emails", desde=AHORA() + timedelta(seconds=10))
        prometer("emails", desde=AHORA() + timedelta(minutes=4))
        prometer("emails", encolada=True)
        leido = estado.leer()
        assert (leido.por_encolar, cola("emails", leido).programadas) == (2, 1)

    def test_it_says_when_the_scheduler_was_last_alive(self):
        visto = AHORA() - timedelta(seconds=40)
        Latido.objects.create(nombre="beat@x", visto_en=visto)
        assert estado.leer().planificador == visto

    def test_it_is_json_as_a_whole(self):
        apuntar_trabajador(self.redis, "a@x", "emails")
        Latido.objects.create(nombre="beat@x", visto_en=AHORA())
        dicho = json.loads(json.dumps(estado.leer().como_dict()))
        assert dicho["colas"][0]["nombre"] == "celery"
        assert dicho["trabajadores"][0]["nombre"] == "a@x"


class PruebaDeAusencias(TestCase):
    def sin(self, **ajustes) -> tuple[estado.Estado, float]:
        comienzo = time.monotonic()
        with override_settings(**ajustes):
            return estado.leer(), time.monotonic() - comienzo

    def test_without_redis_it_tells_what_the_tables_know_and_why_there_is_no_more(self):
        crear_fallida()
        leido, tardo = self.sin(REDIS_URL="redis://127.0.0.1:1/0")
        emails = cola("emails", leido)
        assert (emails.fallidas, emails.esperando, emails.corriendo, emails.trabajadores) == (
            1,
            0,
            None,
            None,
        )
        assert "refused" in leido.problemas["redis"]
        assert tardo < 2

    def test_a_frozen_redis_costs_less_than_a_second(self):
        with Redis() as congelado:
            congelado.congelar()
            leido, tardo = self.sin(REDIS_URL=congelado.url)
            congelado.descongelar()
        assert "redis" in leido.problemas
        assert tardo < 2


class PruebaDelMando(ConRedis):
    def test_a_suspended_queue_stays_so_and_says_by_whom(self):
        assert mando.suspender(["emails", "celery"], por="admin") == 2
        assert mando.suspender(["emails"], por="ana") == 0
        assert ColaSuspendida.objects.get(cola="emails").por == "admin"
        assert mando.reanudar(["emails"]) == 1
        assert not cola("emails").suspendida

    def test_emptying_throws_away_messages_of_every_priority_and_their_promises_and_no_others(self):
        for prioridad in (0, 5, 9):
            encolar_a_mano("emails", priority=prioridad)
        encolar_a_mano("celery")
        prometer("emails", encolada=True)
        prometer("emails", encolada=False)
        prometer("celery", encolada=True)
        assert mando.vaciar("emails") == 3
        assert (cola("emails").esperando, cola("celery").esperando) == (0, 1)
        assert list(Pendiente.objects.values_list("cola", "encolada")) == [
            ("emails", False),
            ("celery", True),
        ]


def a_donde(url: str) -> object:
    """Lets the adapter believe that this is the broker."""
    return mock.patch.object(
        intermediarios,
        "current_app",
        SimpleNamespace(connection_for_write=lambda **k: current_app.connection_for_write(url=url, **k)),
    )


def test_a_frozen_broker_costs_less_than_a_second_and_is_named():
    with Redis() as congelado, a_donde(congelado.url):
        congelado.congelar()
        comienzo = time.monotonic()
        with pytest.raises(intermediarios.SinIntermediario, match=r"(?i)time"):
            intermediarios.leer(["celery"])
        assert time.monotonic() - comienzo < 2
        congelado.descongelar()


@pytest.mark.parametrize("url", ["redis://127.0.0.1:1/0", "amqp://127.0.0.1:1//"])
def test_a_broker_that_refuses_is_named_at_once(url):
    comienzo = time.monotonic()
    with a_donde(url), pytest.raises(intermediarios.SinIntermediario, match="refused"):
        intermediarios.leer(["celery"])
    assert time.monotonic() - comienzo < 2


@pytest.mark.rabbitmq
class PruebaDeRabbitMQ(TestCase):
    def setUp(self):
        self.url = str(amqp_url())
        self.nombre = f"prueba-{secrets.token_hex(6)}"
        for contexto in (a_donde(self.url), override_settings(POR_RABBITMQ=True)):
            contexto.__enter__()
            self.addCleanup(contexto.__exit__, None, None, None)

    def tearDown(self):
        with current_app.connection_for_write(url=self.url) as conexion:
            Queue(self.nombre, channel=conexion.default_channel).delete()
            Exchange(self.nombre, channel=conexion.default_channel).delete()

    def llenar(self, cuantos: int) -> None:
        opciones = {"confirm_publish": True}
        with current_app.connection_for_write(url=self.url, transport_options=opciones) as conexion:
            cola = Queue(self.nombre, Exchange(self.nombre), self.nombre, max_priority=10)
            for numero in range(cuantos):
                conexion.Producer().publish(
                    "x", exchange=cola.exchange, routing_key=self.nombre, declare=[cola], priority=numero % 10
                )

    def test_it_counts_and_empties_and_a_queue_that_nobody_declared_is_empty(self):
        self.llenar(12)
        assert intermediarios.leer(["no-existe", self.nombre, "tampoco"]) == {
            "no-existe": intermediarios.Espera(0),
            self.nombre: intermediarios.Espera(12),
            "tampoco": intermediarios.Espera(0),
        }
        assert intermediarios.vaciar(self.nombre) == 12
        assert intermediarios.vaciar("no-existe") == 0
        assert intermediarios.leer([self.nombre])[self.nombre].mensajes == 0

    def test_the_age_of_the_oldest_is_that_of_the_oldest_promise_and_nothing_is_taken(self):
        self.llenar(1)
        prometer(self.nombre, encolada=True, creada=AHORA() - timedelta(minutes=5))
        with redis_de_prueba():
            vieja = cola(self.nombre)
        assert vieja.esperando == 1
        assert vieja.antiguedad is not None
        assert 300 <= vieja.antiguedad < 310

    def test_a_wrong_password_is_a_reason_and_no_traceback(self):
        with (
            a_donde("amqp://guest:mal@127.0.0.1:5672//"),
            pytest.raises(intermediarios.SinIntermediario) as caso,
        ):
            intermediarios.leer(["celery"])
        assert "refused" in str(caso.value)
