"""The comparison: it publishes what the others' own libraries do, counts what is lost, and does not count who loses."""

from __future__ import annotations

import asyncio
import io
import json
import subprocess
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import msgpack
import pytest
import redis
from channels_redis.pubsub import RedisPubSubChannelLayer
from rich.console import Console
from socketio import AsyncRedisManager

from bench.informe import documentar, escribir, mostrar
from bench.maquina import DE_NODE, maquina, versiones
from bench.pares import mensajes
from bench.pares.clientes import Cuenta, Enchufe
from bench.pares.corridas import COMO_OBTENER_NODE, EN_SOCKETIO, instalar_socketio
from bench.pares.grafica import svg
from bench.pares.razones import METAS, faltas, logradas, medianas, razones
from bench.pares.servidores import PARES
from bench.pares.tabla import pagina
from notificaciones import entrega
from tests.capacidades import en_ci
from tests.redis_privado import Redis


def corrida(**cambios: Any) -> dict[str, Any]:
    """One run of a server that took ten microseconds a notification and lost nothing, but for the changes."""
    return {
        "conexion": {"por_segundo": 500, "cpu_us": 300},
        "rapido": {"notificaciones": 100, "perdidas": 0, "repetidas": 0, "por_segundo": 9, "cpu_us": 10}
        | {"generador_us": 3, "generador_ocupado": 0.4},
        **cambios,
    }


def rapido(cpu_us: float, perdidas: int = 0) -> dict[str, Any]:
    propio = corrida()["rapido"] | {"cpu_us": cpu_us, "perdidas": perdidas}
    return corrida(rapido=propio)


def figura(**servidores: list[dict[str, Any]]) -> dict[str, Any]:
    """What is written of these runs."""
    halladas = {nombre: medianas(corridas) for nombre, corridas in servidores.items()}
    productor = {"entera": 6.0, "socketio": 20.0}
    return {
        "enchufes": 500,
        "muchos": 4_000,
        "rondas": 3,
        "por_segundo": 1_000,
        "servidores": halladas,
        "servidores_con_muchos": {},
        "productor_us": productor,
        "ratios": razones(halladas, {}, productor),
        **faltas(una for corridas in servidores.values() for una in corridas),
        "valida": True,
    }


def test_it_takes_the_median_of_the_rounds_and_not_of_one_that_lost_something() -> None:
    cifras = medianas([rapido(10), rapido(14), rapido(3, perdidas=1), rapido(30)])
    assert cifras["cpu_us"] == 14
    assert (cifras["corridas"], cifras["perdidas"], cifras["notificaciones"]) == (4, 1, 400)


def test_it_says_nothing_of_the_speed_of_whoever_always_loses() -> None:
    assert "cpu_us" not in medianas([rapido(3, perdidas=1)])
    assert figura(daphne=[rapido(10)], socketio=[rapido(3, perdidas=1)])["ratios"]["cpu"]["daphne"] is None


def test_it_divides_ours_by_theirs() -> None:
    razones_vistas = figura(
        daphne=[rapido(15)], uvicorn=[rapido(10)], socketio=[rapido(20)], piso=[rapido(5)]
    )
    assert razones_vistas["ratios"]["cpu"] == {"daphne": 0.75, "uvicorn": 0.5}
    assert razones_vistas["ratios"]["piso"] == {"daphne": 3, "uvicorn": 2}
    assert razones_vistas["ratios"]["productor"] == 0.3


@pytest.mark.parametrize(
    ("daphne", "uvicorn", "lograda"),
    [(0.75, 0.6, True), (0.76, 0.5, False), (0.7, 0.61, False), (None, None, None)],
)
def test_it_asks_the_better_server_for_the_aim_and_daphne_for_its_own(
    daphne: float | None, uvicorn: float | None, lograda: bool | None
) -> None:
    assert logradas({"daphne": daphne, "uvicorn": uvicorn}, METAS["cpu"]) is lograda


def test_a_socket_counts_what_is_new_and_what_came_before() -> None:
    async def recibir() -> Cuenta:
        cuenta = Cuenta()
        enchufe = Enchufe(cuenta, None)
        for secuencia in (1, 2, 2, 4, 3):
            enchufe._contar(secuencia)
        return cuenta

    cuenta = asyncio.run(recibir())
    assert (cuenta.recibidas, cuenta.repetidas) == (3, 2)


def test_waiting_ends_when_nothing_comes_any_more() -> None:
    async def esperar() -> bool:
        return await Cuenta().hasta(1, 0.01)

    assert asyncio.run(esperar()) is False


@pytest.fixture(scope="module")
def escuchas() -> Any:
    with Redis() as privado:
        yield privado.url


def oida(url: str, publicar: Any) -> tuple[str, bytes]:
    """The first message that Redis hears while somebody publishes: its channel and its bytes."""
    cliente = redis.Redis.from_url(url)
    with cliente.pubsub(ignore_subscribe_messages=False) as escucha:
        escucha.psubscribe("*")
        assert escucha.get_message(timeout=5)["type"] == "psubscribe"
        publicar()
        mensaje = escucha.get_message(timeout=5)
        return mensaje["channel"].decode(), mensaje["data"]


def mandada(url: str, orden: bytes) -> tuple[str, bytes]:
    """The same of a command that was made beforehand."""

    def publicar() -> None:
        conexion = redis.Redis.from_url(url).connection_pool.get_connection()
        conexion.send_packed_command([orden])
        conexion.read_response()
        conexion.disconnect()

    return oida(url, publicar)


def test_it_publishes_what_the_service_publishes(escuchas: str, settings: Any) -> None:
    capa = settings.CHANNEL_LAYERS["default"]
    settings.CHANNEL_LAYERS = {"default": {**capa, "CONFIG": {"hosts": [{"address": escuchas}]}}}
    envio = entrega.Envio(7, 2, 3, mensajes.trama(3))
    assert mandada(escuchas, mensajes.nuestro(7, 3)) == oida(escuchas, lambda: entrega.publicar([envio]))


def test_it_publishes_what_channels_publishes(escuchas: str) -> None:
    capa = RedisPubSubChannelLayer(hosts=[escuchas])
    evento = {"type": "notificacion", "trama": mensajes.trama(3)}
    real = oida(escuchas, lambda: asyncio.run(capa.group_send("usuario_7", evento)))
    assert mandada(escuchas, mensajes.de_channels(7, 3)) == real


def test_it_publishes_what_python_socketio_publishes(escuchas: str) -> None:
    aviso = {**mensajes.TRAMA, "secuencia": 3}

    async def emitir() -> None:
        emisor = AsyncRedisManager(escuchas, write_only=True)
        await emisor.emit("nueva_venta", aviso, room="usuario_7")
        await emisor.redis.aclose()

    (canal, datos), (canal_real, datos_reales) = (
        mandada(escuchas, mensajes.de_python_socketio(7, 3)),
        oida(escuchas, lambda: asyncio.run(emitir())),
    )
    assert canal == canal_real
    assert {**json.loads(datos), "host_id": ""} == {**json.loads(datos_reales), "host_id": ""}


def test_it_publishes_what_the_emitter_of_socketio_publishes(escuchas: str) -> None:
    if not instalar_socketio():
        assert not en_ci(), COMO_OBTENER_NODE
        pytest.skip(COMO_OBTENER_NODE)
    orden = ["node", str(EN_SOCKETIO / "emisor.js"), escuchas, "1", "8", json.dumps(mensajes.TRAMA)]
    real = oida(escuchas, lambda: subprocess.run(orden, check=True, capture_output=True, timeout=30))
    propia = mandada(escuchas, mensajes.de_socketio(0, 0))
    assert propia[0] == real[0]
    assert msgpack.unpackb(propia[1]) == msgpack.unpackb(real[1])


def test_it_locks_socketio_without_the_address_of_a_registry() -> None:
    candado = json.loads(DE_NODE.read_text(encoding="utf-8"))
    paquetes = [paquete for nombre, paquete in candado["packages"].items() if nombre]
    assert all("integrity" in paquete and "resolved" not in paquete for paquete in paquetes)


def test_it_draws_and_writes_every_server_and_every_ratio() -> None:
    todo = figura(**{nombre: [rapido(10, perdidas=nombre == "llano_core")] for nombre in PARES})
    texto = pagina(todo, maquina(), versiones())
    dibujo = "".join(ElementTree.fromstring(svg(todo)).itertext())  # noqa: S314  (our own)
    for nombre, par in PARES.items():
        assert (par.titulo in texto) == (par.titulo in dibujo) == (not nombre.endswith("sin_sesion")), nombre
    assert "LOST 1" in texto
    assert "lost some" in dibujo
    assert "0.30 (aim: ≤ 0.3) ✓" in texto


def test_it_puts_the_ratios_at_the_top_of_the_file_and_the_page_beside_the_others(tmp_path: Path) -> None:
    archivo = tmp_path / "resultados.json"
    escribir(archivo, {"pares": figura(daphne=[rapido(15)], socketio=[rapido(20)])})
    escribir(archivo, {"notificar": {}})
    contenido = json.loads(archivo.read_text(encoding="utf-8"))
    assert contenido["ratios"]["cpu"] == {"daphne": 0.75, "uvicorn": None}
    assert (contenido["perdidas"], contenido["duplicadas"]) == (0, 0)
    assert set(contenido["figuras"]) == {"pares", "notificar"}
    documentar(tmp_path, contenido["figuras"])
    assert "ours on Daphne" in (tmp_path / "comparacion.md").read_text(encoding="utf-8")
    assert (tmp_path / "comparacion.svg").is_file()


def test_it_says_loudly_that_there_is_no_socketio() -> None:
    consola = Console(record=True, width=160, file=io.StringIO())
    mostrar(consola, "pares", {**figura(daphne=[rapido(15)]), "socketio": {"omitida": COMO_OBTENER_NODE}})
    texto = consola.export_text()
    assert f"SKIPPED: pares on Socket.IO. {COMO_OBTENER_NODE}" in texto
    assert "not taken" in texto
