"""From a purchase to the seller's socket, every part a process of its own, as `make run` starts them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from tests.procesos import carpeta_nueva

from .tienda import tienda_abierta

EMPUJAR = """
import asyncio, json, sys
from channels_redis.pubsub import RedisPubSubChannelLayer

async def empujar():
    capa = RedisPubSubChannelLayer(hosts=[sys.argv[1]])
    for evento in json.loads(sys.argv[3]):
        await capa.group_send(sys.argv[2], evento)
    await capa.flush()

asyncio.run(empujar())
propios = {modulo.split(".")[0] for modulo in sys.modules} & {"myproject", "notificaciones", "ventas"}
assert not propios, propios
"""

AVISAR = """
import sys
from django.db import transaction
from notificaciones import servicios
with transaction.atomic():
    for n in range(int(sys.argv[2])):
        servicios.notificar(usuario_id=int(sys.argv[1]), tipo="aviso", titulo=f"Aviso {n}")
"""

MORIR_ANTES_DE_PUBLICAR = """
import os, signal, sys
from notificaciones import entrega, servicios
entrega.publicar = lambda envios: os.kill(os.getpid(), signal.SIGKILL)
servicios.notificar(usuario_id=int(sys.argv[1]), tipo="aviso", titulo="De un proceso que murió")
"""

PUBLICAR_TARDE = """
import sys, time
from notificaciones import entrega, servicios
publicar, retenidas = entrega.publicar, []

def avisar(titulo):
    servicios.notificar(usuario_id=int(sys.argv[1]), tipo="aviso", titulo=titulo)

entrega.publicar = retenidas.append
avisar("Confirmado el primero")
entrega.publicar = publicar
avisar("Publicado el primero")
time.sleep(1)
publicar(retenidas[0])
avisar("Después")
"""


@pytest.fixture(scope="module")
def tienda():
    with tienda_abierta(worker=True) as abierta:
        yield abierta


def empujar(tienda, *eventos):
    """Pushes from a process that has channels-redis and nothing of this project."""
    grupo = f"notificaciones_usuario_{tienda.id_de_ana}"
    argumentos = [tienda.servicio.redis_url, grupo, json.dumps(eventos)]
    entorno = {"PATH": os.environ["PATH"]}
    orden = [sys.executable, "-I", "-c", EMPUJAR, *argumentos]
    subprocess.run(orden, cwd=carpeta_nueva("ajeno"), env=entorno, check=True, timeout=20)


def test_a_purchase_reaches_ana_with_the_keys_of_the_contract(tienda):
    with tienda.aparato() as laptop:
        hecha = tienda.bruno.comprar(tienda.taza, 2)
        trama = laptop.esperar_trama("nueva_venta")
        assert (trama["titulo"], trama["monto"]) == ("Nueva venta", hecha["monto"])
        assert trama["mensaje"] == "Bruno compró 2 × Taza de talavera"
        assert trama["enlace"] == f"/ventas/{hecha['venta_id']}/confirmacion/"


def test_the_worker_tells_bruno_that_his_purchase_is_ready(tienda):
    with tienda.aparato(de=tienda.bruno) as telefono:
        hecha = tienda.bruno.comprar(tienda.taza)

        # Purchases of other tests may be ready before or after this one.
        def mias():
            return [
                trama for trama in telefono.de_tipo("compra_lista") if hecha["numero"] in trama["mensaje"]
            ]

        telefono.esperar_que(lambda: len(mias()) == 1, "the purchase is ready", 15)
        assert mias()[0]["enlace"] == f"/ventas/{hecha['venta_id']}/confirmacion/"


def test_a_raw_push_from_a_foreign_process_is_shown_and_not_stored(tienda):
    antes = tienda.creadas()
    venta = {
        "type": "notificacion_nueva",
        "titulo": "Nueva venta",
        "mensaje": "De otro sistema",
        "monto": "129.90",
        "timestamp": "2026-11-21T10:00:00-06:00",
    }
    imagen = {"type": "imagen_procesada", "imagen_id": 9, "url_thumbnail": "/media/9.jpg"}
    with tienda.aparato() as laptop:
        empujar(tienda, venta, imagen)
        assert laptop.esperar_trama("nueva_venta") == {**venta, "type": "nueva_venta"}
        assert laptop.esperar_trama("imagen_procesada") == imagen
    assert tienda.creadas() == antes


def test_events_that_cannot_be_shown_are_dropped_and_the_socket_lives_on(tienda):
    malos = [
        {"type": "close"},
        {"type": "websocket.disconnect"},
        {"type": "notificacion_nueva"},
        {},
        {"type": 7},
    ]
    with tienda.aparato() as laptop:
        empujar(tienda, *malos)
        tienda.vender()
        tienda.entera(laptop)
        assert laptop.cierres == []


def test_a_socket_that_was_idle_for_7_s_gets_the_next_sale(tienda):
    with tienda.aparato() as laptop:
        time.sleep(7)
        tienda.vender()
        laptop.esperar_trama("nueva_venta")
        assert laptop.cierres == []


def test_a_process_that_dies_between_commit_and_publish_loses_nothing(tienda):
    with tienda.aparato() as laptop:
        tienda.ejecutar(MORIR_ANTES_DE_PUBLICAR, tienda.id_de_ana, acaba=-signal.SIGKILL)
        tienda.entera(laptop, 8)
        assert laptop.de_tipo("aviso")[-1]["titulo"] == "De un proceso que murió"


def test_what_is_published_late_stands_in_its_place_and_only_there(tienda):
    with tienda.aparato() as laptop:
        tienda.ejecutar(PUBLICAR_TARDE, tienda.id_de_ana)
        laptop.esperar_trama("aviso", cuantas=3)
        titulos = [trama["titulo"] for trama in laptop.de_tipo("aviso")]
        assert titulos == ["Confirmado el primero", "Publicado el primero", "Después"]


def test_2000_notifications_in_one_burst_come_whole_and_in_order(tienda):
    with tienda.aparato() as laptop, tienda.aparato() as telefono:
        tienda.ejecutar(AVISAR, tienda.id_de_ana, 2000)
        for aparato in (laptop, telefono):
            tienda.entera(aparato, 20)
            assert len(aparato.mostradas) == 2000
            assert aparato.cierres == []


def test_explicar_notificacion_tells_the_life_of_one_and_who_has_it(tienda):
    with tienda.aparato() as laptop:
        tienda.vender()
        identidad = laptop.esperar_trama("nueva_venta")["notificacion_id"]
        laptop.pedir(action="marcar_leida", notificacion_id=identidad)
        laptop.esperar_trama("notificacion_actualizada")
        dicho = tienda.servicio.manage("explicar_notificacion", str(identidad))
        lineas = {linea.split()[0]: linea for linea in dicho.splitlines()}
        for momento in ("created", "published", "seen", "read"):
            assert " 2026-" in lineas[momento] or ":" in lineas[momento], dicho
        assert "not yet" in lineas["archived"]
        assert "1 open" in lineas["sockets"]
        proceso = tienda.servicio.procesos["web"].pid
        assert f":{proceso}," in dicho
        assert "has it" in dicho


def test_explicar_notificacion_says_so_when_there_is_none(tienda):
    hecho = tienda.ejecutar(
        "import sys; from django.core.management import execute_from_command_line as ejecutar\n"
        "ejecutar(['manage.py', 'explicar_notificacion', sys.argv[1]])",
        2**70,
        acaba=1,
    )
    assert hecho.stderr.strip().endswith(
        "There is no notification 1180591620717411303424; it may have been pruned."
    )
    assert "Traceback" not in hecho.stderr
