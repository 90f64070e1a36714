"""`manage.py trabajador`: real worker processes that serve queues strictly in order, on Redis and on RabbitMQ."""

from __future__ import annotations

import os
import random
import secrets
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing

import pytest
from celery import Celery
from kombu import Connection, Exchange, Queue
from kombu.exceptions import ChannelError

from myproject import hijos
from tests.capacidades import amqp_url
from tests.e2e.cable import Cable
from tests.procesos import RAIZ, Redis, _base_preparada, carpeta_nueva, esperar

ALTA, NORMAL, BAJA = "alta", "normal", "baja"


class Taller:
    """Three queues of a test's own on one broker, and the workers that serve them."""

    def __init__(self, broker: str, redis: Redis) -> None:
        self.broker, self.redis = broker, redis
        self.colas = [f"{nombre}-{secrets.token_hex(4)}" for nombre in ("alta", "normal", "baja")]
        self.carpeta = carpeta_nueva("taller")
        self.base = self.carpeta / "db.sqlite3"
        shutil.copy(_base_preparada(False), self.base)
        self.cuaderno, self.registro = self.carpeta / "cuaderno", self.carpeta / "registro"
        self.procesos: list[subprocess.Popen[bytes]] = []
        self.app = Celery(set_as_current=False)
        self.app.conf.task_queue_max_priority = 10 if broker.startswith("amqp") else None

    def encargar(self, cola: int, que: str, *, dura: float = 0, **opciones: object) -> None:
        opciones.setdefault("priority", 5)
        # Not the application's own connection: Celery prefers the broker of the environment, the test run's.
        with Connection(self.broker) as conexion:
            self.app.send_task(
                "taller.dormir", [dura, que], queue=self.colas[cola], connection=conexion, **opciones
            )

    def empezadas(self) -> list[str]:
        """Returns what has begun, in its order."""
        lineas = self.cuaderno.read_text().splitlines() if self.cuaderno.exists() else []
        return [linea.split()[1] for linea in lineas if linea.endswith("empieza")]

    def esperar_empezadas(self, cuantas: int, segundos: float = 30) -> None:
        esperar(lambda: len(self.empezadas()) >= cuantas, f"{cuantas} tasks have begun", segundos)

    def trabajar(self, *opciones: str, broker: str = "") -> subprocess.Popen[bytes]:
        """Starts a worker."""
        orden = [sys.executable, "-m", "tests.colas.mandar", "trabajador", *self.colas, *opciones]
        entorno = {**os.environ, "CELERY_BROKER_URL": broker or self.broker, "PORT": "none"}
        entorno |= {"REDIS_URL": self.redis.url, "CELERY_RESULT_BACKEND": self.redis.url}
        entorno |= {"DATABASE_URL": f"sqlite:///{self.base}", "CUADERNO": str(self.cuaderno)}
        with self.registro.open("ab") as registro:
            proceso = hijos.lanzar(orden, cwd=RAIZ, env=entorno, stdout=registro, stderr=registro)
        self.procesos.append(proceso)
        return proceso

    def esperar_listo(self) -> None:
        esperar(lambda: "ready." in self.registro.read_text(), "the worker is ready", 20)

    def suspender(self, cola: int) -> None:
        with closing(sqlite3.connect(self.base, timeout=10)) as base, base:
            consulta = "INSERT INTO colas_colasuspendida (cola, desde, por) VALUES (?, '2026-11-21', '')"
            base.execute(consulta, [self.colas[cola]])

    def reanudar(self, cola: int) -> None:
        with closing(sqlite3.connect(self.base, timeout=10)) as base, base:
            base.execute("DELETE FROM colas_colasuspendida WHERE cola = ?", [self.colas[cola]])

    def quedan(self) -> int:
        """Returns how many messages wait in the three queues."""
        with Connection(self.broker) as conexion:
            return sum(_mensajes(conexion, cola) for cola in self.colas)

    def cerrar(self) -> None:
        hijos.terminar(self.procesos, 8)
        self.app.close()
        with Connection(self.broker) as conexion:
            for cola in self.colas:
                Queue(cola, channel=conexion.default_channel).delete()
                Exchange(cola, channel=conexion.default_channel).delete()


def _mensajes(conexion: Connection, cola: str) -> int:
    with conexion.channel() as canal:
        try:
            return int(canal.queue_declare(cola, passive=True).message_count)
        except ChannelError:
            # On Redis an empty queue is no queue.
            return 0


@pytest.fixture(scope="module")
def redis() -> Iterator[Redis]:
    with Redis() as abierto:
        yield abierto


@pytest.fixture(params=["redis", pytest.param("rabbitmq", marks=pytest.mark.rabbitmq)])
def taller(request: pytest.FixtureRequest, redis: Redis) -> Iterator[Taller]:
    taller = Taller(redis.url if request.param == "redis" else str(amqp_url()), redis)
    yield taller
    taller.cerrar()
    print(taller.registro.read_text()[-6000:] if taller.registro.exists() else "")


def test_it_does_all_of_a_queue_before_any_of_the_next_whatever_their_priorities(taller):
    encargos = [(cola, numero) for cola in range(3) for numero in range(10)]
    random.Random(7).shuffle(encargos)
    for cola, numero in encargos:
        taller.encargar(cola, str(cola), priority=random.Random(numero).choice([0, 3, 6, 9]))
    assert taller.trabajar("--rafaga").wait(40) == 0
    assert taller.empezadas() == ["0"] * 10 + ["1"] * 10 + ["2"] * 10
    assert taller.quedan() == 0
    assert "Traceback" not in taller.registro.read_text()


def test_what_comes_into_the_first_queue_is_next_though_twenty_wait_in_the_last(taller):
    for numero in range(20):
        taller.encargar(2, f"baja-{numero}", dura=0.3)
    taller.trabajar()
    taller.esperar_empezadas(2)
    taller.encargar(0, "alta")
    antes = len(taller.empezadas())
    esperar(lambda: "alta" in taller.empezadas(), "the urgent task begins", 5)
    # After the one that ran, or at most one more that began while the message was on its way.
    assert taller.empezadas().index("alta") <= antes + 1


def test_it_takes_no_more_than_it_can_run_at_once_and_leaves_the_rest_to_others(taller):
    for numero in range(10):
        taller.encargar(1, f"larga-{numero}", dura=30)
    taller.trabajar("--concurrencia", "2")
    taller.esperar_empezadas(2)
    time.sleep(0.5)
    assert (len(taller.empezadas()), taller.quedan()) == (2, 8)


def test_a_burst_ends_with_what_it_holds_for_later_back_in_its_queue(taller):
    taller.encargar(0, "ahora")
    taller.encargar(0, "luego", countdown=3600)
    assert taller.trabajar("--rafaga").wait(40) == 0
    assert taller.empezadas() == ["ahora"]
    esperar(lambda: taller.quedan() == 1, "the other one waits in its queue again")


def test_a_suspended_queue_is_left_alone_from_the_start_and_keeps_its_place_when_it_comes_back(taller):
    taller.suspender(0)
    taller.encargar(0, "alta-1")
    taller.encargar(2, "baja-1")
    taller.trabajar()
    taller.esperar_empezadas(1)
    time.sleep(0.5)
    assert taller.empezadas() == ["baja-1"]
    taller.encargar(1, "larga", dura=6)
    taller.esperar_empezadas(2)
    taller.encargar(2, "baja-2")
    taller.encargar(0, "alta-2")
    taller.reanudar(0)
    taller.esperar_empezadas(5)
    assert taller.empezadas() == ["baja-1", "larga", "alta-1", "alta-2", "baja-2"]


def test_it_goes_on_when_the_connection_to_its_broker_was_cut(taller):
    servidor, _, puerto = taller.broker.rpartition("@")[2].partition("/")[0].partition(":")
    destino = taller.broker if "@" in taller.broker else taller.broker.replace("redis://", "redis://@")
    with Cable(int(puerto or 5672)) as cable:
        por_cable = destino.replace(f"@{servidor}:{puerto}", f"@{cable.url.removeprefix('http://')}")
        taller.trabajar(broker=por_cable)
        taller.esperar_listo()
        taller.encargar(1, "antes")
        taller.esperar_empezadas(1)
        cable.cortar()
        taller.encargar(2, "durante-2")
        taller.encargar(0, "durante-0")
        time.sleep(1)
        cable.reparar()
        esperar(lambda: "durante-2" in taller.empezadas(), "what was sent meanwhile has begun", 30)
        # Where its acknowledgement was still on the way the first one is given out again.
        assert [que for que in taller.empezadas() if que != "antes"] == ["durante-0", "durante-2"]


def test_on_redis_it_takes_over_what_a_killed_worker_held(redis):
    taller = Taller(redis.url, redis)
    taller.encargar(0, "huerfana")
    with Connection(redis.url) as conexion:
        canal = conexion.channel()
        mensaje = canal.basic_get(taller.colas[0])
        canal.qos._delivered.clear()
        taller.trabajar()
        taller.esperar_listo()
        assert taller.empezadas() == []
        # From now on it is held by somebody who was last heard of long ago.
        canal.client.zadd(canal.unacked_index_key, {mensaje.delivery_tag: 1})
    taller.esperar_empezadas(1)
    taller.cerrar()


@pytest.mark.parametrize(("opcion", "motivo"), [("0", "de 1 a 1000"), ("dos", "de 1 a 1000"), ("-1", "")])
def test_it_refuses_a_concurrency_that_is_none(opcion, motivo, redis):
    taller = Taller(redis.url, redis)
    assert taller.trabajar(f"--concurrencia={opcion}").wait(20) == 2
    assert motivo in taller.registro.read_text()
