"""A device without a screen: one socket at a time, resumed and de-duplicated as notificaciones.js does."""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Callable, Sequence
from typing import Any, Self
from urllib.parse import urlencode, urlsplit

from websockets import Origin
from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

from tests.procesos import esperar

from .persona import Persona

# A handshake that takes longer has failed, and `fallos` says so.
APERTURA_S = 5


def enchufar(persona: Persona, ws_url: str) -> ClientConnection:
    """Opens one socket as a page of the service does: with the person's cookies and its own Origin."""
    partes = urlsplit(ws_url)
    return connect(
        ws_url,
        origin=Origin(f"http://{partes.netloc}"),
        additional_headers={"Cookie": persona.galletas()},
        open_timeout=APERTURA_S,
        proxy=None,
    )


class Aparato:
    """Listens in a thread until the block ends. When a socket is lost it goes on to the next address, with its cursor."""

    def __init__(self, persona: Persona, ws_urls: Sequence[str]) -> None:
        self._persona, self._ws_urls = persona, ws_urls
        self._fin = threading.Event()
        self._enchufe: ClientConnection | None = None
        self._hilo = threading.Thread(target=self._vivir, name=f"aparato de {persona.nombre}")
        self.tramas: list[dict[str, Any]] = []
        self.mostradas: list[int] = []
        self.cierres: list[int] = []
        self.fallos: list[str] = []
        self.epoca = ""
        self.cursor = 0
        self.no_leidas = 0

    def __enter__(self) -> Self:
        self._hilo.start()
        self.esperar_trama("sincronizado")
        return self

    def __exit__(self, *_: object) -> None:
        self._fin.set()
        if self._enchufe is not None:
            self._enchufe.close()
        self._hilo.join()

    @property
    def inicio(self) -> int:
        """Returns the number of the sequence from which this device has seen everything."""
        return int(self.tramas[0]["secuencia"])

    def pedir(self, **accion: Any) -> None:
        assert self._enchufe is not None
        self._enchufe.send(json.dumps(accion))

    def de_tipo(self, tipo: str) -> list[dict[str, Any]]:
        """Returns the frames of that type received so far."""
        return [trama for trama in tuple(self.tramas) if trama["type"] == tipo]

    def esperar_trama(self, tipo: str, segundos: float = 10, cuantas: int = 1) -> dict[str, Any]:
        """Returns the newest frame of that type once there are so many."""
        esperar(lambda: len(self.de_tipo(tipo)) >= cuantas, f"{cuantas} × {tipo}", segundos)
        return self.de_tipo(tipo)[-1]

    def esperar_que(self, condicion: Callable[[], bool], que: str, segundos: float = 10) -> None:
        esperar(condicion, que, segundos)

    def _vivir(self) -> None:
        vuelta = 0
        while not self._fin.is_set():
            try:
                with enchufar(self._persona, self._direccion(vuelta)) as self._enchufe:
                    self._escuchar(self._enchufe)
            except (OSError, TimeoutError, WebSocketException) as error:
                self.fallos.append(f"{type(error).__name__}: {error}")
            vuelta += 1
            self._fin.wait(random.uniform(0.05, 0.3))

    def _direccion(self, vuelta: int) -> str:
        cursor = f"?{urlencode({'desde': self.cursor, 'epoca': self.epoca})}" if self.epoca else ""
        return self._ws_urls[vuelta % len(self._ws_urls)] + cursor

    def _escuchar(self, enchufe: ClientConnection) -> None:
        enviada = -1
        try:
            for texto in enchufe:
                trama = json.loads(texto)
                if "notificacion_id" in trama or trama["type"] == "notificacion_actualizada":
                    # What the protocol promises of each socket, whatever a client could still put right.
                    assert trama["secuencia"] > enviada, f"{trama} came after {enviada}"
                    enviada = trama["secuencia"]
                self._mostrar(trama)
        finally:
            self.cierres.append(enchufe.close_code or 1006)

    def _mostrar(self, trama: dict[str, Any]) -> None:
        self.no_leidas = trama.get("no_leidas", self.no_leidas)
        self.epoca = trama.get("epoca", self.epoca)
        if "notificacion_id" in trama and trama["secuencia"] > self.cursor:
            self.mostradas.append(trama["notificacion_id"])
        self.cursor = max(self.cursor, trama.get("secuencia", 0))
        self.tramas.append(trama)
