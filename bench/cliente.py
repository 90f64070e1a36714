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
# Status, headers by their names in lower case, body.
Respuesta = tuple[int, dict[str, str], bytes]


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
        pedido = json.dumps({"producto_id": producto_id, "cantidad": 1})
        estado, _, cuerpo = await self._enviar(sesion, "/ventas/procesar/", "application/json", pedido)
        return estado, json.loads(cuerpo)

    async def comprar_en_pagina(self, sesion: str, producto_id: int) -> tuple[int, str]:
        """Buys one by the form of its page; returns the status and where the answer leads."""
        pedido = f"csrfmiddlewaretoken={CSRF}&cantidad=1"
        camino = f"/ventas/producto/{producto_id}/comprar/"
        estado, cabeceras, _ = await self._enviar(sesion, camino, "application/x-www-form-urlencoded", pedido)
        return estado, cabeceras.get("location", "")

    async def _enviar(self, sesion: str, camino: str, tipo: str, cuerpo: str) -> Respuesta:
        flujo = (
            self._libres.pop() if self._libres else await asyncio.open_connection("127.0.0.1", self.puerto)
        )
        cabeceras = (
            f"POST {camino} HTTP/1.1\r\nHost: 127.0.0.1:{self.puerto}\r\n"
            f"Cookie: sessionid={sesion}; csrftoken={CSRF}\r\nX-CSRFToken: {CSRF}\r\n"
            f"Content-Type: {tipo}\r\nContent-Length: {len(cuerpo)}\r\n\r\n"
        )
        flujo[1].write((cabeceras + cuerpo).encode())
        respuesta = await _leer_respuesta(flujo[0])
        self._libres.append(flujo)
        return respuesta

    def cerrar(self) -> None:
        for _, escritor in self._libres:
            escritor.close()


async def _leer_respuesta(lector: asyncio.StreamReader) -> Respuesta:
    primera, *lineas = (await lector.readuntil(b"\r\n\r\n")).decode("latin-1").splitlines()
    cabeceras = {
        nombre.lower(): valor.strip() for nombre, _, valor in (linea.partition(":") for linea in lineas)
    }
    cuerpo = await lector.readexactly(int(cabeceras["content-length"]))
    return int(primera.split()[1]), cabeceras, cuerpo


async def recibir_hasta(enchufe: ClientConnection, tipo: str) -> tuple[dict[str, Any], float]:
    """Returns the next frame of that type, and when it came."""
    while True:
        trama: dict[str, Any] = json.loads(await enchufe.recv())
        if trama["type"] == tipo:
            return trama, time.perf_counter()
