"""Redis killed, frozen, cut or never there: purchases go on, no socket closes, and nothing is lost."""

from __future__ import annotations

import time
from contextlib import ExitStack

import pytest
import redis

from myproject import hijos

from .persona import Persona
from .tienda import tienda_abierta

# Twice what it takes on an idle machine: a purchase waits half a second for Redis and a second for the broker.
COMPRA_S = 3
INTERVALO_S = 5
# And what reading the table may take on a busy machine.
RECONCILIACION_S = INTERVALO_S + 3
REDIS_AUSENTE = f"redis://127.0.0.1:{hijos.puerto_libre()}/0"
CAMBIAR_CUENTA = """
import sys
from django.contrib.auth.models import User
usuario = User.objects.get(username=sys.argv[1])
if sys.argv[2] == "contrasena":
    usuario.set_password("otra-clave-larga")
else:
    usuario.is_active = False
usuario.save()
"""


@pytest.fixture(scope="module")
def tienda():
    with tienda_abierta() as abierta:
        yield abierta


@pytest.fixture(scope="module")
def tienda_sin_redis():
    with tienda_abierta(redis_url=REDIS_AUSENTE) as abierta:
        yield abierta


def vender_a_tiempo(tienda, cuantas):
    """Sells, and holds each purchase to its time."""
    for _ in range(cuantas):
        antes = time.monotonic()
        tienda.vender()
        assert time.monotonic() - antes < COMPRA_S


def test_redis_killed_under_open_sockets_loses_nothing(tienda):
    with tienda.aparato() as laptop, tienda.aparato() as telefono:
        vender_a_tiempo(tienda, 3)
        tienda.servicio.redis.matar()
        vender_a_tiempo(tienda, 10)
        time.sleep(1)
        tienda.servicio.redis.iniciar()
        vender_a_tiempo(tienda, 5)
        for aparato in (laptop, telefono):
            tienda.entera(aparato)
            assert (aparato.cierres, aparato.fallos) == ([], [])


def test_once_redis_is_back_sales_are_live_again(tienda):
    with tienda.aparato() as laptop:
        tienda.servicio.redis.matar()
        tienda.servicio.redis.iniciar()
        time.sleep(3)
        antes = time.monotonic()
        for vez in range(1, 4):
            tienda.vender()
            laptop.esperar_trama("nueva_venta", cuantas=vez)
        # Three comparisons would take longer.
        assert time.monotonic() - antes < 2 * INTERVALO_S


def test_a_frozen_redis_holds_no_purchase_and_loses_nothing(tienda):
    with tienda.aparato() as laptop:
        tienda.servicio.redis.congelar()
        try:
            vender_a_tiempo(tienda, 3)
            with tienda.aparato() as nueva:
                assert (nueva.cierres, nueva.fallos) == ([], [])
        finally:
            tienda.servicio.redis.descongelar()
        tienda.entera(laptop)
        assert laptop.cierres == []


def test_a_subscriber_connection_cut_again_and_again_loses_nothing(tienda):
    with redis.Redis.from_url(tienda.servicio.redis_url) as cliente, tienda.aparato() as laptop:
        for _ in range(5):
            tienda.vender(2)
            cliente.client_kill_filter(_type="pubsub")
            tienda.vender(2)
            time.sleep(0.2)
        tienda.entera(laptop)
        assert laptop.cierres == []


def test_without_redis_ana_sees_sales_within_the_reconciliation_time(tienda_sin_redis):
    tienda = tienda_sin_redis
    with tienda.aparato() as laptop:
        vender_a_tiempo(tienda, 5)
        tienda.entera(laptop, RECONCILIACION_S)
        assert (laptop.cierres, laptop.fallos) == ([], [])


def test_without_redis_a_new_socket_is_served_from_the_table(tienda_sin_redis):
    tienda = tienda_sin_redis
    with tienda.aparato() as primera:
        pass
    tienda.vender(3)
    segunda = tienda.aparato()
    segunda.cursor, segunda.epoca = primera.cursor, primera.epoca
    with segunda:
        tienda.entera(segunda, 1)


def test_without_redis_reading_on_one_device_reaches_the_other(tienda_sin_redis):
    tienda = tienda_sin_redis
    tienda.vender()
    with tienda.aparato() as laptop, tienda.aparato() as telefono:
        laptop.pedir(action="marcar_todas_leidas")
        for aparato in (laptop, telefono):
            aparato.esperar_trama("notificacion_actualizada", RECONCILIACION_S)
            assert aparato.no_leidas == 0


def test_without_redis_signing_out_a_new_password_and_a_closed_account_close_the_sockets():
    opciones = {"redis_url": REDIS_AUSENTE, "aplicacion": "tests.servicio.impaciente:application"}
    with tienda_abierta(**opciones) as tienda, ExitStack() as pila:
        otra_de_ana = Persona(tienda.servicio.url, "ana")
        abiertos = [
            pila.enter_context(tienda.aparato(de=quien))
            for quien in (tienda.ana, tienda.ana, otra_de_ana, tienda.bruno)
        ]

        def cierran(cuantos: int) -> None:
            for aparato in abiertos[:cuantos]:
                aparato.esperar_que(lambda uno=aparato: uno.cierres, "it is closed", RECONCILIACION_S)
                assert aparato.cierres[0] == 4401
            assert not any(aparato.cierres for aparato in abiertos[cuantos:])

        tienda.ana.pedir("/cuentas/logout/", {})
        cierran(2)
        tienda.ejecutar(CAMBIAR_CUENTA, "ana", "contrasena")
        cierran(3)
        tienda.ejecutar(CAMBIAR_CUENTA, "bruno", "cerrar")
        cierran(4)
