"""The floor: nothing but a parser of Redis and one of WebSockets: `python -m bench.pares.piso PORT URL`."""

from __future__ import annotations

import asyncio
import sys
from collections import defaultdict
from urllib.parse import parse_qs, urlsplit

import hiredis
from picows import WSListener, WSMsgType, WSTransport, WSUpgradeRequest, ws_create_server

# As in notificaciones.enlace.
BOCADO = 8 * 1024


class Redis(asyncio.Protocol):
    """One subscriber connection; hands each message to the sockets of its channel."""

    def __init__(self) -> None:
        self.sockets: dict[bytes, list[WSTransport]] = defaultdict(list)
        self._lector = hiredis.Reader()
        self._transporte: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)  # noqa: S101  (what asyncio promises for streams)
        self._transporte = transport

    def suscribir(self, canal: bytes) -> None:
        if self._transporte is not None:
            self._transporte.write(hiredis.pack_command((b"SUBSCRIBE", canal)))

    def data_received(self, data: bytes) -> None:
        for inicio in range(0, len(data), BOCADO):
            self._lector.feed(data, inicio, min(BOCADO, len(data) - inicio))
            while (respuesta := self._lector.gets()) is not False:
                clase, canal, datos = respuesta
                if clase == b"message":
                    for transporte in self.sockets[canal]:
                        transporte.send(WSMsgType.TEXT, datos)
                else:
                    for transporte in self.sockets[canal]:
                        transporte.send(WSMsgType.TEXT, b'{"type": "sincronizado"}')


class Enchufe(WSListener):  # type: ignore[misc]
    """A socket of the user that its address names."""

    def __init__(self, redis: Redis, usuario: str) -> None:
        self._redis, self._canal = redis, f"usuario_{usuario}".encode()

    def on_ws_connected(self, transport: WSTransport) -> None:
        suyos = self._redis.sockets[self._canal]
        suyos.append(transport)
        if len(suyos) == 1:
            self._redis.suscribir(self._canal)
        else:
            transport.send(WSMsgType.TEXT, b'{"type": "sincronizado"}')

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        self._redis.sockets[self._canal].remove(transport)


async def servir(puerto: int, url: str) -> None:
    """Serves for ever."""
    partes = urlsplit(url)
    _, redis = await asyncio.get_running_loop().create_connection(Redis, partes.hostname, partes.port)

    def recibir(pedido: WSUpgradeRequest) -> Enchufe:
        consulta = parse_qs(urlsplit(pedido.path.decode()).query)
        return Enchufe(redis, consulta["usuario"][0])

    servidor = await ws_create_server(recibir, "127.0.0.1", puerto)
    await servidor.serve_forever()


if __name__ == "__main__":
    asyncio.run(servir(int(sys.argv[1]), sys.argv[2]))
