"""The end of a web process, on SIGTERM: what is under way is finished or sent elsewhere, within SEGUNDOS_DE_DESPEDIDA and some.

Until then the port stays open: requests are served, new sockets are sent away, and `/readyz` says 503.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading
from contextlib import suppress
from types import FrameType

from twisted.internet import reactor, tcp

from notificaciones.conf import ajustes
from notificaciones.reconciliacion import Reconciliador

logger = logging.getLogger("notificaciones")

# Requests that are under way when all streams are gone have so long to be answered.
ESPERA_DE_PETICIONES = 4.0
LO_QUE_LLEGA = 0.3
# Whatever hangs then: the process is gone so long after its streams should be.
MARGEN = 9.0


class Retirada:
    """Whether this process is about to end, and what it still has to do."""

    def __init__(self) -> None:
        self.en_marcha = False
        self._en_curso = 0
        self._nada_en_curso = asyncio.Event()
        self._anterior: signal._HANDLER = None
        self._bucle: asyncio.AbstractEventLoop | None = None
        self._tarea: asyncio.Task[None] | None = None

    def entrar(self) -> None:
        """Counts a connection that is served from now on."""
        if self._bucle is None:
            self.atender_senal()
        self._en_curso += 1
        self._nada_en_curso.clear()

    def salir(self) -> None:
        """The connection is over."""
        self._en_curso -= 1
        if not self._en_curso:
            self._nada_en_curso.set()

    def atender_senal(self) -> None:
        """Puts itself before the server's own handler of SIGTERM, where there is one."""
        self._bucle = asyncio.get_running_loop()
        if threading.current_thread() is threading.main_thread():
            anterior = signal.getsignal(signal.SIGTERM)
            if callable(anterior):
                self._anterior = anterior
                signal.signal(signal.SIGTERM, self._al_llegar)

    def _al_llegar(self, senal: int, marco: FrameType | None) -> None:
        assert callable(self._anterior)  # noqa: S101  (else it would not have been replaced)
        if self.en_marcha or self._bucle is None or self._bucle.is_closed():
            self._anterior(senal, marco)
            return
        self.en_marcha = True
        self._bucle.call_soon_threadsafe(self._empezar)

    def _empezar(self) -> None:
        limite = threading.Timer(ajustes().SEGUNDOS_DE_DESPEDIDA + MARGEN, os._exit, [1])
        limite.daemon = True
        limite.start()
        self._tarea = asyncio.ensure_future(self._retirarse())

    async def _retirarse(self) -> None:
        logger.info("SIGTERM: %d connections are served to their end or sent elsewhere", self._en_curso)
        try:
            await Reconciliador.de_este_bucle().despedir()
            dejar_de_escuchar()
            await self._hasta_que_acabe()
        finally:
            assert callable(self._anterior)  # noqa: S101
            self._anterior(signal.SIGTERM, None)

    async def _hasta_que_acabe(self) -> None:
        # What had arrived at the port before it closed is still to be read.
        await asyncio.sleep(LO_QUE_LLEGA)
        with suppress(TimeoutError):
            async with asyncio.timeout(ESPERA_DE_PETICIONES):
                await self._nada_en_curso.wait()


def dejar_de_escuchar() -> None:
    """Closes Daphne's ports; other servers close theirs by themselves."""
    for lector in reactor.getReaders():  # type: ignore[misc]
        if isinstance(lector, tcp.Port):
            lector.stopListening()


retirada = Retirada()
