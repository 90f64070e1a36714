"""A client of the service for measuring: signed in by a session key, purchases over connections that stay open."""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

CSRF = "b" * 32
Flujo = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass
class Tienda:
    """The shop at one port of this machine."""

    puerto: int
    _libres: list[Flujo] = field(default_factory=list)

    def enchufe(self, sesion: str, consulta: str = "") -> AbstractAsyncContextManager[ClientConnection]:
        """Returns a WebSocket of whom the session belongs to."""
        return connect(
            f"ws://127.0.0.1:{self.puerto}/ws/notificaciones/{consulta}",
            additional_headers={"Origin": f"http://127.0.0.1:{self.puerto}", "Cookie": f"sessionid={sesion}"},
            compression=None,
        )

    async def comprar(self, sesion: str, producto_id: int) -> tuple[int, dict[str, Any]]:
        """Buys one; returns the status and the answer. Never waits for another purchase: it opens a connection more."""
        flujo = (
            self._libres.pop() if self._libres else await asyncio.open_connection("127.0.0.1", self.puerto)
        )
        flujo[1].write(self._peticion(sesion, producto_id))
        estado, cuerpo = await _leer_respuesta(flujo[0])
        self._libres.append(flujo)
        return estado, json.loads(cuerpo)

    def _peticion(self, sesion: str, producto_id: int) -> bytes:
        cuerpo = json.dumps({"producto_id": producto_id, "cantidad": 1})
        cabeceras = (
            f"POST /ventas/procesar/ HTTP/1.1\r\nHost: 127.0.0.1:{self.puerto}\r\n"
            f"Cookie: sessionid={sesion}; csrftoken={CSRF}\r\nX-CSRFToken: {CSRF}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(cuerpo)}\r\n\r\n"
        )
        return (cabeceras + cuerpo).encode()

    def cerrar(self) -> None:
        for _, escritor in self._libres:
            escritor.close()


async def _leer_respuesta(lector: asyncio.StreamReader) -> tuple[int, bytes]:
    primera, *lineas = (await lector.readuntil(b"\r\n\r\n")).decode("latin-1").splitlines()
    cabeceras = {
        nombre.lower(): valor.strip() for nombre, _, valor in (linea.partition(":") for linea in lineas)
    }
    return int(primera.split()[1]), await lector.readexactly(int(cabeceras["content-length"]))


async def recibir_hasta(enchufe: ClientConnection, tipo: str) -> tuple[dict[str, Any], float]:
    """Returns the next frame of that type, and when it came."""
    while True:
        trama: dict[str, Any] = json.loads(await enchufe.recv())
        if trama["type"] == tipo:
            return trama, time.perf_counter()
