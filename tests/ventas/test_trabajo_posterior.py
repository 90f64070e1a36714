"""What follows a purchase: enqueued when it commits, done once, and never in the way of the buyer."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from base64 import b64decode

from django.conf import settings
from django.db import transaction
from django.test import SimpleTestCase, TestCase, TransactionTestCase
from redis import Redis as ClienteRedis

from myproject.celery import app
from notificaciones.models import Notificacion
from tests.procesos import RAIZ, Redis
from tests.ventas.constructores import crear_carrito, crear_producto, crear_usuario, crear_venta, entrar
from ventas.encolado import encolar_trabajo
from ventas.models import Venta
from ventas.tasks import procesar_venta_completa

TAREA = "ventas.tasks.procesar_venta_completa"


def vaciar_colas() -> list[int]:
    """Takes every message off the broker; returns the sales that they name, in order."""
    ventas = []
    with ClienteRedis.from_url(settings.CELERY_BROKER_URL) as redis:
        for cola in redis.scan_iter("celery*", _type="list"):
            while mensaje := redis.rpop(cola):
                sobre = json.loads(mensaje)
                if sobre["headers"]["task"] == TAREA:
                    ventas.append(json.loads(b64decode(sobre["body"]))[0][0])
    return ventas


class PruebaDelEncolado(TransactionTestCase):
    def setUp(self):
        self.ana = crear_usuario("ana")
        self.bruno = crear_usuario("bruno")
        self.pinata = crear_producto(self.ana)
        self.cliente = entrar(self.bruno)
        vaciar_colas()

    def test_it_enqueues_what_follows_each_way_to_buy(self):
        self.cliente.post(f"/ventas/producto/{self.pinata.pk}/comprar/")
        pedido = {"producto_id": self.pinata.pk, "cantidad": 1}
        self.cliente.post("/ventas/procesar/", pedido, content_type="application/json")
        carrito = crear_carrito(self.bruno, (self.pinata, 1))
        self.cliente.post(f"/ventas/carrito/{carrito.pk}/comprar/")
        assert sorted(vaciar_colas()) == sorted(Venta.objects.values_list("pk", flat=True))

    def test_it_enqueues_nothing_for_a_refusal(self):
        self.cliente.post(f"/ventas/producto/{self.pinata.pk}/comprar/", {"cantidad": "11"})
        assert vaciar_colas() == []

    def test_it_enqueues_on_commit_and_not_before(self):
        with transaction.atomic():
            encolar_trabajo(crear_venta(self.bruno, self.pinata).pk)
            assert vaciar_colas() == []
        assert len(vaciar_colas()) == 1

    def test_it_enqueues_nothing_when_the_purchase_is_rolled_back(self):
        with transaction.atomic():
            encolar_trabajo(crear_venta(self.bruno, self.pinata).pk)
            transaction.set_rollback(True)
        assert vaciar_colas() == []


class PruebaDeLaTarea(TestCase):
    def setUp(self):
        self.bruno = crear_usuario("bruno")
        self.venta = crear_venta(self.bruno, crear_producto(crear_usuario("ana"), "Piñata"), cantidad=2)

    def test_it_tells_bruno_once_however_often_it_runs(self):
        for _ in range(5):
            assert procesar_venta_completa(self.venta.pk) is None
        aviso = Notificacion.objects.get(usuario=self.bruno)
        assert (aviso.tipo, aviso.clave) == ("compra_lista", f"compra-{self.venta.pk}")
        assert aviso.titulo == "Tu compra está lista"
        assert aviso.mensaje == f"2 × Piñata, con el número {self.venta.numero}"
        assert aviso.enlace == f"/ventas/{self.venta.pk}/confirmacion/"

    def test_it_logs_a_sale_that_is_not_there_and_ends_well(self):
        for venta_id in (self.venta.pk + 1, 2**63):
            with self.subTest(venta_id=venta_id), self.assertLogs("ventas.tasks", "WARNING") as registro:
                procesar_venta_completa(venta_id)
            assert len(registro.output) == 1

    def test_it_has_the_name_that_routes_and_operators_know_and_keeps_no_result(self):
        assert app.tasks[TAREA].ignore_result is True


class PruebaSinIntermediario(SimpleTestCase):
    """In a real process: what a broker may cost is a matter of sockets, and of connections not yet open."""

    def encolar_con(self, broker: str) -> tuple[float, str]:
        guion = """if True:
            import time, django
            django.setup()
            from ventas.encolado import encolar_trabajo
            inicio = time.perf_counter()
            encolar_trabajo(7)
            print(time.perf_counter() - inicio)
        """
        entorno = {**os.environ, "CELERY_BROKER_URL": broker}
        orden = [sys.executable, "-c", guion]
        opciones = {"cwd": RAIZ, "env": entorno, "capture_output": True, "text": True, "timeout": 60}
        hecho = subprocess.run(orden, check=True, **opciones)
        return float(hecho.stdout), hecho.stderr

    def afirmar_una_linea(self, registro: str) -> None:
        assert registro.count("The work of sale 7 was not enqueued") == 1
        assert "Traceback" not in registro

    def test_it_goes_on_at_once_while_the_broker_refuses(self):
        segundos, registro = self.encolar_con("redis://127.0.0.1:1/0")
        assert segundos < 1.5
        self.afirmar_una_linea(registro)

    def test_it_goes_on_soon_while_the_broker_is_frozen(self):
        with Redis() as broker:
            broker.congelar()
            segundos, registro = self.encolar_con(broker.url)
            broker.descongelar()
        assert segundos < 2
        self.afirmar_una_linea(registro)

    def test_it_goes_on_at_once_while_rabbitmq_refuses(self):
        segundos, registro = self.encolar_con("amqp://127.0.0.1:1//")
        assert segundos < 1.5
        self.afirmar_una_linea(registro)
