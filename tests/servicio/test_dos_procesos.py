"""Two web processes, Daphne and uvicorn, on one Redis and one database, as behind a load balancer."""

from __future__ import annotations

import pytest

from tests.procesos import Servicio

from .persona import Persona
from .tienda import tienda_abierta

# What the other process does comes by Redis or not at all.
APLICACION = "tests.servicio.aplazada:application"


@pytest.fixture(scope="module")
def tienda():
    with tienda_abierta(aplicacion=APLICACION) as abierta:
        yield abierta


@pytest.fixture(scope="module")
def otro(tienda):
    servicio = tienda.servicio
    comun = {"redis_url": servicio.redis_url, "database_url": servicio.database_url}
    with Servicio(**comun, servidor="uvicorn", aplicacion=APLICACION) as segundo:
        yield segundo


def test_a_sale_in_one_process_reaches_the_socket_of_the_other(tienda, otro):
    with tienda.aparato(ws_urls=[otro.ws_url]) as laptop:
        tienda.vender()
        laptop.esperar_trama("nueva_venta")


def test_read_at_one_process_is_read_at_the_other(tienda, otro):
    with tienda.aparato() as laptop, tienda.aparato(ws_urls=[otro.ws_url]) as telefono:
        tienda.vender(2)
        identidad = laptop.esperar_trama("nueva_venta", cuantas=2)["notificacion_id"]
        antes = laptop.no_leidas
        telefono.pedir(action="marcar_leida", notificacion_id=identidad)
        for aparato in (laptop, telefono):
            trama = aparato.esperar_trama("notificacion_actualizada")
            assert (trama["ids"], trama["cambios"]["leida"]) == ([identidad], True)
            assert aparato.no_leidas == antes - 1


def test_the_form_of_the_inbox_reaches_the_sockets_of_both(tienda, otro):
    with tienda.aparato() as laptop, tienda.aparato(ws_urls=[otro.ws_url]) as telefono:
        tienda.vender()
        laptop.esperar_trama("nueva_venta")
        tienda.ana.pedir("/notificaciones/todas/leida/", {"volver": "/livez"})
        for aparato in (laptop, telefono):
            aparato.esperar_trama("notificacion_actualizada")
            assert aparato.no_leidas == 0


def test_signing_out_closes_the_sockets_of_that_browser_everywhere(tienda, otro):
    de_salida = Persona(tienda.servicio.url, "ana")
    with tienda.aparato() as se_queda, tienda.aparato(de=de_salida, ws_urls=[otro.ws_url]) as se_va:
        de_salida.pedir("/cuentas/logout/", {"next": "/livez"})
        se_va.esperar_que(lambda: se_va.cierres[:1] == [4401], "closed with 4401", 5)
        assert se_queda.cierres == []


def test_explicar_notificacion_finds_the_sockets_of_both(tienda, otro):
    tienda.vender()
    with tienda.aparato(), tienda.aparato(ws_urls=[otro.ws_url]):
        dicho = tienda.servicio.manage("explicar_notificacion", str(tienda.creadas()[-1]))
        assert "2 open" in dicho
        for servicio in (tienda.servicio, otro):
            assert f":{servicio.procesos['web'].pid}," in dicho


def test_a_killed_web_process_sends_its_devices_to_the_other_whole(tienda, otro):
    bruno = Persona(otro.url, "bruno")
    ws_urls = [tienda.servicio.ws_url, otro.ws_url]
    with tienda.aparato(ws_urls=ws_urls) as laptop:
        tienda.vender(3)
        tienda.servicio.matar("web")
        for _ in range(5):
            bruno.comprar(tienda.taza)
        tienda.entera(laptop, 5)
        assert laptop.cierres == [1006]
        assert laptop.de_tipo("connection_established")[-1]["reinicio"] is False
