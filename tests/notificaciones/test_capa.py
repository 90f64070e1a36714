"""The channel layer on a Redis of its own, which is killed, frozen and started again."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from channels_redis.pubsub import RedisPubSubChannelLayer

from notificaciones import fragmento
from notificaciones.capa import CapaRedis, Evento, PublicacionFallida
from notificaciones.fragmento import Fragmento
from tests.procesos import Redis


@pytest.fixture
def servidor():
    with Redis() as redis:
        yield redis


@pytest.fixture
async def capa(servidor) -> AsyncIterator[CapaRedis]:
    nueva = CapaRedis(hosts=[{"address": servidor.url, "socket_timeout": 30, "socket_connect_timeout": 2}])
    yield nueva
    await nueva.de_este_bucle().flush()


async def hasta(condicion: Callable[[], bool], segundos: float = 8) -> None:
    async with asyncio.timeout(segundos):
        while not condicion():  # noqa: ASYNC110  (nothing tells when a server has noticed)
            await asyncio.sleep(0.01)


class Recibidos(list[dict[str, Any]]):
    """What arrived, in order."""

    def recibir(self, evento: Evento) -> None:
        assert evento.tamano > 0
        self.append(evento.datos)


async def escuchar(capa: CapaRedis, grupo: str = "g") -> Recibidos:
    """Subscribes; returns the list that fills with what arrives."""
    recibidos = Recibidos()
    capa.de_este_bucle().abonar(grupo, recibidos.recibir)
    await capa.de_este_bucle().confirmar(grupo, 3)
    return recibidos


async def publicar(capa: CapaRedis, *textos: str) -> None:
    eventos = [("g", {"type": "x", "texto": texto}) for texto in textos]
    await asyncio.to_thread(capa.publicar, eventos)


def textos(recibidos: list[dict[str, Any]]) -> list[str]:
    return [evento["texto"] for evento in recibidos]


async def test_what_is_published_arrives_in_its_order(capa):
    recibidos = await escuchar(capa)
    await publicar(capa, *map(str, range(100)))
    await hasta(lambda: len(recibidos) == 100)
    assert textos(recibidos) == [str(n) for n in range(100)]


async def test_a_foreign_process_with_plain_channels_redis_reaches_it(capa, servidor):
    recibidos = await escuchar(capa)
    ajena = RedisPubSubChannelLayer(hosts=[servidor.url])
    await ajena.group_send("g", {"type": "x", "texto": "de fuera"})
    await hasta(lambda: len(recibidos) == 1)
    await ajena.flush()
    assert recibidos == [{"type": "x", "texto": "de fuera"}]


async def test_the_standard_api_works_from_the_first_message_on(capa):
    canal = await capa.new_channel()
    await capa.group_add("g", canal)
    await capa.group_send("g", {"type": "al.grupo"})
    assert await asyncio.wait_for(capa.receive(canal), 3) == {"type": "al.grupo"}
    await capa.send(canal, {"type": "al.canal"})
    assert await asyncio.wait_for(capa.receive(canal), 3) == {"type": "al.canal"}
    await capa.group_discard("g", canal)
    await capa.group_send("g", {"type": "tarde"})
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(capa.receive(canal), 0.3)


async def test_a_group_of_both_kinds_of_listeners_serves_both(capa):
    recibidos = await escuchar(capa)
    canal = await capa.new_channel()
    await capa.group_add("g", canal)
    capa.de_este_bucle().desabonar("g", recibidos.recibir)
    recibidos = await escuchar(capa)
    await capa.group_discard("g", canal)
    await publicar(capa, "uno")
    await hasta(lambda: textos(recibidos) == ["uno"])


async def test_one_user_with_many_sockets_is_one_subscription(capa, servidor):
    listas = [await escuchar(capa) for _ in range(20)]
    await publicar(capa, "uno")
    await hasta(lambda: all(textos(lista) == ["uno"] for lista in listas))
    assert capa.clientes()[0].pubsub_numsub("asgi__group__g") == [(b"asgi__group__g", 1)]


async def test_who_leaves_hears_nothing_more_and_the_last_one_ends_the_subscription(capa):
    primero, segundo = [await escuchar(capa) for _ in range(2)]
    local = capa.de_este_bucle()
    local.desabonar("g", primero.recibir)
    await publicar(capa, "uno")
    await hasta(lambda: textos(segundo) == ["uno"])
    local.desabonar("g", segundo.recibir)
    await hasta(lambda: capa.clientes()[0].pubsub_numsub("asgi__group__g") == [(b"asgi__group__g", 0)])
    assert (primero, local._abonados) == ([], {})


async def test_redis_killed_and_back_is_subscribed_again_and_the_sessions_are_told(capa, servidor):
    recibidos = await escuchar(capa)
    recuperada = asyncio.Event()
    capa.de_este_bucle().al_recuperar = recuperada.set
    servidor.matar()
    await hasta(lambda: not capa.de_este_bucle().conectada())
    with pytest.raises(PublicacionFallida):
        await publicar(capa, "perdido")
    servidor.iniciar()
    await asyncio.wait_for(recuperada.wait(), 8)
    assert capa.de_este_bucle().conectada()
    await asyncio.sleep(1)
    await publicar(capa, "llegado")
    await hasta(lambda: textos(recibidos) == ["llegado"])


async def test_it_comes_back_however_long_redis_was_away(capa, servidor, monkeypatch):
    abrir, dormir, intentos = fragmento.abrir_enlace, asyncio.sleep, []

    async def en_vano(*_: Any) -> None:
        intentos.append(1)
        raise OSError("nobody there")

    monkeypatch.setattr(fragmento, "abrir_enlace", en_vano)
    monkeypatch.setattr(fragmento.asyncio, "sleep", lambda _: dormir(0))
    capa.de_este_bucle().abonar("g", Recibidos().recibir)
    # At two seconds each, more than half an hour.
    async with asyncio.timeout(20):
        while len(intentos) < 1100:
            await dormir(0)
    monkeypatch.setattr(fragmento, "abrir_enlace", abrir)
    monkeypatch.setattr(fragmento.asyncio, "sleep", dormir)
    await hasta(capa.de_este_bucle().conectada)


async def test_subscribing_never_waits_for_a_redis_that_is_gone(capa, servidor):
    await escuchar(capa)
    servidor.matar()
    await hasta(lambda: not capa.de_este_bucle().conectada())
    antes = time.monotonic()
    recibidos = await escuchar(capa, "otro")
    assert time.monotonic() - antes < 1
    servidor.iniciar()
    await hasta(capa.de_este_bucle().conectada)
    await asyncio.to_thread(capa.publicar, [("otro", {"type": "x", "texto": "uno"})])
    await hasta(lambda: textos(recibidos) == ["uno"])


async def test_a_frozen_redis_costs_a_publisher_a_second_at_most_and_the_next_nothing(capa, servidor):
    await publicar(capa, "caliente")
    servidor.congelar()
    antes = time.monotonic()
    with pytest.raises(PublicacionFallida):
        await publicar(capa, "x")
    assert time.monotonic() - antes < 1.5
    with pytest.raises(PublicacionFallida, match="Redis failed within the last second"):
        await publicar(capa, "x")
    servidor.descongelar()


async def test_a_frozen_subscriber_connection_is_given_up_and_made_anew(capa, servidor, monkeypatch):
    monkeypatch.setattr("notificaciones.fragmento.INTERVALO_PING", 0.2)
    monkeypatch.setattr("notificaciones.fragmento.SILENCIO_MAXIMO", 1.5)
    recibidos = await escuchar(capa)
    servidor.congelar()
    await hasta(lambda: not capa.de_este_bucle().conectada())
    servidor.descongelar()
    await hasta(capa.de_este_bucle().conectada)
    await publicar(capa, "uno")
    await hasta(lambda: textos(recibidos) == ["uno"])


async def test_an_idle_connection_lives_on_longer_than_redis_py_would_wait(capa, monkeypatch):
    monkeypatch.setattr("notificaciones.fragmento.INTERVALO_PING", 0.1)
    monkeypatch.setattr("notificaciones.fragmento.SILENCIO_MAXIMO", 1)
    recibidos = await escuchar(capa)
    enlace = capa.de_este_bucle()._shards[0]._enlace
    await asyncio.sleep(2.5)
    assert capa.de_este_bucle()._shards[0]._enlace is enlace
    await publicar(capa, "uno")
    await hasta(lambda: textos(recibidos) == ["uno"])


async def test_a_confirmation_is_of_the_last_subscription_and_not_of_one_that_was_given_up(
    capa, servidor, monkeypatch
):
    """A tab closes and another opens at once: before the last SUBSCRIBE comes an UNSUBSCRIBE, and what is between is lost."""
    respuestas: list[tuple[bytes, bool]] = []
    original = Fragmento._al_suscribir

    def espiar(fragmento: Fragmento, canal: bytes) -> None:
        original(fragmento, canal)
        respuestas.append((canal, canal in fragmento._confirmados))

    monkeypatch.setattr(Fragmento, "_al_suscribir", espiar)
    await escuchar(capa, "otro")
    respuestas.clear()
    servidor.congelar()
    local = capa.de_este_bucle()
    for _ in range(3):
        local.abonar("g", print)
        await asyncio.sleep(0)
        local.desabonar("g", print)
    local.abonar("g", print)
    servidor.descongelar()
    await local.confirmar("g", 3)
    assert respuestas == [(b"asgi__group__g", confirmada) for confirmada in (False, False, False, True)]


async def test_it_forgets_whoever_waited_for_a_frozen_redis(capa, servidor):
    await escuchar(capa)
    servidor.congelar()
    local = capa.de_este_bucle()
    local.abonar("otro", print)
    await local.confirmar("otro", 0.05)
    local.desabonar("otro", print)
    assert local._shards[0]._esperas == {}
    servidor.descongelar()


@pytest.mark.parametrize("basura", [b"\xc1", b"\x93\x01\x02\x03", b"\x81\x01\x02", b"", b"\x81\xa4type\xff"])
async def test_what_is_no_event_is_dropped_and_the_connection_stays(capa, basura):
    recibidos = await escuchar(capa)
    enlace = capa.de_este_bucle()._shards[0]._enlace
    await asyncio.to_thread(capa.clientes()[0].publish, "asgi__group__g", b"123456789012" + basura)
    await publicar(capa, "uno")
    await hasta(lambda: textos(recibidos) == ["uno"])
    assert capa.de_este_bucle()._shards[0]._enlace is enlace


async def test_an_event_of_a_megabyte_arrives_whole(capa):
    recibidos = await escuchar(capa)
    await publicar(capa, "ñ" * 500_000)
    await hasta(lambda: len(recibidos) == 1)
    assert textos(recibidos) == ["ñ" * 500_000]


async def test_thousands_of_subscriptions_come_back(capa, servidor):
    local = capa.de_este_bucle()
    recibidos = Recibidos()
    for numero in range(2000):
        local.abonar(f"u{numero}", recibidos.recibir)
    await hasta(local.conectada)
    servidor.matar()
    await hasta(lambda: not local.conectada())
    servidor.iniciar()
    await hasta(local.conectada)
    await asyncio.to_thread(capa.publicar, [(f"u{n}", {"type": "x", "n": n}) for n in range(2000)])
    await hasta(lambda: len(recibidos) == 2000)


async def test_a_redis_that_is_full_still_delivers(capa):
    recibidos = await escuchar(capa)
    capa.clientes()[0].config_set("maxmemory", 1)
    rastro = [("SET", "rastro", "x" * 100)]
    for texto in ("uno", "dos"):
        capa.publicar([("g", {"type": "x", "texto": texto})], rastro)
    await hasta(lambda: textos(recibidos) == ["uno", "dos"])
    assert capa.clientes()[0].get("rastro") is None


async def test_a_redis_whose_disk_is_full_still_delivers(capa, servidor):
    cliente = capa.clientes()[0]
    cliente.set("x", 1)
    servidor.carpeta.rmdir()
    cliente.config_set("save", "3600 1")
    cliente.bgsave()
    await hasta(lambda: cliente.info("persistence")["rdb_last_bgsave_status"] == "err")
    recibidos = await escuchar(capa)
    capa.publicar([("g", {"type": "x", "texto": "uno"})], [("SET", "rastro", "x")])
    await hasta(lambda: textos(recibidos) == ["uno"])
    assert capa.de_este_bucle().conectada()
    # Or it will not end, as it cannot save.
    cliente.config_set("save", "")


async def test_a_refused_publication_is_told_and_the_next_may_pass(capa):
    cliente = capa.clientes()[0]
    cliente.execute_command("ACL", "SETUSER", "default", "-publish")
    with pytest.raises(PublicacionFallida, match="permissions"):
        capa.publicar([("g", {"type": "x"})])
    cliente.execute_command("ACL", "SETUSER", "default", "+publish")
    capa.publicar([("g", {"type": "x"})])


async def test_a_refused_subscription_is_logged(capa, caplog):
    capa.clientes()[0].execute_command("ACL", "SETUSER", "default", "resetchannels")
    local = capa.de_este_bucle()
    local.abonar("g", print)
    await hasta(lambda: "Redis refused a command of the subscriber: NOPERM" in caplog.text)
    assert not local.conectada()


async def test_an_address_with_a_wrong_option_is_logged_and_tried_again(caplog):
    mala = CapaRedis(hosts=[{"address": "rediss://127.0.0.1:1/0?ssl_cert_reqs=quizas"}])
    local = mala.de_este_bucle()
    local.abonar("g", print)
    await hasta(lambda: "Invalid SSL" in caplog.text)
    tarea = local._shards[0]._tarea
    assert tarea is not None
    assert not tarea.done()
    await local.flush()


async def test_it_signs_in_with_the_password_of_the_address(capa, servidor):
    capa.clientes()[0].config_set("requirepass", "se creto/ñ")
    con_clave = CapaRedis(hosts=[{"address": servidor.url.replace("//", "//:se%20creto%2F%C3%B1@")}])
    recibidos = await escuchar(con_clave)
    await publicar(con_clave, "uno")
    await hasta(lambda: textos(recibidos) == ["uno"])
    await con_clave.de_este_bucle().flush()
