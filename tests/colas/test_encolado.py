"""What was promised: enqueued on commit, by the sweep otherwise, ended by its end, and given up after days."""

from __future__ import annotations

import json
from base64 import b64decode
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import TransactionTestCase
from django.utils import timezone
from redis import Redis

from colas import barrido, encolado, fallidas
from colas.encolado import aplazar, encolar, terminar
from colas.models import ColaSuspendida, Efecto, Latido, Pendiente, TareaFallida
from notificaciones.models import Notificacion
from tests.colas import taller
from tests.ventas.constructores import crear_usuario
from tests.ventas.simultaneo import a_la_vez
from ventas.tasks import procesar_venta_completa


def mensajes() -> list[dict[str, Any]]:
    """Takes every message of our tasks off the broker: its task, arguments and headers."""
    hallados = []
    with Redis.from_url(settings.CELERY_BROKER_URL) as redis:
        for cola in redis.scan_iter("celery*", _type="list"):
            while mensaje := redis.rpop(cola):
                sobre = json.loads(mensaje)
                args = json.loads(b64decode(sobre["body"]))[0]
                hallados.append({**sobre["headers"], "args": args, **sobre["properties"]})
    return hallados


def vencer(**campos: Any) -> None:
    Pendiente.objects.update(desde=timezone.now() - timedelta(seconds=1), **campos)


class PruebaDelEncolado(TransactionTestCase):
    def setUp(self):
        encolado._en_pausa_hasta = 0.0
        mensajes()

    def test_it_enqueues_when_the_transaction_commits_and_remembers_until_the_end(self):
        with transaction.atomic():
            encolar(taller.anotar_tarea, "hola", clave="saludo")
            assert mensajes() == []
        [mensaje] = mensajes()
        assert (mensaje["task"], mensaje["args"]) == ("taller.anotar", ["hola"])
        assert mensaje["pendiente"] == "saludo"
        assert mensaje["encolada_en"] > 0
        assert Pendiente.objects.get().encolada
        assert terminar("saludo")
        assert not terminar("saludo")

    def test_it_promises_the_same_work_once(self):
        for _ in range(2):
            encolar(taller.anotar_tarea, "hola", clave="saludo")
        assert Pendiente.objects.count() == 1

    def test_it_refuses_what_does_not_belong_into_a_message(self):
        for argumento, motivo in ((object(), "cannot be written as JSON"), ("x" * 70_000, "at most 65536")):
            with self.subTest(motivo=motivo), pytest.raises(ValueError, match=motivo):
                encolar(taller.anotar_tarea, argumento)
        assert not Pendiente.objects.exists()

    def test_it_waits_as_long_as_it_was_asked_to(self):
        encolar(taller.anotar_tarea, "luego", demora=60)
        assert (mensajes(), barrido.barrer()) == ([], 0)
        vencer()
        assert barrido.barrer() == 1
        assert [mensaje["args"] for mensaje in mensajes()] == [["luego"]]

    def test_a_priority_is_the_brokers(self):
        encolar(taller.anotar_tarea, "urgente", prioridad=settings.PRIORIDADES["alta"])
        assert mensajes()[0]["priority"] == 0

    def test_what_a_task_promises_has_its_priority(self):
        taller.prometer.apply(["hola"], priority=3)
        assert mensajes()[0]["priority"] == 3


class PruebaDelBarrido(TransactionTestCase):
    def setUp(self):
        encolado._en_pausa_hasta = 0.0
        mensajes()

    def prometer(self, cuantas: int = 1) -> None:
        for numero in range(cuantas):
            encolar(taller.anotar_tarea, numero, clave=f"encargo-{numero}")
        mensajes()

    def test_it_leaves_alone_what_is_in_a_queue_and_what_was_promised_just_now(self):
        self.prometer()
        with transaction.atomic():
            encolar(taller.anotar_tarea, "ahora")
            assert barrido.barrer() == 0

    def test_it_enqueues_again_what_was_not_heard_of_each_time_later(self):
        self.prometer()
        esperas = []
        for _ in range(3):
            vencer()
            assert barrido.barrer() == 1
            esperas.append((Pendiente.objects.get().desde - timezone.now()).total_seconds() / 60)
        assert [round(espera / 30) for espera in esperas] == [2, 4, 8]
        assert len(mensajes()) == 3

    def test_after_days_it_gives_up_and_staff_is_told(self):
        admin = crear_usuario("admin", is_staff=True)
        self.prometer()
        vencer(veces=barrido.VECES_MAXIMAS)
        barrido.barrer()
        assert not Pendiente.objects.exists()
        assert "never ended" in TareaFallida.objects.get().error
        assert Notificacion.objects.get(usuario=admin).tipo == "tarea_fallida"

    def test_a_task_that_was_renamed_since_is_recorded_and_stops_no_other(self):
        antes = timezone.now() - timedelta(minutes=1)
        Pendiente.objects.create(
            tarea="ventas.tasks.de_otro_tiempo", argumentos=[7], cola="celery", desde=antes
        )
        self.prometer()
        vencer()
        barrido.barrer()
        assert [mensaje["args"] for mensaje in mensajes()] == [[0]]
        fila = TareaFallida.objects.get()
        assert (fila.tarea, fila.argumentos) == ("ventas.tasks.de_otro_tiempo", [7])

    def test_what_is_in_a_suspended_queue_is_not_enqueued_again_until_that_is_resumed(self):
        self.prometer()
        vencer()
        suspendida = ColaSuspendida.objects.create(cola="celery")
        assert barrido.barrer() == 0
        suspendida.delete()
        assert barrido.barrer() == 1

    def test_two_sweeps_at_once_enqueue_each_row_once(self):
        self.prometer(60)
        vencer()
        a_la_vez(barrido.barrer, barrido.barrer)
        numeros = [mensaje["args"][0] for mensaje in mensajes()]
        assert sorted(numeros) == list(range(60))

    def test_a_redis_that_forgot_its_queues_gets_them_again(self):
        barrido.barrer()
        self.prometer(3)
        with Redis.from_url(settings.CELERY_BROKER_URL) as redis:
            redis.delete(barrido.TESTIGO)
        assert barrido.barrer() == 3
        assert barrido.barrer() == 0

    def test_a_try_that_the_broker_did_not_take_comes_with_what_is_chained_to_it(self):
        firma = (taller.anotar_tarea.si("uno") | taller.anotar_tarea.si("dos")).set(task_id="x")
        primera = firma.tasks[0].set(chain=[dict(firma.tasks[1])])
        aplazar(primera, clave="reintento-1", segundos=0)
        assert barrido.barrer() == 1
        [mensaje] = mensajes()
        assert mensaje["args"] == ["uno"]
        assert not Pendiente.objects.exists()

    def test_it_forgets_what_nobody_asks_for_any_more(self):
        antes = timezone.now() - timedelta(days=100)
        for clave, hecho_en in (("hecho", antes), ("a medias", None)):
            Efecto.objects.create(clave=clave, tomado_en=antes, vence=antes, hecho_en=hecho_en)
        for tarea_id, descartada_en in (("vista", antes), ("abierta", None)):
            TareaFallida.objects.create(tarea_id=tarea_id, fallida_en=antes, descartada_en=descartada_en)
        for nombre, visto_en in (("beat@antes", antes), ("beat@ahora", timezone.now())):
            Latido.objects.create(nombre=nombre, visto_en=visto_en)
        barrido.podar()
        assert [latido.nombre for latido in Latido.objects.all()] == ["beat@ahora"]
        assert [efecto.clave for efecto in Efecto.objects.all()] == ["a medias"]
        assert [fila.tarea_id for fila in TareaFallida.objects.all()] == ["abierta"]


class PruebaDeLasFallidas(TransactionTestCase):
    def setUp(self):
        encolado._en_pausa_hasta = 0.0
        self.admin = crear_usuario("admin", is_staff=True)
        mensajes()

    def fallar(self, tarea: str = "taller.anotar", tarea_id: str = "una", **campos: Any) -> TareaFallida:
        fallidas.registrar(tarea=tarea, tarea_id=tarea_id, error=ValueError("no"), **campos)
        return TareaFallida.objects.get(tarea_id=tarea_id)

    def test_the_same_failure_is_recorded_once(self):
        self.fallar()
        assert not fallidas.registrar(tarea="taller.anotar", tarea_id="una", error="otra vez")

    def test_staff_runs_it_again_once(self):
        fila = self.fallar(args=["hola"])
        assert fallidas.reintentar([fila.pk], quien_id=self.admin.pk) == 1
        assert fallidas.reintentar([fila.pk]) == 0
        assert [mensaje["args"] for mensaje in mensajes()] == [["hola"]]
        fila.refresh_from_db()
        assert (fila.atendida_por, fallidas.abiertas().count()) == (self.admin, 0)

    def test_what_staff_ran_again_is_not_promised_for_ever_though_a_later_task_ends_it(self):
        fila = self.fallar(tarea="ventas.tasks.procesar_venta_completa", args=[10**12])
        fallidas.reintentar([fila.pk])
        [mensaje] = mensajes()
        procesar_venta_completa.apply(mensaje["args"], headers={"pendiente": mensaje["pendiente"]})
        assert not Pendiente.objects.exists()

    def test_of_two_who_press_the_button_at_once_one_runs_it(self):
        fila = self.fallar(args=["hola"])
        a_la_vez(*[lambda: fallidas.reintentar([fila.pk])] * 4)
        assert len(mensajes()) == 1

    def test_staff_puts_it_aside(self):
        fila = self.fallar()
        assert fallidas.descartar([fila.pk, 999], quien_id=self.admin.pk) == 1
        assert fallidas.reintentar([fila.pk]) == 0
        assert mensajes() == []

    def test_what_has_no_task_any_more_or_too_large_arguments_is_not_run_again(self):
        ida = self.fallar(tarea="ventas.tasks.de_otro_tiempo")
        enorme = self.fallar(tarea_id="otra", args=["x" * 20_000])
        assert enorme.argumentos == [{"recortado": 20_004}]
        assert fallidas.reintentar([ida.pk, enorme.pk]) == 0
        assert fallidas.abiertas().count() == 2

    def test_odd_characters_are_stored_without_harm(self):
        fila = self.fallar(args=["nul\0", "\ud800"], traza="a\0b\ud800", cola="c\0")
        assert "\0" not in fila.traza
        assert "\0" not in json.dumps(fila.argumentos)
