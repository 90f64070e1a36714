"""Real workers with the tasks of taller.py, a broker of their own, and a notebook where each run leaves a line."""

from __future__ import annotations

import json
import sqlite3
import uuid
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any, Self

import redis
from kombu import Connection, Queue

from myproject.celery import app
from tests.procesos import Redis, Servicio, carpeta_nueva, esperar
from tests.rabbit_privado import RabbitMQ

COLAS = "emails,procesamiento_pesado,analytics,celery"
INTERMEDIARIOS = {"redis": Redis, "rabbitmq": RabbitMQ}


class Obrador(Servicio):
    """Workers without a web server. `obreros` names them; each serves every queue with two processes. One may be "beat"."""

    def __init__(
        self, broker: Redis | RabbitMQ, *obreros: str, entorno: Mapping[str, str] | None = None
    ) -> None:
        self.broker = broker
        self.cuaderno = carpeta_nueva("cuaderno") / "cuaderno.txt"
        self.cuaderno.touch()
        propio = {"CUADERNO": str(self.cuaderno), "CELERY_BROKER_URL": broker.url, "SEGUNDOS_POR_TAREA": "5"}
        super().__init__(demo=True, entorno={**propio, "REINTENTOS": "0.3,0.3,0.3", **(entorno or {})})
        self.partes = {nombre: self.orden(nombre) for nombre in obreros}
        if "beat" in obreros:
            self.partes["beat"] = f"celery -A tests.colas.taller beat -s {self.carpeta / 'beat'} -l WARNING"

    def orden(self, nombre: str, opciones: str = "-c 2") -> str:
        return f"celery -A tests.colas.taller worker -n {nombre} -Q {COLAS} {opciones} -l WARNING"

    def __enter__(self) -> Self:
        super().__enter__()
        for nombre in self.partes.keys() - {"beat"}:
            self.esperar_a(nombre)
        return self

    def vive(self) -> bool:
        return True

    def esperar_a(self, obrero: str) -> None:
        """Waits until this worker has said that it serves."""
        with redis.Redis.from_url(self.redis_url) as cliente:
            presente = f"colas:trabajador:{obrero}"
            esperar(lambda: bool(cliente.exists(presente)), f"{obrero} serves", 40)

    def enviar(self, tarea: str, *args: Any, **opciones: Any) -> str:
        """Sends a message as any producer does; returns its id."""
        tarea_id = str(uuid.uuid4())
        with Connection(self.broker.url, transport_options={"confirm_publish": True}) as conexion:
            # The queue is the workers' to declare: their settings say how.
            cola = Queue(opciones.pop("queue", "celery"), no_declare=True)
            # By its name alone a task has no settings: what its own `delay` would say is said here.
            del_todo = {"task_id": tarea_id, "queue": cola, "routing_key": cola.name}
            opciones = {**del_todo, "ignore_result": True, "priority": 5, **opciones}
            app.send_task(f"taller.{tarea}", args, connection=conexion, **opciones)
        return tarea_id

    def lineas(self, texto: str = "") -> list[str]:
        """Returns what the runs wrote so far, without the times; only what contains `texto`."""
        notas = [linea.split(" ", 1)[1] for linea in self.cuaderno.read_text().splitlines()]
        return [nota for nota in notas if texto in nota]

    def esperar_linea(self, texto: str, segundos: float = 20, cuantas: int = 1) -> None:
        esperar(lambda: len(self.lineas(texto)) >= cuantas, f"{cuantas} × {texto!r}", segundos)

    def leer(self, consulta: str, *valores: Any) -> list[tuple[Any, ...]]:
        archivo = self.database_url.removeprefix("sqlite:///")
        with closing(sqlite3.connect(archivo, timeout=10)) as base:
            return base.execute(consulta, valores).fetchall()

    def fallida(self, tarea_id: str, segundos: float = 20) -> dict[str, Any]:
        """Waits for the row of a failure, and returns it."""
        consulta = (
            "SELECT cola, error, intentos, argumentos, traza FROM colas_tareafallida WHERE tarea_id = ?"
        )
        esperar(lambda: bool(self.leer(consulta, tarea_id)), f"the failure of {tarea_id} has a row", segundos)
        cola, error, intentos, argumentos, traza = self.leer(consulta, tarea_id)[0]
        return {
            "cola": cola,
            "error": error,
            "intentos": intentos,
            "args": json.loads(argumentos),
            "traza": traza,
        }

    def pendientes(self) -> int:
        return int(self.leer("SELECT count(*) FROM colas_pendiente")[0][0])

    def shell(self, guion: str) -> str:
        """Runs Python in a process of its own that has the project's code and settings."""
        return self.manage("shell", "--no-imports", "-c", f"from tests.colas import taller\n{guion}")


@contextmanager
def obrador(cual: str, *obreros: str, **opciones: Any) -> Iterator[Obrador]:
    """Opens workers on a broker of their own, "redis" or "rabbitmq"."""
    with INTERMEDIARIOS[cual]() as broker, Obrador(broker, *obreros, **opciones) as abierto:
        yield abierto
