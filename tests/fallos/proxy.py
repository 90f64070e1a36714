"""A TCP proxy of our own between two parts: it delays, stalls, cuts, and leaves half of a connection open."""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Self

from myproject import hijos

TROZO = 65536
# Closing with what is unsent thrown away: the other side sees a reset, as when a machine is gone.
SIN_DEMORA = struct.pack("ii", 1, 0)


class Proxy:
    """Listens on `puerto` and forwards to `destino`. It has a thread of its own: any code may call its methods."""

    def __init__(self, destino: int) -> None:
        self.puerto, self.destino = hijos.puerto_libre(), destino
        # Seconds that each piece waits.
        self.retraso = 0.0
        self._bucle = asyncio.new_event_loop()
        self._hilo = threading.Thread(target=self._bucle.run_forever, name=f"proxy {self.puerto}")
        self._paso = asyncio.Event()
        self._pares: set[_Par] = set()

    def __enter__(self) -> Self:
        self._hilo.start()
        self._llamar(self._abrir())
        return self

    def __exit__(self, *_: object) -> None:
        self._llamar(self._cerrar())
        self._bucle.call_soon_threadsafe(self._bucle.stop)
        self._hilo.join()
        self._bucle.close()

    def salidas(self) -> set[int]:
        """Returns the ports from which its connections reach the server."""
        return {par.extremos[1].get_extra_info("sockname")[1] for par in list(self._pares)}

    def atascar(self) -> None:
        """From now on nothing passes in either direction, and nobody is told."""
        self._hacer(self._paso.clear)

    def soltar(self) -> None:
        """What was held by `atascar` goes on."""
        self._hacer(self._paso.set)

    def cortar(self, cuantas: int | None = None) -> int:
        """Resets this many connections, all of them by default; returns how many there were to reset."""
        elegidos = list(self._pares)[:cuantas]
        self._hacer(lambda: [par.cortar() for par in elegidos])
        return len(elegidos)

    def medio_abrir(self) -> None:
        """For the connections that there are, the client is gone without a word: the server hears nothing any more."""
        self._hacer(lambda: [par.callar() for par in self._pares])

    def _hacer(self, accion: Callable[[], Any]) -> None:
        async def una() -> None:
            accion()

        self._llamar(una())

    def _llamar(self, trabajo: Any) -> None:
        asyncio.run_coroutine_threadsafe(trabajo, self._bucle).result(10)

    async def _abrir(self) -> None:
        self._paso.set()
        self._servidor = await asyncio.start_server(self._atender, "127.0.0.1", self.puerto, backlog=4096)

    async def _cerrar(self) -> None:
        self._servidor.close()
        self._paso.set()
        for par in list(self._pares):
            par.cortar()
        if pendientes := asyncio.all_tasks() - {asyncio.current_task()}:
            await asyncio.wait(pendientes, timeout=2)

    async def _atender(self, lector: asyncio.StreamReader, escritor: asyncio.StreamWriter) -> None:
        try:
            hacia = await asyncio.open_connection("127.0.0.1", self.destino)
        except OSError:
            escritor.transport.abort()
            return
        par = _Par(escritor, hacia[1])
        self._pares.add(par)
        try:
            await asyncio.gather(self._pasar(par, lector, hacia[1]), self._pasar(par, hacia[0], escritor))
        finally:
            self._pares.discard(par)
            par.cortar()

    async def _pasar(self, par: _Par, de: asyncio.StreamReader, hacia: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while trozo := await de.read(TROZO):
                await self._paso.wait()
                if self.retraso:
                    await asyncio.sleep(self.retraso)
                if par.mudo:
                    continue
                hacia.write(trozo)
                await hacia.drain()
        if par.mudo:
            await par.fin.wait()
        par.cortar()


class _Par:
    """The two ends of one connection."""

    def __init__(self, *extremos: asyncio.StreamWriter) -> None:
        self.extremos = extremos
        self.mudo = False
        self.fin = asyncio.Event()

    def callar(self) -> None:
        self.mudo = True
        self.extremos[0].transport.abort()
        # Nothing that the server says is read any more either.
        self.extremos[1].transport.pause_reading()  # type: ignore[attr-defined]

    def cortar(self) -> None:
        self.fin.set()
        for extremo in self.extremos:
            enchufe = extremo.get_extra_info("socket")
            with suppress(OSError):
                enchufe.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, SIN_DEMORA)
            extremo.transport.abort()
