"""The sessions of one process, compared with the table every few seconds: the healer of everything that was lost.

One query for all users finds what a lost publish, a restarted Redis or a crash between commit and publish left
behind. The same pass ends the sessions of those who may not listen any more.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
from collections.abc import Coroutine, Iterable, Iterator
from datetime import timedelta
from itertools import chain
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import DatabaseError, IntegrityError, InterfaceError
from django.utils import timezone

from . import entrega
from .conf import ajustes
from .consultas import EstadoBandeja, PaginaDeCambios, Vigencia, estados_de, primeros_cambios, vigencias
from .despedida import cortar, despedir
from .hilos import en_hilo
from .lotes import por_lotes
from .protocolo import Cierre
from .registro import problema
from .retraso import Retraso
from .sesion import Sesion

R = TypeVar("R")

# What was committed a moment ago is still on its way through Redis, and is no gap.
GRACIA = 0.2
# A database that does not answer must not silence the heartbeat: every client would leave and come back.
PLAZO = 15.0
_por_bucle: WeakKeyDictionary[asyncio.AbstractEventLoop, Reconciliador] = WeakKeyDictionary()


class Reconciliador:
    """All sessions of one event loop. Its task runs while there is one."""

    def __init__(self) -> None:
        self._sesiones: dict[int, list[Sesion]] = {}
        self._capa = entrega.capa().de_este_bucle()
        self._retraso = Retraso(self._capa, self._decir_retraso)
        self._capa.al_recuperar = self._recuperar
        self._despidiendo = False
        self._ninguna = asyncio.Event()
        self._ninguna.set()
        self._apuro = asyncio.Event()
        self._tarea: asyncio.Task[None] | None = None
        self._respuestas: set[asyncio.Task[None]] = set()

    @classmethod
    def de_este_bucle(cls) -> Reconciliador:
        """Returns the one of the running event loop."""
        bucle = asyncio.get_running_loop()
        if bucle not in _por_bucle:
            _por_bucle[bucle] = cls()
        return _por_bucle[bucle]

    def incorporar(self, sesion: Sesion) -> None:
        """Joins the session to its user's group. Never waits. Where the process is about to end, so is the session."""
        self._sesiones.setdefault(sesion.usuario_id, []).append(sesion)
        self._ninguna.clear()
        self._capa.abonar(entrega.grupo(sesion.usuario_id), sesion.recibir)
        if self._tarea is None or self._tarea.done():
            self._tarea = asyncio.create_task(self._vigilar(), name="reconciliacion")
        if self._despidiendo:
            sesion.terminar(Cierre.REINICIO)

    def retirar(self, sesion: Sesion) -> None:
        self._capa.desabonar(entrega.grupo(sesion.usuario_id), sesion.recibir)
        quedan = self._sesiones[sesion.usuario_id]
        quedan.remove(sesion)
        if not quedan:
            del self._sesiones[sesion.usuario_id]
        if not self._sesiones:
            self._ninguna.set()
            if self._tarea is not None:
                self._tarea.cancel()
                self._tarea = None

    async def confirmar(self, usuario_id: int, espera: float) -> None:
        """Returns when live events of the user arrive, at most after `espera` seconds."""
        await self._capa.confirmar(entrega.grupo(usuario_id), espera)

    async def estado(self, usuario_id: int) -> EstadoBandeja:
        """Returns where the user's inbox is, asked with whoever else comes at this moment. Raises IntegrityError for no user."""
        return _de_alguien(usuario_id, await por_lotes(estados_de).pedir(usuario_id))

    async def primeros_cambios(self, usuario_id: int, cursor: int) -> PaginaDeCambios:
        """Returns what the user's inbox has next after the cursor, asked and raising as `estado` is."""
        pagina = await por_lotes(primeros_cambios, en_hilo).pedir((usuario_id, cursor))
        return _de_alguien(usuario_id, pagina)

    @property
    def con_retraso(self) -> bool:
        """True while Redis is away: what is committed comes with the next comparison."""
        return self._retraso.hay

    async def despedir(self) -> None:
        """Sends all streams elsewhere before the process ends; from now on new ones are sent away at once."""
        self._despidiendo = True
        await despedir(self._sesiones, self._ninguna)

    def apurar(self) -> None:
        """Compares at once, and not with the next turn."""
        self._apuro.set()

    def _recuperar(self) -> None:
        # The connection to Redis is back, and nobody knows what was missed.
        self._retraso.recuperar()
        self.apurar()

    def _decir_retraso(self, hay: bool) -> None:
        for sesion in self._todas():
            sesion.decir({"type": "retraso", "con_retraso": hay})

    def responder(self, canal: str, sesion: Sesion) -> None:
        """Answers a probe with what this process knows of the session."""
        ficha = {
            "proceso": f"{socket.gethostname()}:{os.getpid()}",
            "abierta": sesion.abierta.isoformat(),
            "cursor": sesion.cursor,
            "cliente": sesion.titular.cliente,
        }
        self._en_segundo_plano(self._capa.responder(canal, json.dumps(ficha).encode()))

    def _en_segundo_plano(self, trabajo: Coroutine[Any, Any, None]) -> None:
        tarea = asyncio.create_task(trabajo)
        self._respuestas.add(tarea)
        tarea.add_done_callback(self._respuestas.discard)

    async def _vigilar(self) -> None:
        revisadas = asyncio.get_running_loop().time()
        while True:
            await self._esperar(ajustes().INTERVALO_RECONCILIACION)
            ahora = asyncio.get_running_loop().time()
            try:
                async with asyncio.timeout(PLAZO):
                    await self._comparar()
                    if ahora - revisadas >= ajustes().INTERVALO_SESIONES:
                        revisadas = ahora
                        await self._revisar_sesiones(self._todas())
                    else:
                        await self._revisar_sesiones(self._jovenes())
            except (DatabaseError, InterfaceError, TimeoutError) as error:
                problema("base_de_datos", "Reconciliation cannot read the table: %r", error)
            except Exception as error:  # the healer itself has nobody to heal it
                problema("reconciliacion", "Reconciliation met what it did not expect: %r", error)
            self._latir(ahora)
            self._cortar_atascadas(ahora)

    async def _esperar(self, segundos: float) -> None:
        try:
            async with asyncio.timeout(segundos):
                await self._apuro.wait()
        except TimeoutError:
            pass
        self._apuro.clear()

    async def _comparar(self) -> None:
        # Who was not greeted before the query may have no inbox yet; of the others, a missing inbox means a deleted user.
        saludadas = [(sesion, sesion.cursor) for sesion in self._todas() if sesion.epoca is not None]
        encontradas = await en_hilo(lambda: dict(vigencias({sesion.usuario_id for sesion, _ in saludadas})))
        atrasadas = []
        for sesion, visto in saludadas:
            vigencia = encontradas.get(sesion.usuario_id)
            codigo = _motivo_de_cierre(sesion, vigencia, visto)
            if codigo is not None:
                sesion.terminar(codigo)
            elif vigencia is not None and sesion.cursor < vigencia.tope:
                atrasadas.append((sesion, vigencia.tope))
        if atrasadas:
            await asyncio.sleep(GRACIA)
        for sesion, tope in atrasadas:
            if sesion.cursor < tope:
                sesion.revisar()

    def _todas(self) -> Iterator[Sesion]:
        return chain.from_iterable(self._sesiones.values())

    def _jovenes(self) -> Iterator[Sesion]:
        """Those that may have come in while their browser session was about to go, and so heard nothing of its end."""
        desde = timezone.now() - timedelta(seconds=2 * ajustes().INTERVALO_RECONCILIACION)
        return (sesion for sesion in self._todas() if sesion.abierta > desde)

    async def _revisar_sesiones(self, cuales: Iterable[Sesion]) -> None:
        """Ends those of these whose browser session was deleted or has expired."""
        if not settings.SESSION_ENGINE.endswith(("backends.db", "backends.cached_db")):
            return
        abiertas = [sesion for sesion in cuales if sesion.titular.sesion_django]
        if not abiertas:
            return
        claves = {sesion.titular.sesion_django for sesion in abiertas}
        vivas = await en_hilo(_sesiones_vivas, claves)
        # After a change of keys the next request renews a session under another name, and its browser may come back with it.
        codigo = Cierre.REINICIO if settings.SECRET_KEY_FALLBACKS else Cierre.SIN_SESION
        for sesion in abiertas:
            if sesion.titular.sesion_django not in vivas:
                sesion.terminar(codigo)

    def _latir(self, ahora: float) -> None:
        callada_desde = ahora - ajustes().INTERVALO_LATIDO
        for sesion in self._todas():
            if sesion.hablo:
                sesion.hablo, sesion.visto = False, ahora
            elif sesion.visto <= callada_desde:
                sesion.hablo = True
                sesion.latir()

    def _cortar_atascadas(self, ahora: float) -> None:
        """Cuts the connections of clients that have not taken a frame for long: nothing polite would reach them."""
        limite = ahora - ajustes().PLAZO_DE_LECTURA
        atascadas = [s for s in self._todas() if s.en_camino_desde is not None and s.en_camino_desde < limite]
        if atascadas:
            problema("cliente_atascado", "%d clients do not read; their sockets are cut", len(atascadas))
            cortar(atascadas)


def _de_alguien(usuario_id: int, hallado: R | None) -> R:
    if hallado is None:
        raise IntegrityError(f"there is no user {usuario_id}")
    return hallado


def _motivo_de_cierre(sesion: Sesion, vigencia: Vigencia | None, visto: int) -> int | None:
    """Returns the close code of a session whose user may not listen any more, or whose inbox is another than it was.

    `visto` is where the session was before the inbox was read: one that is behind that has lost its last changes, as a
    database does that is restored or replaced by a replica.
    """
    if vigencia is None or not vigencia.activo:
        return Cierre.SIN_SESION
    if entrega.huella(vigencia.contrasena) != sesion.titular.contrasena:
        return Cierre.SIN_SESION
    return Cierre.REINICIO if sesion.epoca != vigencia.epoca or visto > vigencia.tope else None


def _sesiones_vivas(claves: set[str]) -> set[str]:
    vivas: set[str] = set()
    lista = sorted(claves)
    for inicio in range(0, len(lista), 1000):
        filas = Session.objects.filter(
            session_key__in=lista[inicio : inicio + 1000], expire_date__gt=timezone.now()
        )
        vivas.update(filas.values_list("session_key", flat=True))
    return vivas
