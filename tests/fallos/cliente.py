"""Clients that behave as static/js/notificaciones.js does, cheap enough for thousands of them in one process.

One resumes with the greatest sequence that it saw, waits with full jitter, goes to the next address when its own fails,
and obeys `reconectar` and the close codes. It notes what the protocol promises of each stream, before it forgives anything.
"""

from __future__ import annotations

import asyncio
import json
import logging
import random
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

from picows import WSError, WSFrame, WSListener, WSMsgType, WSTransport, ws_connect

BASE_S, TOPE_S = 0.5, 30.0
APERTURA_S = 10.0
SILENCIO_S, RESPUESTA_S = 60.0, 10.0
FINALES = {1003, 1009, 4401, 4403, 4409}
EXCESO = 4008
# Thousands of clients would say at each connection that they are there.
logging.getLogger("picows").setLevel(logging.WARNING)


class Cliente:
    """One device of one user. `vivir` is its life; what it was shown stays with it."""

    def __init__(self, usuario_id: int, galleta: str, urls: Sequence[str]) -> None:
        self.usuario_id, self.galleta, self.urls = usuario_id, galleta, list(urls)
        self.epoca, self.cursor, self.inicio = "", 0, -1
        # The place of each notification that it shows, by id.
        self.mostradas: dict[int, int] = {}
        self.repetidas = self.desordenadas = self.reinicios = self.avisos = self.efimeras = 0
        self.cuentas: tuple[int, int] | None = None
        # Which came since the last comparison, when they were sent (0: nobody said) and when they came.
        self.recientes: list[tuple[int, float, float]] = []
        self.cierres: list[int] = []
        self.aperturas: list[float] = []
        self.fallidas = 0
        self.en_linea = self.sincronizado = self.final = False
        self.transporte: WSTransport | None = None
        # When the last socket was lost, on the monotonic clock.
        self.partida = 0.0
        self._intento = self._vuelta = 0
        self._oido = 0.0
        self._despierto = asyncio.Event()
        self._despierto.set()

    async def vivir(self) -> None:
        """Connects, and again whenever the socket is lost, until it is cancelled or told to stop."""
        while not self.final:
            await self._despierto.wait()
            oyente = _Oyente(self)
            await self._abrir(oyente)
            self.en_linea = self.sincronizado = False
            self.transporte, self.partida = None, time.monotonic()
            self.cierres.append(oyente.codigo)
            if oyente.codigo in FINALES:
                self.final = True
                return
            self._vuelta += 1
            await self._esperar(oyente)

    async def _abrir(self, oyente: _Oyente) -> None:
        desde = time.monotonic()
        oyente.pedido = desde
        apertura = asyncio.ensure_future(self._saludar(oyente))
        try:
            self.transporte = await asyncio.shield(apertura)
            await self.transporte.wait_disconnected()
        except (OSError, TimeoutError, WSError):
            self.fallidas += 1
        except asyncio.CancelledError:
            # picows forgets the line whose handshake is cancelled, and it stays open.
            with suppress(OSError, TimeoutError, WSError):
                (await apertura).disconnect(graceful=False)
            raise

    async def _saludar(self, oyente: _Oyente) -> WSTransport:
        transporte, _ = await ws_connect(
            lambda: oyente,
            self.direccion + self._consulta(),
            extra_headers={
                "Cookie": f"sessionid={self.galleta}",
                "Origin": f"http://{self.direccion.split('/')[2]}",
            },
            websocket_handshake_timeout=APERTURA_S,
            max_frame_size=2**24,
        )
        return transporte

    async def _esperar(self, oyente: _Oyente) -> None:
        if oyente.mudado:
            # The server said when it would leave: there is nothing to wait for.
            self._intento = 0
            return
        if oyente.establecido and time.monotonic() - oyente.establecido >= APERTURA_S:
            self._intento = 0
        espera = random.random() * min(TOPE_S, BASE_S * 2 ** min(self._intento, 16))
        self._intento += 1
        await asyncio.sleep(TOPE_S + espera if oyente.codigo == EXCESO else espera)

    @property
    def direccion(self) -> str:
        """Returns the address of the socket that it has, or tries to have."""
        return self.urls[self._vuelta % len(self.urls)]

    def _consulta(self) -> str:
        return f"?{urlencode({'desde': self.cursor, 'epoca': self.epoca})}" if self.epoca else ""

    def soltar(self) -> None:
        """The line is gone, from the client's side; it comes back by itself."""
        if self.transporte is not None:
            self.transporte.disconnect(graceful=False)

    def descansar(self) -> None:
        """As if its socket had lasted for a while: tries of an earlier fault make none of the next one wait longer."""
        self._intento = 0

    def dejar_de_leer(self) -> None:
        """The page is busy: what is sent to it stays with the server."""
        if self.transporte is not None:
            self.transporte.underlying_transport.pause_reading()

    def volver_a_leer(self) -> None:
        if self.transporte is not None and not self.transporte.is_disconnected:
            self.transporte.underlying_transport.resume_reading()

    def dormir(self) -> None:
        """The lid is closed: no line, and no try to get it back."""
        self._despierto.clear()
        self.soltar()

    def despertar(self) -> None:
        self._despierto.set()

    def pedir(self, **accion: Any) -> None:
        if self.transporte is not None:
            with suppress(WSError):
                self.transporte.send(WSMsgType.TEXT, json.dumps(accion).encode())

    def vigilar(self) -> None:
        """A silent socket is asked for a sign of life, and given up when it gives none. Called now and then."""
        silencio = time.monotonic() - self._oido
        if self.en_linea and silencio >= SILENCIO_S + RESPUESTA_S:
            self.soltar()
        elif self.en_linea and silencio >= SILENCIO_S:
            self.pedir(action="ping")

    def recibir(self, trama: dict[str, Any], oyente: _Oyente) -> None:
        """Applies one frame."""
        self._oido = time.monotonic()
        tipo = trama["type"]
        if tipo == "connection_established":
            self._establecer(trama, oyente)
        elif tipo == "reconectar":
            self.avisos += 1
            asyncio.get_running_loop().call_later(trama["en_ms"] / 1000, oyente.mudar)
        elif "notificacion_id" in trama or tipo == "notificacion_actualizada":
            self._mostrar(trama)
        elif tipo == "sincronizado":
            self.sincronizado = True
        elif "secuencia" not in trama:
            self.efimeras += 1
        if "no_leidas" in trama:
            self.cuentas = (trama["no_leidas"], trama["no_vistas"])
        self.cursor = max(self.cursor, trama.get("secuencia", 0))

    def _establecer(self, trama: dict[str, Any], oyente: _Oyente) -> None:
        self.en_linea = True
        oyente.establecido = self._oido
        self.aperturas.append(self._oido - oyente.pedido)
        self.epoca = trama["epoca"]
        if trama["reinicio"]:
            self.reinicios += 1
            self.cursor = 0
        if self.inicio < 0:
            self.inicio = trama["secuencia"]

    def _mostrar(self, trama: dict[str, Any]) -> None:
        secuencia = trama["secuencia"]
        cual = trama.get("notificacion_id")
        if cual is not None and cual in self.mostradas and "reenviada" not in trama:
            self.repetidas += 1
            return
        if secuencia <= self.cursor:
            self.desordenadas += 1
        if cual is not None:
            self.mostradas[cual] = secuencia
            self.recientes.append((cual, trama["datos"].get("enviada", 0.0), time.time()))


class _Oyente(WSListener):
    """One socket of a client."""

    def __init__(self, cliente: Cliente) -> None:
        self.cliente = cliente
        self.codigo = 1006
        self.pedido = self.establecido = 0.0
        self.mudado = False
        self.transporte: WSTransport

    def on_ws_connected(self, transport: WSTransport) -> None:
        self.transporte = transport

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        if frame.msg_type == WSMsgType.TEXT:
            self.cliente.recibir(json.loads(frame.get_payload_as_bytes()), self)
        elif frame.msg_type == WSMsgType.CLOSE:
            self.codigo = int.from_bytes(frame.get_payload_as_bytes()[:2], "big") or 1005
            transport.send_close()
            transport.disconnect()

    def mudar(self) -> None:
        if not self.transporte.is_disconnected:
            self.mudado, self.codigo = True, 1000
            self.transporte.send_close()
            self.transporte.disconnect()
