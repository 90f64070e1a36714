"""Real workers on both brokers: tasks that kill, hang, fail and come twice, and workers that are killed themselves.

The faults of one broker happen side by side, in one pair of workers; each test looks at what became of one of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis

from tests.procesos import esperar

from .obrador import Obrador, obrador

LARGO = "x" * 10_000_000
# Longer than the lease of a message on Redis (the limit of a task, 5 s here, and 5 s): a lease that nobody renews runs out.
ESPERA_LARGA = 17


class Faena:
    """What was sent, and the ids under which its failures are found."""

    def __init__(self, taller: Obrador) -> None:
        self.taller = taller
        self.larga = taller.enviar("anotar", "tras una larga espera", countdown=ESPERA_LARGA)
        self.matadora = taller.enviar("matar_hijo")
        self.una_vez = taller.enviar("matar_hijo_una_vez")
        self.terca = taller.enviar("no_acabar", queue="analytics")
        self.lenta = taller.enviar("pasarse")
        self.fallona = taller.enviar("fallar")
        self.definitiva = taller.enviar("fallar_del_todo")
        self.efectos = [taller.enviar("efecto", "una carta") for _ in range(5)]
        self.programadas = [taller.enviar("programada") for _ in range(2)]
        self.desconocida = taller.enviar("no_existe")
        self.enorme = taller.enviar("anotar", LARGO)
        taller.enviar("anotar", "pickle", serializer="pickle")
        self.ultima = taller.enviar("anotar", "la última")


@pytest.fixture(scope="module", params=["redis", pytest.param("rabbitmq", marks=pytest.mark.rabbitmq_propio)])
def faena(request: pytest.FixtureRequest) -> Iterator[Faena]:
    with obrador(request.param, "uno@aqui", "dos@aqui") as taller:
        yield Faena(taller)


def test_a_task_whose_child_is_killed_once_runs_again(faena: Faena) -> None:
    faena.taller.esperar_linea("sobrevivió", 30)
    assert len(faena.taller.lineas("matar_hijo_una_vez")) == 2


def test_a_task_that_always_kills_its_child_runs_three_times_and_is_recorded(faena: Faena) -> None:
    fila = faena.taller.fallida(faena.matadora, 40)
    assert fila["error"].startswith("TrabajadorPerdido: It lost its worker 3 times")
    assert [linea for linea in faena.taller.lineas() if linea == "matar_hijo"] == ["matar_hijo"] * 3


def test_a_task_that_does_not_end_is_stopped_and_recorded(faena: Faena) -> None:
    terca = faena.taller.fallida(faena.terca, 40)
    assert "TimeLimitExceeded" in terca["error"]
    assert terca["cola"] == "analytics"
    assert "SoftTimeLimitExceeded" in faena.taller.fallida(faena.lenta, 40)["error"]
    assert len(faena.taller.lineas("no_acabar")) == len(faena.taller.lineas("pasarse")) == 1


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs /proc")
def test_a_workers_main_process_keeps_no_connection_to_the_database(faena: Faena) -> None:
    faena.taller.fallida(faena.terca, 40)
    faena.taller.fallida(faena.desconocida)
    esperar(lambda: not any("db.sqlite3" in abierto for abierto in abiertos(faena)), "all are closed")


def abiertos(faena: Faena) -> list[str]:
    """Returns the files that the main processes of the workers have open."""
    carpetas = [Path(f"/proc/{proceso.pid}/fd") for proceso in faena.taller.procesos.values()]
    return [str(uno.resolve()) for carpeta in carpetas for uno in carpeta.iterdir()]


def test_a_failure_that_may_pass_is_tried_three_times_more_and_told_once(faena: Faena) -> None:
    fila = faena.taller.fallida(faena.fallona, 40)
    assert (fila["error"], fila["intentos"]) == ("ConnectionError: nobody listens", 4)
    assert 'raise ConnectionError("nobody listens")' in fila["traza"]
    assert len(faena.taller.lineas("fallar")) - len(faena.taller.lineas("fallar_del_todo")) == 4
    faena.taller.esperar_linea("avisado")
    assert len(faena.taller.lineas("avisado")) == 1


def test_a_failure_for_good_is_not_tried_again(faena: Faena) -> None:
    assert faena.taller.fallida(faena.definitiva)["error"] == "FalloDefinitivo: refused for good"
    assert len(faena.taller.lineas("fallar_del_todo")) == 1


def test_staff_hears_of_failures_once_an_hour_and_task(faena: Faena) -> None:
    for tarea_id in (faena.matadora, faena.terca, faena.lenta, faena.fallona, faena.definitiva):
        faena.taller.fallida(tarea_id, 40)
    consulta = (
        "SELECT n.clave, count(*) FROM notificaciones_notificacion n JOIN auth_user u ON u.id = n.usuario_id"
        " WHERE u.username = 'admin' AND n.tipo = 'tarea_fallida' GROUP BY n.clave"
    )
    avisos = faena.taller.leer(consulta)
    assert {clave.rsplit("-", 1)[0] for clave, _ in avisos} >= {
        f"fallida-taller.{tarea}" for tarea in ("matar_hijo", "no_acabar", "pasarse", "fallar")
    }
    assert {veces for _, veces in avisos} == {1}


def test_an_effect_that_is_asked_for_five_times_is_made_once(faena: Faena) -> None:
    faena.taller.esperar_linea("efecto False", 40, cuantas=4)
    assert faena.taller.lineas("efecto True") == ["efecto True"]
    assert faena.taller.lineas("hecho") == ["hecho"]


def test_two_schedulers_run_a_period_once(faena: Faena) -> None:
    faena.taller.esperar_linea("la última", 40)
    assert faena.taller.lineas("programada") == ["programada"]


def test_what_no_worker_may_run_is_refused_and_the_workers_live(faena: Faena) -> None:
    faena.taller.esperar_linea("la última", 40)
    assert faena.taller.fallida(faena.desconocida)["error"] == "No task has this name."
    assert not faena.taller.lineas("pickle")
    assert all(len(linea) < 100 for linea in faena.taller.lineas())
    registros = faena.taller.registro("uno@aqui") + faena.taller.registro("dos@aqui")
    assert registros.count("Received invalid task message: its arguments take 10") == 1
    assert registros.count("message: Refusing to deserialize untrusted content of type pickle") == 1
    assert all(proceso.poll() is None for proceso in faena.taller.procesos.values())


def test_the_workers_count_what_ended_how(faena: Faena) -> None:
    faena.taller.fallida(faena.fallona, 40)
    faena.taller.esperar_linea("sobrevivió", 30)
    with Redis.from_url(faena.taller.redis_url, decode_responses=True) as redis:

        def recuento() -> dict[str, int]:
            [dia] = redis.keys("colas:recuento:*")
            return {campo: int(cuantas) for campo, cuantas in redis.hgetall(dia).items()}

        esperar(lambda: recuento().get("celery:reintentadas", 0) >= 3, "three tries more are counted", 10)
        # anotar, two programadas, five efectos and the one that survived; and the five that failed for good.
        esperar(lambda: recuento().get("celery:terminadas", 0) >= 9, "what ended well is counted", 30)
        esperar(lambda: recuento().get("celery:fallidas", 0) >= 4, "what failed is counted", 30)
        faena.taller.fallida(faena.terca, 40)
        esperar(lambda: recuento().get("analytics:fallidas", 0) >= 1, "what ran out of time is counted", 10)
        assert recuento()["analytics:fallidas"] == 1


def test_a_task_that_waits_longer_than_a_lease_runs_once(faena: Faena) -> None:
    faena.taller.esperar_linea("tras una larga espera", 60)
    assert len(faena.taller.lineas("tras una larga espera")) == 1
