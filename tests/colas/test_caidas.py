"""Workers and brokers that die: what was promised is done, once."""

from __future__ import annotations

import time

import pytest
import redis

from colas.barrido import TESTIGO
from tests.procesos import esperar

from .obrador import Obrador, obrador

LOS_DOS = pytest.mark.parametrize(
    "cual", ["redis", pytest.param("rabbitmq", marks=pytest.mark.rabbitmq_propio)]
)
# In a process of its own: what a broker costs is a matter of sockets, and of connections not yet open.
PROMETER = """
import os, signal, time
from colas.encolado import encolar
tiempos = []
for numero in range({desde}, {hasta}):
    if numero == {desde} + 1 and {congelar}:
        os.killpg({congelar}, signal.SIGSTOP)
    inicio = time.perf_counter()
    encolar(taller.anotar_una_vez, f"encargo {{numero:03}}")
    tiempos.append(time.perf_counter() - inicio)
print(max(tiempos))
"""


def prometer(taller: Obrador, desde: int, hasta: int, congelar: int = 0) -> float:
    """Promises work in a process of its own, which freezes the process group `congelar` after the first promise.

    Returns how long the slowest promise took, in seconds.
    """
    return float(taller.shell(PROMETER.format(desde=desde, hasta=hasta, congelar=congelar)))


def esperar_testigo(taller: Obrador) -> None:
    """Waits until a sweep has left its mark in a broker that can forget."""
    if taller.broker.url.startswith("redis"):
        with redis.Redis.from_url(taller.broker.url) as cliente:
            esperar(lambda: bool(cliente.exists(TESTIGO)), "a sweep has run", 30)


def latido(taller: Obrador) -> str:
    return str(taller.leer("SELECT max(visto_en) FROM colas_latido")[0][0])


def ultimo_periodo(taller: Obrador) -> str:
    return str(taller.leer("SELECT group_concat(tarea) FROM colas_periodo")[0][0])


@LOS_DOS
def test_what_a_killed_worker_held_is_run_by_another(cual: str) -> None:
    with obrador(cual, "uno@aqui") as taller:
        taller.enviar("dormir", 2)
        taller.esperar_linea("dormir empieza")
        taller.matar("uno@aqui")
        taller.shell("from colas.mando import suspender; suspender(['emails'], por='ana')")
        taller.enviar("anotar", "de una cola suspendida", queue="emails")
        taller.partes["dos@aqui"] = taller.orden("dos@aqui")
        taller.lanzar("dos@aqui")
        taller.esperar_linea("dormir acaba", 60)
        assert taller.lineas() == ["dormir empieza", "dormir empieza", "dormir acaba"]


@LOS_DOS
def test_what_was_promised_before_during_and_after_an_outage_is_done_once(cual: str) -> None:
    with obrador(cual, "uno@aqui", "beat") as taller:
        esperar_testigo(taller)
        taller.matar("uno@aqui")
        assert taller.broker.proceso
        # Frozen under an open connection, which costs other waits than one that is not open yet.
        assert prometer(taller, 0, 10, congelar=taller.broker.proceso.pid) < 2
        assert prometer(taller, 10, 20) < 2
        taller.broker.matar()
        assert prometer(taller, 20, 30) < 2
        assert taller.pendientes() == 30
        taller.broker.iniciar()
        taller.lanzar("uno@aqui")
        # What an empty Redis is given before a sweep sees that it is empty comes twice, as does what a slow broker took
        # and did not confirm in time; it is done once by the ledger.
        esperar_testigo(taller)
        prometer(taller, 30, 40)
        taller.esperar_linea("encargo 0", 60, cuantas=40)
        esperar(lambda: taller.pendientes() == 0, "nothing is pending any more")
        # Time for anything that would come twice.
        time.sleep(2)
        assert sorted(taller.lineas("encargo")) == [f"encargo {numero:03}" for numero in range(40)]
        for parte in ("uno@aqui", "beat"):
            assert taller.procesos[parte].poll() is None


@LOS_DOS
def test_a_worker_and_a_scheduler_outlive_a_broker_that_restarts(cual: str) -> None:
    with obrador(cual, "uno@aqui", "beat") as taller:
        taller.enviar("anotar", "antes")
        taller.esperar_linea("antes")
        esperar(lambda: "barrer" in ultimo_periodo(taller), "a sweep has run", 30)
        taller.broker.matar()
        # Alive is alive, whatever the broker is.
        muerte = latido(taller)
        esperar(lambda: latido(taller) > muerte, "the scheduler says that it lives", 20)
        taller.broker.iniciar()
        taller.esperar_a("uno@aqui")
        taller.enviar("anotar", "después")
        taller.esperar_linea("después", 40)
        taller.shell(
            "from colas.encolado import encolar; encolar(taller.anotar_tarea, 'por el barrido', demora=1)"
        )
        taller.esperar_linea("por el barrido", 40)


@pytest.mark.rabbitmq_propio
def test_with_quorum_queues_what_waits_for_its_next_try_leaves_the_workers_free() -> None:
    with obrador("rabbitmq", "uno@aqui", entorno={"COLAS_DE_QUORUM": "1", "REINTENTOS": "8"}) as taller:
        for _ in range(4):
            taller.enviar("fallar")
        taller.esperar_linea("fallar", cuantas=4)
        taller.enviar("anotar", "entretanto", priority=9)
        taller.esperar_linea("fallar", cuantas=8)
        assert taller.lineas()[4] == "entretanto"


@LOS_DOS
def test_what_is_urgent_goes_first_and_a_worker_that_is_asked_to_end_finishes_what_it_began(
    cual: str,
) -> None:
    with obrador(cual) as taller:
        taller.partes["uno@aqui"] = taller.orden("uno@aqui", "-c 1")
        taller.lanzar("uno@aqui")
        taller.esperar_a("uno@aqui")
        taller.enviar("dormir", 4, "la siesta")
        taller.esperar_linea("la siesta empieza")
        for texto in ("primero", "segundo"):
            taller.enviar("anotar", texto)
        taller.enviar("dormir", 2, "la noche")
        taller.enviar("anotar", "urgente", priority={"redis": 0, "rabbitmq": 9}[cual])
        taller.esperar_linea("la noche empieza", 30)
        proceso = taller.procesos["uno@aqui"]
        proceso.terminate()
        assert proceso.wait(20) == 0
        siesta, noche = (["la siesta empieza", "la siesta acaba"], ["la noche empieza", "la noche acaba"])
        assert taller.lineas() == [*siesta, "urgente", "primero", "segundo", *noche]


@pytest.mark.parametrize(
    ("cual", "opciones", "plazo"),
    [
        ("redis", "-c 1", 20),
        # Celery cannot take a task from a thread: a busy machine may see the lease of 35 s run out.
        ("redis", "-P threads -c 1", 50),
        pytest.param("rabbitmq", "-c 1", 20, marks=pytest.mark.rabbitmq_propio),
    ],
)
def test_a_worker_that_is_asked_to_end_gives_back_what_takes_too_long(
    cual: str, opciones: str, plazo: int
) -> None:
    plazos = {"SEGUNDOS_DE_DESPEDIDA": "1", "SEGUNDOS_POR_TAREA": "30"}
    with obrador(cual, entorno=plazos) as taller:
        for nombre in ("uno@aqui", "dos@aqui"):
            taller.partes[nombre] = taller.orden(nombre, opciones)
        taller.lanzar("uno@aqui")
        taller.esperar_a("uno@aqui")
        taller.enviar("dormir", 20, "la noche")
        taller.esperar_linea("la noche empieza")
        taller.procesos["uno@aqui"].terminate()
        taller.procesos.pop("uno@aqui").wait(12)
        taller.lanzar("dos@aqui")
        taller.esperar_linea("la noche empieza", plazo, cuantas=2)
