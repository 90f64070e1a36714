"""`manage.py colas`, as somebody types it: what it says, what it does, and how it ends."""

from __future__ import annotations

import io
import json
import os
import pty
import signal
import subprocess
import sys
import time
from unittest import mock

import pytest
import yaml
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import TestCase, override_settings

from colas.models import ColaSuspendida, Pendiente, TareaFallida
from myproject import hijos
from tests.colas.constructores import apuntar_trabajador, crear_fallida, encolar_a_mano, redis_de_prueba
from tests.procesos import RAIZ, Redis, _base_preparada, esperar


def teclear(*palabras: object) -> str:
    """Types `manage.py colas …` and returns what it prints."""
    salida = io.StringIO()
    call_command("colas", *map(str, palabras), stdout=salida)
    return salida.getvalue()


class ConRedis(TestCase):
    def setUp(self):
        abierto = redis_de_prueba()
        self.redis = abierto.__enter__()
        self.addCleanup(abierto.__exit__, None, None, None)


class PruebaDeLaTabla(ConRedis):
    def test_it_shows_a_row_a_queue(self):
        encolar_a_mano("emails", hace=130)
        apuntar_trabajador(self.redis, "a@x", "emails", en_curso={"emails": 1})
        crear_fallida()
        ColaSuspendida.objects.create(cola="analytics")
        dicho = teclear()
        fila = next(linea for linea in dicho.splitlines() if "emails" in linea)
        assert [celda.strip() for celda in fila.strip("│").split("│")] == [
            "emails", "1", "1", "0", "0", "1", "0", "2 min", "1",
        ]  # fmt: skip
        assert "analytics (suspendida)" in dicho
        assert "Planificador: nunca visto" in dicho

    def test_it_says_the_same_as_json_and_as_yaml(self):
        apuntar_trabajador(self.redis, "a@x", "emails")
        de_json, de_yaml = json.loads(teclear("--json")), yaml.safe_load(teclear("--yaml"))
        assert de_json["colas"] == de_yaml["colas"]
        assert de_json["trabajadores"][0]["nombre"] == "a@x"

    def test_it_lists_who_works(self):
        apuntar_trabajador(self.redis, "a@x", "emails", "celery", en_curso={"emails": 2})
        assert "emails, celery" in teclear("trabajadores")
        assert "emails 2" in teclear("trabajadores")
        assert json.loads(teclear("trabajadores", "--json"))[0]["pid"] == 4711

    def test_without_redis_it_shows_what_it_knows_says_why_there_is_no_more_and_fails(self):
        crear_fallida()
        salida = io.StringIO()
        with (
            override_settings(REDIS_URL="redis://127.0.0.1:1/0", CELERY_BROKER_URL="redis://127.0.0.1:1/0"),
            pytest.raises(CommandError, match="El intermediario de las colas no responde"),
        ):
            call_command("colas", stdout=salida)
        assert "emails" in salida.getvalue()


class PruebaDeFallidas(ConRedis):
    def test_it_lists_them_shortened_and_shows_one_with_its_trace(self):
        larga = crear_fallida("ventas.tasks.x", "z" * 300, error="OSError: [rojo]no hay papel[/rojo]")
        lista = teclear("fallidas")
        assert "ventas.tasks.x" in lista
        assert "…" in lista
        assert "[rojo]" in lista
        assert "Traceback" not in lista
        una = teclear("fallidas", larga.pk)
        assert "z" * 300 in una
        assert "Traceback…" in una

    def test_it_shows_the_newest_hundred_and_says_how_many_more_there_are(self):
        primera = crear_fallida(error="la más vieja")
        for _ in range(101):
            crear_fallida()
        assert "la más vieja" not in teclear("fallidas")
        assert teclear("fallidas").endswith("Y 2 más; --json las da todas.\n")
        assert json.loads(teclear("fallidas", "--json"))[-1]["id"] == primera.pk

    def test_it_says_that_there_are_none(self):
        assert teclear("fallidas") == "Ninguna tarea ha fallado.\n"

    def test_it_lists_them_as_json(self):
        fallida = crear_fallida()
        (dicha,) = json.loads(teclear("fallidas", "--json"))
        assert (dicha["id"], dicha["argumentos"], dicha["intentos"]) == (fallida.pk, [17], 1)

    def test_it_runs_one_again_and_leaves_the_others(self):
        una, otra = crear_fallida(), crear_fallida()
        assert teclear("reintentar", una.pk) == "Se encoló de nuevo 1 tarea.\n"
        una.refresh_from_db()
        otra.refresh_from_db()
        assert una.reintentada_en
        assert not otra.reintentada_en
        assert Pendiente.objects.get().argumentos == [17]

    def test_it_runs_all_again(self):
        crear_fallida()
        crear_fallida(descartada_en="2026-11-21T00:00:00Z")
        crear_fallida()
        assert teclear("reintentar", "--todas") == "Se encolaron de nuevo 2 tareas.\n"
        assert Pendiente.objects.count() == 2

    def test_what_cannot_run_again_is_told_and_stays(self):
        crear_fallida("ya.no.existe")
        with pytest.raises(CommandError, match="No se puede reintentar 1 tarea"):
            teclear("reintentar", "--todas")
        assert TareaFallida.objects.get().reintentada_en is None

    def test_it_puts_aside(self):
        una = crear_fallida()
        assert teclear("descartar", una.pk) == "Se descartó 1 tarea.\n"
        assert teclear("descartar", "--todas") == "Se descartaron 0 tareas.\n"

    def test_an_unknown_id_changes_nothing(self):
        una = crear_fallida()
        for orden in ("fallidas", "reintentar", "descartar"):
            for otra in (una.pk + 1, 2**63, 0):
                with pytest.raises(CommandError, match=f"No hay ninguna tarea fallida {otra}"):
                    teclear(orden, una.pk, otra)
        assert TareaFallida.objects.get().descartada_en is None

    def test_it_does_not_guess_which(self):
        for orden in ("reintentar", "descartar", "suspender", "reanudar"):
            with pytest.raises(CommandError, match="--todas"):
                teclear(orden)


class PruebaDeColas(ConRedis):
    def test_it_suspends_and_resumes(self):
        assert teclear("suspender", "emails", "celery") == "Se suspendieron 2 colas.\n"
        assert teclear("reanudar", "emails") == "Se reanudó 1 cola.\n"
        assert teclear("suspender", "--todas") == "Se suspendieron 3 colas.\n"
        assert teclear("reanudar", "--todas") == "Se reanudaron 4 colas.\n"

    def test_an_unknown_queue_is_no_queue_and_the_known_ones_are_named(self):
        for orden in (["suspender"], ["reanudar"], ["vaciar", "--si"]):
            with pytest.raises(CommandError, match=r"ninguna cola emial\. Las que hay: celery, emails"):
                teclear(*orden, "emial")
        assert not ColaSuspendida.objects.exists()

    def test_it_asks_before_it_throws_anything_away(self):
        encolar_a_mano("emails")
        with (
            mock.patch("builtins.input", return_value="no"),
            pytest.raises(CommandError, match="No se tiró nada"),
        ):
            teclear("vaciar", "emails")
        with mock.patch("builtins.input", return_value="Sí"):
            assert teclear("vaciar", "emails") == "Se tiró 1 tarea de emails.\n"
        assert teclear("vaciar", "emails", "--si") == "Se tiraron 0 tareas de emails.\n"

    def test_it_refuses_an_interval_that_is_none(self):
        for segundos in ("0", "-1", "nan", "inf", "dos"):
            with pytest.raises(CommandError, match="no es un número de segundos"):
                teclear(f"--interval={segundos}")


ORDEN = [sys.executable, "manage.py", "colas"]


def entorno(redis_url: str) -> dict[str, str]:
    propio = {"REDIS_URL": redis_url, "CELERY_BROKER_URL": redis_url, "CELERY_RESULT_BACKEND": redis_url}
    base = f"sqlite:///{_base_preparada(False)}"
    return {**os.environ, **propio, "DATABASE_URL": base, "PORT": "none", "TERM": "xterm", "COLUMNS": "140"}


def test_in_a_pipe_it_writes_line_after_line_until_ctrl_c():
    with Redis() as redis:
        opciones = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        proceso = hijos.lanzar([*ORDEN, "--interval", "0.2"], cwd=RAIZ, env=entorno(redis.url), **opciones)
        lineas = [proceso.stdout.readline().decode() for _ in range(9)]
        proceso.send_signal(signal.SIGINT)
        _, errores = proceso.communicate(timeout=10)
    assert lineas[0].split()[1:4] == ["celery", "esperan=0", "corren=0"]
    assert [linea.split()[1] for linea in lineas].count("emails") == 2
    assert (proceso.returncode, errores) == (0, b"")


def test_on_a_terminal_the_table_changes_in_its_place():
    with Redis() as redis:
        amo, esclavo = pty.openpty()
        proceso = hijos.lanzar(
            [*ORDEN, "--interval", "0.2"],
            cwd=RAIZ,
            env=entorno(redis.url),
            stdin=esclavo,
            stdout=esclavo,
            stderr=esclavo,
        )
        os.close(esclavo)
        visto = b""

        def dos_veces() -> bool:
            nonlocal visto
            visto += os.read(amo, 65536)
            return visto.count(b"procesamiento_pesado") >= 2

        esperar(dos_veces, "the table is drawn twice", 20)
        proceso.send_signal(signal.SIGINT)
        assert proceso.wait(10) == 0
        os.close(amo)
    # The cursor goes up to the table's first line and draws over it.
    assert b"\x1b[1A" in visto


def test_without_a_broker_it_ends_with_code_1_and_a_sentence():
    comienzo = time.monotonic()
    hecho = subprocess.run(
        ORDEN,
        cwd=RAIZ,
        env=entorno("redis://127.0.0.1:1/0"),
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert hecho.returncode == 1
    assert "El intermediario de las colas no responde" in hecho.stderr
    assert "Traceback" not in hecho.stderr
    assert time.monotonic() - comienzo < 15
