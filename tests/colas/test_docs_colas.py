"""docs/colas.md: every line that it shows to people who know another queue is run, and does what it says."""

from __future__ import annotations

import io
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from celery import current_app
from celery.signals import task_success
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone
from redis import Redis as Cliente

from colas.estado import COLAS
from colas.models import ColaSuspendida, Pendiente, TareaFallida
from myproject import hijos
from tests.colas.constructores import crear_fallida, encolar_a_mano, redis_de_prueba
from tests.procesos import BIN, RAIZ, Redis, _base_preparada, carpeta_nueva, esperar

DOCUMENTO = (RAIZ / "docs" / "colas.md").read_text()
SECCION = DOCUMENTO.partition("## For who knows RQ")[2]
PREAMBULO = SECCION.partition("```python\n")[2].partition("```")[0]
FILAS = [(fila[1], fila[2]) for fila in re.finditer(r"^\| (.*?) \| .* \| `(.*)` \|$", SECCION, re.MULTILINE)]
DE_PYTHON = [fila for fila in FILAS if not fila[1].startswith(("manage.py ", "celery "))]
DE_UNA_VEZ = [fila for fila in FILAS if fila[1].startswith("manage.py colas") and "--interval" not in fila[1]]
QUE_SIGUEN = [fila for fila in FILAS if fila not in DE_PYTHON and fila not in DE_UNA_VEZ]
PEDIDAS = """job_timeout result_ttl failure_ttl ttl on_success on_failure job_id at_front description depends_on burst rqstats
schedules hooks clusters"""


def mensajes() -> list[dict[str, Any]]:
    """Returns what waits in the queues: headers, properties, and what a message carries beside its arguments."""
    hallados = []
    with Cliente.from_url(settings.CELERY_BROKER_URL) as redis, current_app.connection_for_read() as conexion:
        canal = conexion.default_channel
        for lista in [canal._q_for_pri(cola, paso) for cola in COLAS for paso in canal.priority_steps]:
            for mensaje in map(json.loads, redis.lrange(lista, 0, -1)):
                cuerpo = json.loads(b64decode(mensaje["body"]))
                hallados.append(
                    {
                        **mensaje["headers"],
                        **mensaje["properties"],
                        "args": cuerpo[0],
                        **cuerpo[2],
                        "lista": lista,
                    }
                )
    return hallados


def mensaje() -> dict[str, Any]:
    [unico] = mensajes()
    return unico


def tarea(nombre: str) -> Any:
    return current_app.tasks[f"ejemplos.{nombre}"]


# What each line must have done; by the first name that its row begins with.
HECHO: dict[str, Callable[[], object]] = {
    "@job": lambda: tarea("avisar")(17) == "venta 17",
    "queue.enqueue": lambda: mensaje()["args"] == [17] and Pendiente.objects.get().encolada,
    "get_queue": lambda: mensaje()["lista"].startswith("emails"),
    "job_timeout": lambda: mensaje()["timelimit"] == [20, 15],
    "result_ttl": lambda: mensaje()["ignore_result"] is False,
    "failure_ttl": lambda: not TareaFallida.objects.filter(tarea="vieja").exists(),
    "ttl": lambda: mensaje()["expires"],
    "on_success": lambda: mensaje()["callbacks"][0]["task"] == "ventas.tasks.enviar_email_confirmacion",
    "on_failure": lambda: type(tarea("fragil")).al_fallar is print,
    "Retry": lambda: tarea("terca").reintentar_por == (ConnectionError,),
    "job_id": lambda: Pendiente.objects.get().clave == "factura-17",
    "Job.fetch": lambda: True,
    "job.cancel": lambda: True,
    "at_front": lambda: (
        mensaje()["priority"] == settings.PRIORIDADES["alta"] != settings.PRIORIDADES["normal"]
    ),
    "description": lambda: mensaje()["shadow"] == "la factura de ana",
    "depends_on": lambda: (
        [paso["task"] for paso in mensaje()["chain"]] == ["ventas.tasks.generar_factura_pdf"]
    ),
    "group": lambda: sorted(uno["args"] for uno in mensajes()) == [[17], [18]],
    "enqueue_in": lambda: not mensajes() and Pendiente.objects.get().desde > timezone.now(),
    "is_async": lambda: True,
    "schedules": lambda: settings.CELERY_BEAT_SCHEDULE["a-diario"]["task"] in current_app.tasks,
    "hooks": lambda: bool(task_success.receivers),
}


def nombre_de(fila: str) -> str:
    return re.split(r"[`(,= ]", fila.lstrip("`"), maxsplit=1)[0]


@pytest.fixture
def limpio():
    """An empty broker; and of what the lines leave in this process nothing is left."""
    with redis_de_prueba():
        yield
    settings.CELERY_BEAT_SCHEDULE.pop("a-diario", None)
    for nombre in ("avisar", "fragil", "terca"):
        current_app.tasks.pop(f"ejemplos.{nombre}", None)


def test_every_feature_that_was_asked_for_has_its_row():
    nombradas = " ".join(nombre for nombre, _ in FILAS)
    assert [pedida for pedida in PEDIDAS.split() if pedida not in nombradas] == []
    assert {nombre_de(nombre) for nombre, _ in DE_PYTHON} == HECHO.keys()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("nombre", "linea"), DE_PYTHON, ids=[nombre_de(fila) for fila, _ in DE_PYTHON])
def test_a_line_of_python_does_what_its_row_says(nombre, linea, limpio):
    crear_fallida(
        "vieja", fallida_en=timezone.now() - timezone.timedelta(days=91), descartada_en=timezone.now()
    )
    espacio: dict[str, Any] = {"__name__": "ejemplos"}
    exec(PREAMBULO, espacio)  # noqa: S102
    exec(linea, espacio)  # noqa: S102
    assert HECHO[nombre_de(nombre)]()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("linea", [linea for _, linea in DE_UNA_VEZ])
def test_a_command_does_what_its_row_says(linea, limpio):
    crear_fallida()
    encolar_a_mano("analytics")
    salida = io.StringIO()
    call_command(*shlex.split(linea.removeprefix("manage.py ")), stdout=salida)
    dicho = salida.getvalue()
    hecho = {
        "manage.py colas --json": lambda: json.loads(dicho)["colas"],
        "manage.py colas fallidas": lambda: "generar_factura_pdf" in dicho,
        "manage.py colas reintentar --todas": lambda: Pendiente.objects.count() == 1,
        "manage.py colas vaciar analytics --si": lambda: not mensajes(),
        "manage.py colas suspender analytics": lambda: ColaSuspendida.objects.get().cola == "analytics",
    }
    assert hecho[linea]()


def corre(redis: Cliente, registro: Path) -> bool:
    return bool(redis.keys("colas:trabajador:*")) or "celery esperan=0" in registro.read_text()


@pytest.mark.parametrize("linea", [linea for _, linea in QUE_SIGUEN])
def test_a_command_that_goes_on_starts_and_ends(linea):
    carpeta = carpeta_nueva("docs")
    shutil.copy(_base_preparada(False), carpeta / "db.sqlite3")
    orden = shlex.split(
        linea.replace("manage.py", f"{BIN / 'python'} manage.py").replace("celery -A", f"{BIN / 'celery'} -A")
    )
    registro: Path = carpeta / "registro"
    with Redis() as redis, Cliente.from_url(redis.url) as cliente, registro.open("wb") as salida:
        propio = {"REDIS_URL": redis.url, "CELERY_BROKER_URL": redis.url, "CELERY_RESULT_BACKEND": redis.url}
        propio |= {
            "DATABASE_URL": f"sqlite:///{carpeta / 'db.sqlite3'}",
            "PORT": "none",
            "PYTHONUNBUFFERED": "1",
        }
        proceso = hijos.lanzar(orden, cwd=RAIZ, env={**os.environ, **propio}, stdout=salida, stderr=salida)
        try:
            if "--rafaga" not in linea:
                esperar(lambda: corre(cliente, registro), f"{linea} runs", 30)
                proceso.send_signal(signal.SIGINT if "--interval" in linea else signal.SIGTERM)
            assert proceso.wait(30) == 0
        except (AssertionError, subprocess.TimeoutExpired):
            print(registro.read_text()[-4000:])
            raise
        finally:
            hijos.terminar([proceso], 5)
