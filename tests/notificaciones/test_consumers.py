"""The socket of one user, against a real Redis: what a browser and a phone see."""

from __future__ import annotations

import asyncio
import json

import pytest
from channels.layers import get_channel_layer
from channels.testing import WebsocketCommunicator
from django.test import Client

from myproject.asgi import application
from notificaciones import servicios
from notificaciones.hilos import en_hilo

from .aparatos import ORIGEN, avisar, conectado, crear_usuario, galleta, soltar_conexiones

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
async def ana():
    return await en_hilo(crear_usuario, "ana")


async def test_it_greets_with_the_contracted_frame(ana):
    async with conectado(ana) as aparato:
        saludo = aparato.tramas[0]
        assert saludo["type"] == "connection_established"
        assert saludo["message"] == "Conectado al sistema de notificaciones"
        assert (saludo["protocolo"], saludo["secuencia"], saludo["reinicio"]) == (1, 0, False)


async def test_a_sale_reaches_ana_with_the_keys_of_the_contract(ana):
    async with conectado(ana) as aparato:
        await en_hilo(
            avisar, ana, "Nueva venta", tipo="nueva_venta", datos={"monto": "129.90"}, mensaje="1 taza"
        )
        trama = await aparato.recibir()
        assert trama["type"] == "nueva_venta"
        assert (trama["titulo"], trama["mensaje"], trama["monto"]) == ("Nueva venta", "1 taza", "129.90")
        assert (trama["secuencia"], trama["no_leidas"], trama["no_vistas"], trama["leida"]) == (
            1,
            1,
            1,
            False,
        )
        assert "T" in trama["timestamp"]


async def test_carla_sees_nothing_of_ana(ana):
    carla = await en_hilo(crear_usuario, "carla")
    async with conectado(ana) as de_ana, conectado(carla) as de_carla:
        await en_hilo(avisar, ana)
        await de_ana.recibir()
        assert await de_carla.enchufe.receive_nothing(0.3)


async def test_a_burst_arrives_once_each_and_in_order(ana):
    async with conectado(ana) as aparato:
        await en_hilo(lambda: [avisar(ana, f"n{i}") for i in range(50)])
        await aparato.hasta_que(lambda: len(aparato.titulos()) == 50)
        assert aparato.titulos() == [f"n{i}" for i in range(50)]


async def test_it_sends_what_was_missed_while_the_laptop_slept(ana):
    async with conectado(ana) as laptop:
        await en_hilo(avisar, ana, "antes")
        await laptop.recibir()
    await en_hilo(lambda: [avisar(ana, f"n{i}") for i in range(20)])
    async with conectado(ana, f"?desde={laptop.cursor}&epoca={laptop.epoca}") as laptop:
        assert laptop.titulos() == [f"n{i}" for i in range(20)]
        secuencias = [trama["secuencia"] for trama in laptop.tramas if "notificacion_id" in trama]
        assert secuencias == sorted(set(secuencias))
        assert laptop.tramas[-1]["type"] == "sincronizado"


async def test_a_replay_longer_than_a_page_is_whole(ana, settings):
    settings.NOTIFICACIONES = {"PAGINA_DE_CAMBIOS": 10}
    await en_hilo(lambda: [avisar(ana, f"n{i}") for i in range(35)])
    async with conectado(ana, "?desde=0") as aparato:
        assert aparato.titulos() == [f"n{i}" for i in range(35)]


async def test_a_new_device_starts_at_the_top(ana):
    await en_hilo(avisar, ana)
    async with conectado(ana) as aparato:
        assert [trama["type"] for trama in aparato.tramas] == ["connection_established", "sincronizado"]
        assert aparato.tramas[0]["secuencia"] == aparato.tramas[0]["tope"] == 1


@pytest.mark.parametrize(
    "consulta", ["?desde=9999", "?desde=0&epoca=otra", "?desde=abc", "?desde=-1", f"?desde={2**70}"]
)
async def test_a_cursor_that_cannot_be_starts_anew(ana, consulta):
    await en_hilo(avisar, ana)
    async with conectado(ana, consulta) as aparato:
        assert aparato.tramas[0]["reinicio"] is True
        assert aparato.tramas[0]["secuencia"] == 1
        assert aparato.titulos() == []


async def test_read_on_the_phone_is_read_on_the_laptop(ana):
    fila = await en_hilo(avisar, ana)
    async with conectado(ana) as telefono, conectado(ana) as laptop:
        await telefono.pedir(action="marcar_leida", notificacion_id=fila.pk)
        for aparato in (telefono, laptop):
            trama = await aparato.hasta("notificacion_actualizada")
            assert trama["ids"] == [fila.pk]
            assert trama["cambios"] == {"leida": True, "vista": True, "archivada": False}
            assert (trama["no_leidas"], trama["secuencia"]) == (0, 2)


async def test_what_was_read_elsewhere_while_away_comes_as_a_change(ana):
    fila = await en_hilo(avisar, ana)
    async with conectado(ana) as laptop:
        pass
    await en_hilo(servicios.marcar_leida, usuario_id=ana.pk, notificacion_id=fila.pk)
    async with conectado(ana, f"?desde={laptop.cursor}") as laptop:
        cambio = laptop.tramas[1]
        assert (cambio["type"], cambio["ids"], cambio["no_leidas"]) == (
            "notificacion_actualizada",
            [fila.pk],
            0,
        )


async def test_a_replay_cut_short_never_hides_what_changed_meanwhile(ana):
    """The notification that was read elsewhere moved to the end of the sequence; a laptop cut off before still learns of it."""
    filas = await en_hilo(lambda: [avisar(ana, f"n{i}") for i in range(3)])
    await en_hilo(servicios.marcar_leida, usuario_id=ana.pk, notificacion_id=filas[1].pk)
    async with conectado(ana, "?desde=0") as laptop:
        assert laptop.titulos() == ["n0", "n1", "n2"]
    cortada_en = laptop.tramas[1]["secuencia"]
    async with conectado(ana, f"?desde={cortada_en}") as laptop:
        assert laptop.titulos() == ["n1", "n2"]


async def test_each_comes_once_in_its_newest_state(ana):
    fila = await en_hilo(avisar, ana)
    await en_hilo(servicios.marcar_leida, usuario_id=ana.pk, notificacion_id=fila.pk)
    async with conectado(ana, "?desde=0") as aparato:
        tipos = [trama["type"] for trama in aparato.tramas]
        assert tipos == ["connection_established", "aviso", "sincronizado"]
        assert aparato.tramas[1]["leida"] is True
        assert aparato.tramas[-1]["secuencia"] == 2


async def test_marking_all_tells_every_device_in_one_frame(ana):
    await en_hilo(lambda: [avisar(ana) for _ in range(5)])
    async with conectado(ana) as aparato:
        await aparato.pedir(action="marcar_todas_leidas", ref="r1")
        respuesta, cambio = sorted(
            [await aparato.recibir(), await aparato.recibir()], key=lambda t: t["type"], reverse=True
        )
        assert respuesta == {
            "type": "respuesta",
            "accion": "marcar_todas_leidas",
            "ok": True,
            "ref": "r1",
            "marcadas": 5,
        }
        assert (len(cambio["ids"]), cambio["no_leidas"], cambio["secuencia"]) == (5, 0, 10)


async def test_listing_pages_through_the_inbox(ana):
    await en_hilo(lambda: [avisar(ana, f"n{i}") for i in range(5)])
    async with conectado(ana) as aparato:
        await aparato.pedir(action="listar", limite=3, ref=1)
        primera = await aparato.recibir()
        assert [n["titulo"] for n in primera["notificaciones"]] == ["n4", "n3", "n2"]
        await aparato.pedir(action="listar", limite=3, cursor=primera["siguiente"], ref=2)
        segunda = await aparato.recibir()
        assert [n["titulo"] for n in segunda["notificaciones"]] == ["n1", "n0"]
        assert segunda["siguiente"] is None


async def test_archiving_takes_it_out_and_undo_brings_it_back_as_it_was(ana):
    fila = await en_hilo(avisar, ana)
    async with conectado(ana) as aparato:
        await aparato.pedir(action="archivar", notificacion_id=fila.pk)
        assert (await aparato.recibir())["no_leidas"] == 0
        await aparato.pedir(action="listar")
        assert (await aparato.recibir())["notificaciones"] == []
        await aparato.pedir(action="archivar", notificacion_id=fila.pk, deshacer=True)
        vuelta = await aparato.recibir()
        assert (vuelta["cambios"]["archivada"], vuelta["cambios"]["leida"], vuelta["no_leidas"]) == (
            False,
            False,
            1,
        )


async def test_ping_is_answered(ana):
    async with conectado(ana) as aparato:
        await aparato.pedir(action="ping")
        assert (await aparato.recibir())["type"] == "respuesta"


async def test_a_repeated_id_is_harmless(ana):
    fila = await en_hilo(avisar, ana)
    async with conectado(ana) as aparato:
        await aparato.pedir(action="marcar_leida", notificacion_id=fila.pk, ref="a")
        await aparato.hasta("respuesta")
        await aparato.pedir(action="marcar_leida", notificacion_id=fila.pk, ref="b")
        assert (await aparato.hasta("respuesta"))["ok"] is True
        assert sum(t["type"] == "notificacion_actualizada" for t in aparato.tramas) <= 1


MALAS = [
    ('{"id":', "json_invalido"),
    ("", "json_invalido"),
    ("[1]", "json_invalido"),
    ('"x"', "json_invalido"),
    ("null", "json_invalido"),
    ("7", "json_invalido"),
    ("[" * 8000, "json_invalido"),
    ('{"action": ' + "9" * 5000 + "}", "json_invalido"),
    ('{"action": NaN}', "json_invalido"),
    ('{"action": "ping", "ref": "\\ud800"}', "texto_invalido"),
    ('{"action": "pi\\u0000ng"}', "texto_invalido"),
    ("{}", "accion_desconocida"),
    ('{"action": ["ping"]}', "accion_desconocida"),
    *(
        (json.dumps({"action": nombre}), "accion_desconocida")
        for nombre in ("borrar", "websocket.disconnect", "notificacion_nueva", "_x", "dispatch", "__class__")
    ),
    ('{"action": "ping", "ref": {}}', "campo_invalido"),
    ('{"action": "ping", "de_mas": 1}', "campo_invalido"),
    ('{"action": "marcar_leida"}', "campo_invalido"),
    *(
        (f'{{"action": "marcar_leida", "notificacion_id": {valor}}}', "campo_invalido")
        for valor in ("1.0", "true", '"1"', "-1", "0", "null", "[1]", 2**63, 2**70)
    ),
    ('{"action": "marcar_leida", "notificacion_id": 1, "deshacer": 1}', "campo_invalido"),
    ('{"action": "listar", "limite": 101}', "campo_invalido"),
    ('{"action": "listar", "filtro": "x"}', "campo_invalido"),
    ('{"action": "marcar_leida", "notificacion_id": 9999}', "no_encontrada"),
]


@pytest.mark.parametrize(("texto", "codigo"), MALAS, ids=lambda v: v[:40])
async def test_a_frame_that_is_not_allowed_gets_an_error_and_the_socket_lives_on(ana, texto, codigo):
    async with conectado(ana) as aparato:
        await aparato.enviar(texto)
        error = await aparato.recibir()
        assert (error["type"], error["codigo"]) == ("error", codigo)
        assert error["mensaje"]
        await en_hilo(avisar, ana)
        assert (await aparato.recibir())["type"] == "aviso"


async def test_anothers_notification_is_as_unknown_as_none(ana):
    carla = await en_hilo(crear_usuario, "carla")
    ajena = await en_hilo(avisar, carla)
    async with conectado(ana) as aparato:
        await aparato.pedir(action="marcar_leida", notificacion_id=ajena.pk, ref=1)
        de_carla = await aparato.recibir()
        await aparato.pedir(action="marcar_leida", notificacion_id=ajena.pk + 1000, ref=1)
        assert de_carla == await aparato.recibir()
    await en_hilo(ajena.refresh_from_db)
    assert not ajena.leida


async def test_a_binary_frame_closes_with_1003(ana):
    async with conectado(ana) as aparato:
        await aparato.enchufe.send_to(bytes_data=b"\x00")
        assert (await aparato.enchufe.receive_output(3))["code"] == 1003


async def test_an_oversize_frame_closes_with_1009(ana):
    async with conectado(ana) as aparato:
        await aparato.enchufe.send_to(text_data='{"action": "ping", "ref": "' + "ñ" * 8200 + '"}')
        assert (await aparato.enchufe.receive_output(3))["code"] == 1009


async def test_a_flood_is_refused_and_then_closed(ana):
    async with conectado(ana) as aparato:
        for _ in range(200):
            await aparato.pedir(action="ping")
        codigos = set()
        while (salida := await aparato.enchufe.receive_output(3))["type"] == "websocket.send":
            codigos.add(json.loads(salida["text"]).get("codigo"))
        assert salida["code"] == 4008
        assert codigos == {None, "demasiadas"}


@pytest.mark.parametrize(
    "evento",
    [
        {"type": "cualquiera"},
        {"type": "close"},
        {"type": "websocket_disconnect"},
        {},
        {"type": 7},
        {"type": "notificacion_nueva"},
        {"type": "notificacion_trama"},
        {"type": "sesion_terminada"},
        {"type": "imagen_procesada", "imagen_id": 1},
        {"type": "imagen_procesada", "imagen_id": b"\xff", "url_thumbnail": 1},
    ],
)
async def test_a_strange_event_is_dropped_and_the_socket_lives_on(ana, evento):
    async with conectado(ana) as aparato:
        await get_channel_layer().group_send(f"notificaciones_usuario_{ana.pk}", evento)
        await en_hilo(avisar, ana)
        assert (await aparato.recibir())["type"] == "aviso"


async def test_a_raw_push_is_shown_and_not_stored(ana):
    async with conectado(ana) as aparato:
        evento = {
            "type": "notificacion_nueva",
            "titulo": "Venta",
            "mensaje": "m",
            "monto": "1.00",
            "timestamp": "t",
            "secuencia": 99,
        }
        await get_channel_layer().group_send(f"notificaciones_usuario_{ana.pk}", evento)
        trama = await aparato.recibir()
        assert trama == {
            "type": "nueva_venta",
            "titulo": "Venta",
            "mensaje": "m",
            "monto": "1.00",
            "timestamp": "t",
        }
    async with conectado(ana, "?desde=0") as aparato:
        assert aparato.titulos() == []


async def conectar_con(headers: list[tuple[bytes, bytes]]) -> bool:
    enchufe = WebsocketCommunicator(application, "/ws/notificaciones/", headers=headers)
    aceptado, _ = await enchufe.connect(timeout=3)
    await enchufe.disconnect(timeout=3)
    await soltar_conexiones()
    return bool(aceptado)


async def test_an_anonymous_handshake_is_refused():
    assert not await conectar_con([ORIGEN])


@pytest.mark.parametrize("origen", [None, b"null", b"http://evil.example", b"https://evil.localhost"])
async def test_a_cross_origin_handshake_is_refused(ana, origen):
    cookie = (b"cookie", (await en_hilo(galleta, ana)).encode())
    assert await conectar_con([ORIGEN, cookie])
    assert not await conectar_con([cookie] + ([(b"origin", origen)] if origen else []))


async def test_an_unknown_path_is_refused_without_a_traceback(caplog):
    enchufe = WebsocketCommunicator(application, "/ws/otra/%ff", headers=[ORIGEN])
    aceptado, _ = await enchufe.connect(timeout=3)
    assert not aceptado


async def test_signing_out_closes_the_sockets_of_that_browser_alone(ana):
    cliente = Client()
    await en_hilo(cliente.force_login, ana)
    cookie = f"sessionid={cliente.cookies['sessionid'].value}".encode()
    enchufe = WebsocketCommunicator(application, "/ws/notificaciones/", headers=[ORIGEN, (b"cookie", cookie)])
    await enchufe.connect()
    async with conectado(ana) as otro:
        await en_hilo(cliente.post, "/cuentas/logout/")
        while (salida := await enchufe.receive_output(3))["type"] == "websocket.send":
            pass
        assert salida["code"] == 4401
        assert await otro.enchufe.receive_nothing(0.2)


async def test_a_deactivated_user_is_closed_within_the_reconciliation_time(ana, settings):
    settings.NOTIFICACIONES = {"INTERVALO_RECONCILIACION": 0.2}
    async with conectado(ana) as aparato:
        ana.is_active = False
        await en_hilo(ana.save)
        assert (await aparato.enchufe.receive_output(3))["code"] == 4401


async def test_a_changed_password_closes_the_sockets(ana, settings):
    settings.NOTIFICACIONES = {"INTERVALO_RECONCILIACION": 0.2}
    async with conectado(ana) as aparato:
        ana.set_password("otra-clave")
        await en_hilo(ana.save)
        assert (await aparato.enchufe.receive_output(3))["code"] == 4401


async def test_a_heartbeat_tells_the_cursor(ana, settings):
    settings.NOTIFICACIONES = {"INTERVALO_RECONCILIACION": 0.2, "INTERVALO_LATIDO": 1}
    async with conectado(ana) as aparato:
        latido = json.loads(await aparato.enchufe.receive_from(timeout=3))
        assert latido == {"type": "latido", "secuencia": 0}


async def test_what_was_never_published_comes_by_reconciliation(ana, settings, monkeypatch):
    settings.NOTIFICACIONES = {"INTERVALO_RECONCILIACION": 0.3}
    async with conectado(ana) as aparato:
        monkeypatch.setattr("notificaciones.entrega.publicar", lambda envios: False)
        await en_hilo(avisar, ana, "perdida")
        assert (await aparato.recibir())["titulo"] == "perdida"


async def test_a_gap_is_filled_from_the_table(ana, monkeypatch):
    async with conectado(ana) as aparato:
        with monkeypatch.context() as sin_redis:
            sin_redis.setattr("notificaciones.entrega.publicar", lambda envios: False)
            await en_hilo(avisar, ana, "perdida")
        await en_hilo(avisar, ana, "llegada")
        await aparato.hasta_que(lambda: len(aparato.titulos()) == 2)
        assert aparato.titulos() == ["perdida", "llegada"]
        await asyncio.sleep(0.2)
        assert await aparato.enchufe.receive_nothing(0.2)
