"""Requests to one web process, timed; what a browser with a session would ask."""

from __future__ import annotations

import asyncio
import http.client
import json
import time
from dataclasses import dataclass
from email.message import Message
from typing import Any

CSRF = "c" * 32
PACIENCIA = 30


@dataclass(frozen=True, slots=True)
class Respuesta:
    """What came back, and after how many seconds. 0 is the status of no answer."""

    estado: int
    segundos: float
    cabeceras: Message | None = None
    cuerpo: bytes = b""


class Visitante:
    """Somebody with a session, or nobody, at the web process of one port."""

    def __init__(self, puerto: int, sesion: str = "", producto_id: int = 0) -> None:
        self.puerto, self.sesion, self.producto_id = puerto, sesion, producto_id

    async def pedir(self, ruta: str, cuerpo: Any = None, tipo: str = "application/json") -> Respuesta:
        """Gets, or posts what there is to post."""
        return await asyncio.to_thread(self._pedir, ruta, cuerpo, tipo)

    async def comprar(self) -> Respuesta:
        """Buys one."""
        return await self.pedir(
            "/ventas/procesar/", json.dumps({"producto_id": self.producto_id, "cantidad": 1})
        )

    def _pedir(self, ruta: str, cuerpo: str | None, tipo: str) -> Respuesta:
        inicio = time.monotonic()
        cabeceras = {"Cookie": f"sessionid={self.sesion}; csrftoken={CSRF}"}
        if cuerpo is not None:
            cabeceras |= {"X-CSRFToken": CSRF, "Content-Type": tipo}
        conexion = http.client.HTTPConnection("127.0.0.1", self.puerto, timeout=PACIENCIA)
        try:
            conexion.request("GET" if cuerpo is None else "POST", ruta, cuerpo, cabeceras)
            dada = conexion.getresponse()
            return Respuesta(dada.status, time.monotonic() - inicio, dada.headers, dada.read())
        except (OSError, http.client.HTTPException):
            return Respuesta(0, time.monotonic() - inicio)
        finally:
            conexion.close()
