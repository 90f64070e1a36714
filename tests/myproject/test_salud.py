"""/livez and /readyz, asked of a real server whose Redis is killed and frozen."""

from __future__ import annotations

import json
import re
import sqlite3
import time
import urllib.error
import urllib.request
from contextlib import closing

import pytest

from tests.procesos import Servicio, esperar


def preguntar(servicio: Servicio, ruta: str) -> tuple[int, str, float]:
    """Returns status, body and seconds."""
    comienzo = time.monotonic()
    try:
        with urllib.request.urlopen(servicio.url + ruta, timeout=10) as respuesta:
            estado, cuerpo = respuesta.status, respuesta.read()
    except urllib.error.HTTPError as error:
        with error:
            estado, cuerpo = error.code, error.read()
    return estado, cuerpo.decode(), time.monotonic() - comienzo


def test_it_is_ready_while_all_answer_and_names_what_does_not() -> None:
    with Servicio() as servicio:
        assert servicio.redis is not None
        # Its first answers may be late: a cold process loads what it asks with.
        esperar(lambda: preguntar(servicio, "/readyz")[0] == 200, "it is ready")
        _, cuerpo, _ = preguntar(servicio, "/readyz")
        sanos = {
            "base_de_datos": "ok",
            "redis": "ok",
            "broker": "ok",
            "planificador": "never ran",
            "proceso": "ok",
        }
        assert json.loads(cuerpo) == sanos

        servicio.redis.congelar()
        estado, cuerpo, segundos = preguntar(servicio, "/readyz")
        assert estado == 503
        assert json.loads(cuerpo) == {
            "base_de_datos": "ok",
            "redis": "no answer within 1 s",
            "broker": "no answer within 1 s",
            "planificador": "never ran",
            "proceso": "ok",
        }
        assert segundos < 3, "each question is bounded, and all are asked at once"
        assert preguntar(servicio, "/livez")[:2] == (200, "ok"), "a missing Redis is no reason to restart us"

        servicio.redis.descongelar()
        servicio.redis.matar()
        estado, cuerpo, _ = preguntar(servicio, "/readyz")
        assert estado == 503
        assert json.loads(cuerpo)["redis"] == "does not answer (ConnectionError)"

        servicio.redis.iniciar()
        esperar(lambda: preguntar(servicio, "/readyz")[0] == 200, "it heals by itself")


def test_it_says_when_the_scheduler_was_last_alive() -> None:
    with Servicio(beat=True) as servicio:
        esperar(lambda: "never" not in preguntar(servicio, "/readyz")[1], "beat has said that it lives", 20)
        assert re.search(r'"planificador": "ran \d+ s ago"', preguntar(servicio, "/readyz")[1])
        servicio.matar("beat")
        archivo = servicio.database_url.removeprefix("sqlite:///")
        with closing(sqlite3.connect(archivo, timeout=10)) as base, base:
            base.execute("UPDATE colas_latido SET visto_en = datetime('now', '-90 seconds')")
        estado, cuerpo, _ = preguntar(servicio, "/readyz")
        assert estado == 200, "it is not this process that is ill"
        assert re.search(r'"planificador": "late: ran 9\d s ago"', cuerpo)


def test_it_does_not_tell_addresses_or_passwords_to_whoever_asks() -> None:
    entorno = {"CELERY_BROKER_URL": "amqp://tienda:secreto@127.0.0.1:9/tienda"}
    with Servicio(entorno=entorno) as servicio:
        estado, cuerpo, _ = preguntar(servicio, "/readyz")
        assert estado == 503
        assert json.loads(cuerpo)["broker"].startswith(("does not answer", "no answer"))
        assert "secreto" not in cuerpo
        assert "127.0.0.1" not in cuerpo


def test_it_names_a_database_that_was_never_migrated() -> None:
    with Servicio() as servicio:
        (servicio.carpeta / "db.sqlite3").unlink()
        estado, cuerpo, _ = preguntar(servicio, "/readyz")
    assert estado == 503
    assert json.loads(cuerpo)["base_de_datos"] == "does not answer (OperationalError)"


@pytest.mark.parametrize("ruta", ["/livez", "/readyz"])
def test_it_refuses_what_is_no_question(client, ruta: str) -> None:
    assert client.post(ruta).status_code == 405
