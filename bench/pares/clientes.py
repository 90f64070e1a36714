"""Sockets that receive for measuring: they count, check the order and note times, and parse as little as that takes."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from picows import WSFrame, WSListener, WSMsgType, WSTransport, ws_connect

SECUENCIA = b'"secuencia":'
A_LA_VEZ = 50
PLAZO_DE_CONEXION = 60.0


@dataclass(slots=True)
class Cuenta:
    """What all sockets together have received."""

    recibidas: int = 0
    repetidas: int = 0
    demoras: list[float] = field(default_factory=list)
    ultima: float = 0.0
    meta: int = 0
    llegada: asyncio.Event = field(default_factory=asyncio.Event)

    async def hasta(self, meta: int, paciencia: float) -> bool:
        """Returns when so many frames were received; False when none has come for so many seconds."""
        while self.recibidas < meta:
            antes, self.meta = self.recibidas, meta
            self.llegada.clear()
            try:
                async with asyncio.timeout(paciencia):
                    await self.llegada.wait()
            except TimeoutError:
                if self.recibidas == antes:
                    return False
        return True


class Enchufe(WSListener):  # type: ignore[misc]
    """A socket of one user. Ready once `listo` is done; from then on each frame is counted by its sequence."""

    def __init__(self, cuenta: Cuenta, saludo: bytes | None) -> None:
        self._cuenta, self._saludo = cuenta, saludo
        self.listo: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.secuencia = 0
        self.epoca = ""
        self.debidas: list[float] | None = None
        self.transporte: WSTransport | None = None

    def on_ws_connected(self, transport: WSTransport) -> None:
        self.transporte = transport
        if self._saludo is None:
            self.listo.set_result(None)

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        if frame.msg_type != WSMsgType.TEXT:
            return
        texto = frame.get_payload_as_bytes()
        if texto.find(b"nueva_venta", 0, 40) < 0:
            self._atender(transport, texto)
            return
        lugar = texto.index(SECUENCIA) + len(SECUENCIA)
        self._contar(int(texto[lugar : texto.index(b",", lugar)]))

    def _contar(self, secuencia: int) -> None:
        cuenta = self._cuenta
        if secuencia <= self.secuencia:
            cuenta.repetidas += 1
            return
        self.secuencia = secuencia
        cuenta.recibidas += 1
        if self.debidas is not None:
            cuenta.ultima = time.perf_counter()
            cuenta.demoras.append(cuenta.ultima - self.debidas[secuencia - 1])
        if cuenta.recibidas >= cuenta.meta:
            cuenta.llegada.set()

    def _atender(self, transport: WSTransport, texto: bytes) -> None:
        if texto == b"2":
            transport.send(WSMsgType.TEXT, b"3")
        elif texto.startswith(b"0{"):
            transport.send(WSMsgType.TEXT, b"40")
        elif texto.startswith(b'{"type":"connection_established"'):
            self._leer_saludo(texto)
        elif self._saludo is not None and texto.startswith(self._saludo) and not self.listo.done():
            self.listo.set_result(None)

    def _leer_saludo(self, texto: bytes) -> None:
        """Notes where the stream starts: whoever resumes has seen what was before."""
        saludo = json.loads(texto)
        self.epoca, self.secuencia = saludo["epoca"], saludo["secuencia"]

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        if not self.listo.done():
            self.listo.set_exception(ConnectionError("refused, or closed before it was ready"))


async def conectar(
    direcciones: Sequence[tuple[str, dict[str, str]]],
    cuenta: Cuenta,
    saludo: bytes | None,
    a_la_vez: int = A_LA_VEZ,
) -> list[Enchufe]:
    """Returns a socket for each address and its headers, all of them ready; so many knock at a time."""
    turno = asyncio.Semaphore(a_la_vez)

    async def uno(direccion: str, cabeceras: dict[str, str]) -> Enchufe:
        async with turno:
            _, enchufe = await ws_connect(
                lambda: Enchufe(cuenta, saludo),
                direccion,
                extra_headers=cabeceras,
                websocket_handshake_timeout=PLAZO_DE_CONEXION,
            )
            await enchufe.listo
        assert isinstance(enchufe, Enchufe)  # noqa: S101  (what the factory makes)
        return enchufe

    async with asyncio.timeout(PLAZO_DE_CONEXION):
        return list(await asyncio.gather(*(uno(*una) for una in direcciones)))


async def desconectar(enchufes: Sequence[Enchufe]) -> None:
    """Cuts all of them off."""
    for enchufe in enchufes:
        if enchufe.transporte is not None:
            enchufe.transporte.disconnect(graceful=False)
    await asyncio.gather(*(e.transporte.wait_disconnected() for e in enchufes if e.transporte is not None))
