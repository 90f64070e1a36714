"""Builders for the tests of the core: people, and devices that connect in the same process."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from threading import Barrier
from typing import Any, cast

from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.contrib.auth import get_user_model
from django.db import connection, connections
from django.test import Client

from myproject.asgi import application
from notificaciones import consultas, servicios
from notificaciones.capa import Evento
from notificaciones.consultas import EstadoBandeja, PaginaDeCambios
from notificaciones.entrega import Envio
from notificaciones.hilos import en_hilo
from notificaciones.reconciliacion import Reconciliador, _de_alguien
from notificaciones.sesion import Sesion
from notificaciones.titular import Titular

ORIGEN = (b"origin", b"http://localhost")


def crear_usuario(nombre: str = "ana") -> Any:
    return get_user_model().objects.create_user(nombre, f"{nombre}@ejemplo.mx")


def avisar(usuario: Any, titulo: str = "Hola", **mas: Any) -> Any:
    """Notifies with the plainest kind there is."""
    return servicios.notificar(**{"usuario_id": usuario.pk, "tipo": "aviso", "titulo": titulo, **mas})


def galleta(usuario: Any) -> str:
    cliente = Client()
    cliente.force_login(usuario)
    return f"sessionid={cliente.cookies['sessionid'].value}"


# Channels' communicator keeps the connections of its thread open, and PostgreSQL then keeps the test database.
soltar_conexiones = sync_to_async(connections.close_all)


class Aparato:
    """A phone or a laptop: what it received, in order."""

    def __init__(self, enchufe: WebsocketCommunicator) -> None:
        self.enchufe = enchufe
        self.tramas: list[dict[str, Any]] = []

    async def recibir(self, segundos: float = 3) -> dict[str, Any]:
        """Returns the next frame, heartbeats apart."""
        while True:
            trama: dict[str, Any] = json.loads(await self.enchufe.receive_from(timeout=segundos))
            self.tramas.append(trama)
            if trama["type"] != "latido":
                return trama

    async def hasta(self, tipo: str, segundos: float = 3) -> dict[str, Any]:
        """Returns the next frame of that type; those before it are in `tramas`."""
        async with asyncio.timeout(segundos):
            while (trama := await self.recibir(segundos))["type"] != tipo:
                pass
        return trama

    async def hasta_que(self, condicion: Callable[[], bool], segundos: float = 10) -> None:
        async with asyncio.timeout(segundos):
            while not condicion():
                await self.recibir(segundos)

    async def pedir(self, **mensaje: Any) -> None:
        await self.enchufe.send_to(text_data=json.dumps(mensaje))

    async def enviar(self, texto: str) -> None:
        await self.enchufe.send_input({"type": "websocket.receive", "text": texto})

    def titulos(self) -> list[str]:
        """Returns the titles of the stored notifications it was shown, in order."""
        return [trama["titulo"] for trama in self.tramas if "notificacion_id" in trama]

    @property
    def cursor(self) -> int:
        return max((trama.get("secuencia", 0) for trama in self.tramas), default=0)

    @property
    def epoca(self) -> str:
        return next(str(trama["epoca"]) for trama in self.tramas if trama["type"] == "connection_established")


@asynccontextmanager
async def conectado(usuario: Any, consulta: str = "") -> AsyncIterator[Aparato]:
    """A device of the user, up to date when the block begins."""
    cookie = await en_hilo(galleta, usuario)
    ruta = f"/ws/notificaciones/{consulta}"
    enchufe = WebsocketCommunicator(application, ruta, headers=[ORIGEN, (b"cookie", cookie.encode())])
    aceptado, _ = await enchufe.connect(timeout=3)
    assert aceptado
    aparato = Aparato(enchufe)
    try:
        await aparato.hasta("sincronizado")
        yield aparato
    finally:
        await enchufe.disconnect(timeout=3)
        await soltar_conexiones()


def a_la_vez(*acciones: Callable[[], Any]) -> list[Any]:
    """Runs each in a thread of its own, all from one moment on; returns what each gave back, or the exception it raised."""
    salida = Barrier(len(acciones))

    def correr(accion: Callable[[], Any]) -> Any:
        salida.wait()
        try:
            return accion()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acciones)) as hilos:
        return list(hilos.map(correr, acciones))


class Central:
    """Stands where the Reconciliador does: hands what is published to the sessions of one test, or loses it."""

    def __init__(self) -> None:
        self.sesiones: list[Sesion] = []
        self.perdidos: list[Envio] = []
        self.perder = False
        self.con_retraso = False

    def sesion(self, usuario: Any, sesion_django: str = "", **cursor: Any) -> Sesion:
        return Sesion(Titular(usuario.pk, sesion_django), cast(Reconciliador, self), **cursor)

    def publicar(self, envios: Iterable[Envio]) -> bool:
        for envio in envios:
            if self.perder:
                self.perdidos.append(envio)
                continue
            for sesion in self.sesiones:
                if sesion.usuario_id == envio.usuario_id:
                    sesion.recibir(Evento(envio.evento()))
        return not self.perder

    def incorporar(self, sesion: Sesion) -> None:
        self.sesiones.append(sesion)

    def retirar(self, sesion: Sesion) -> None:
        self.sesiones.remove(sesion)

    async def confirmar(self, usuario_id: int, espera: float) -> None:
        """Nothing to wait for: it delivers from `incorporar` on."""

    async def estado(self, usuario_id: int) -> EstadoBandeja:
        return _de_alguien(usuario_id, (await en_hilo(consultas.estados_de, [usuario_id])).get(usuario_id))

    async def primeros_cambios(self, usuario_id: int, cursor: int) -> PaginaDeCambios:
        paginas = await en_hilo(consultas.primeros_cambios, [(usuario_id, cursor)])
        return _de_alguien(usuario_id, paginas.get((usuario_id, cursor)))

    def responder(self, canal: str, sesion: Sesion) -> None:
        """Nobody asks here."""
