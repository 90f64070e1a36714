"""What follows a purchase: promised with it, enqueued when it commits, and never in the way of the buyer."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from base64 import b64decode

from django.conf import settings
from django.db import transaction
from django.test import TransactionTestCase
from redis import Redis as ClienteRedis

from colas.barrido import barrer
from colas.models import Pendiente
from tests.procesos import RAIZ, Redis
from tests.ventas.constructores import crear_carrito, crear_producto, crear_usuario, entrar
from ventas.encolado import comprar
from ventas.models import Venta
from ventas.servicios import Pedido

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

    def comprar(self) -> Venta:
        return comprar(comprador_id=self.bruno.pk, pedido=Pedido(self.pinata.pk, 1))

    def test_it_promises_with_the_sale_and_enqueues_on_commit(self):
        with transaction.atomic():
            venta = self.comprar()
            assert Pendiente.objects.get().argumentos == [venta.pk]
            assert vaciar_colas() == []
        assert vaciar_colas() == [venta.pk]
        assert Pendiente.objects.get().encolada

    def test_it_promises_and_enqueues_nothing_when_the_purchase_is_rolled_back(self):
        with transaction.atomic():
            self.comprar()
            transaction.set_rollback(True)
        assert vaciar_colas() == []
        assert not Pendiente.objects.exists()

    def test_what_was_not_enqueued_because_the_process_died_is_found_by_the_sweep(self):
        with transaction.atomic():
            venta = self.comprar()
            transaction.get_connection().run_on_commit.clear()
        Pendiente.objects.update(desde=venta.fecha_creacion)
        assert barrer() == 1
        assert vaciar_colas() == [venta.pk]
        assert barrer() == 0


class PruebaSinIntermediario(TransactionTestCase):
    """In a real process: what a broker may cost is a matter of sockets, and of connections not yet open."""

    def comprar_con(self, broker: str) -> tuple[list[float], str]:
        bruno, pinata = crear_usuario("bruno"), crear_producto(crear_usuario("ana"))
        guion = f"""if True:
            import time, django
            from django.conf import settings
            base = settings.DATABASES["default"]
            base["NAME"] = {transaction.get_connection().settings_dict["NAME"]!r}
            django.setup()
            from ventas.encolado import comprar
            from ventas.servicios import Pedido
            for turno in range(3):
                inicio = time.perf_counter()
                comprar(comprador_id={bruno.pk}, pedido=Pedido({pinata.pk}, 1))
                print(time.perf_counter() - inicio)
        """
        entorno = {**os.environ, "CELERY_BROKER_URL": broker}
        opciones = {"cwd": RAIZ, "env": entorno, "capture_output": True, "text": True, "timeout": 60}
        hecho = subprocess.run([sys.executable, "-c", guion], check=False, **opciones)
        assert hecho.returncode == 0, hecho.stderr
        return [float(linea) for linea in hecho.stdout.split()], hecho.stderr

    def afirmar_que_queda_pendiente(self, registro: str) -> None:
        assert Pendiente.objects.filter(encolada=False).count() == Venta.objects.count() == 3
        assert registro.count("was not enqueued, the sweep will do it") == 1
        assert "Traceback" not in registro

    def test_bruno_is_answered_at_once_while_the_broker_refuses(self):
        segundos, registro = self.comprar_con("redis://127.0.0.1:1/0")
        assert max(segundos) < 1.5
        self.afirmar_que_queda_pendiente(registro)

    def test_bruno_is_answered_soon_while_the_broker_is_frozen(self):
        with Redis() as broker:
            broker.congelar()
            segundos, registro = self.comprar_con(broker.url)
            broker.descongelar()
        assert max(segundos) < 2
        self.afirmar_que_queda_pendiente(registro)

    def test_bruno_is_answered_at_once_while_rabbitmq_refuses(self):
        segundos, registro = self.comprar_con("amqp://127.0.0.1:1//")
        assert max(segundos) < 1.5
        self.afirmar_que_queda_pendiente(registro)
