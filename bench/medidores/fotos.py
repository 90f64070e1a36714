"""Uploads photos and waits for them at the owner's socket, while somebody buys: `python -m bench.medidores.fotos JSON`."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import httpx
from websockets import Origin
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from bench.cifras import redondear, resumen
from bench.esperas import esperar


class Persona:
    """Somebody who is signed in."""

    def __init__(self, url: str, nombre: str) -> None:
        self.url, self.http = url, httpx.Client(base_url=url, timeout=60, trust_env=False)
        self.http.get("/cuentas/login/")
        self._enviar("/cuentas/login/", data={"username": nombre, "password": "demo"})

    def _enviar(self, ruta: str, **opciones: Any) -> httpx.Response:
        cabeceras = {"X-CSRFToken": self.http.cookies["csrftoken"], "Accept": "application/json"}
        return self.http.post(ruta, headers=cabeceras, **opciones)

    def subir(self, foto: bytes) -> int:
        """Returns the id of the photo, as soon as it was taken."""
        respuesta = self._enviar("/imagenes/subir/", files={"archivos": ("foto.jpg", foto, "image/jpeg")})
        return int(respuesta.raise_for_status().json()["imagenes"][0]["id"])

    def comprar(self, producto_id: int) -> int:
        pedido = {"producto_id": producto_id, "cantidad": 1}
        return int(self._enviar("/ventas/procesar/", json=pedido).raise_for_status().json()["venta_id"])


class Oido:
    """A socket of the seller's: when each sale and each finished photo came."""

    def __init__(self, persona: Persona) -> None:
        self.ventas: dict[int, float] = {}
        self.fotos: dict[int, float] = {}
        galletas = "; ".join(f"{nombre}={valor}" for nombre, valor in persona.http.cookies.items())
        self._enchufe = connect(
            f"{persona.url.replace('http', 'ws', 1)}/ws/notificaciones/",
            origin=Origin(persona.url),
            additional_headers={"Cookie": galletas},
            proxy=None,
        )
        self._enchufe.recv()
        threading.Thread(target=self._escuchar, daemon=True).start()

    def _escuchar(self) -> None:
        try:
            for texto in self._enchufe:
                ahora, trama = time.perf_counter(), json.loads(texto)
                if trama["type"] == "nueva_venta":
                    self.ventas[trama["datos"]["venta_id"]] = ahora
                elif trama["type"] == "imagen_procesada":
                    self.fotos[trama["imagen_id"]] = ahora
        except ConnectionClosed:
            return

    def esperar_fotos(self, ids: list[int]) -> None:
        for uno in ids:
            esperar(partial(self.fotos.__contains__, uno), f"The work on photo {uno}")


class Comprador:
    """Buys at a steady pace until told to end."""

    def __init__(self, persona: Persona, pedido: dict[str, Any]) -> None:
        self.pedidas: dict[int, float] = {}
        self._fin = threading.Event()
        cada = 1 / pedido["ventas_por_segundo"]
        self._hilo = threading.Thread(target=self._comprar, args=(persona, pedido["producto_id"], cada))

    def _comprar(self, persona: Persona, producto_id: int, cada: float) -> None:
        turno = time.perf_counter()
        while not (self.pedidas and self._fin.wait(max(0.0, turno - time.perf_counter()))):
            # From when it was due: a purchase that had to wait for the one before it has waited.
            self.pedidas[persona.comprar(producto_id)] = turno
            turno += cada

    @contextmanager
    def comprando(self, oido: Oido) -> Iterator[Callable[[], dict[str, Any]]]:
        """Gives what to call afterwards for the times from the purchase to the seller's popup."""
        self._hilo.start()
        try:
            yield lambda: {
                "ventas": len(self.pedidas),
                "hasta_la_trama_ms": resumen([oido.ventas[i] - desde for i, desde in self.pedidas.items()]),
            }
        finally:
            self._fin.set()
            self._hilo.join()
        esperar(lambda: self.pedidas.keys() <= oido.ventas.keys(), "The popups of all sales")


def de_una_en_una(ana: Persona, oido: Oido, foto: bytes, cuantas: int) -> dict[str, float]:
    """Returns the times from the answer to an upload to `imagen_procesada`; the next begins when that came."""
    esperas = []
    for _ in range(cuantas):
        imagen_id = ana.subir(foto)
        subida = time.perf_counter()
        oido.esperar_fotos([imagen_id])
        esperas.append(max(0.0, oido.fotos[imagen_id] - subida))
    return resumen(esperas)


def todas_juntas(quienes: tuple[Persona, Persona], oido: Oido, pedido: dict[str, Any]) -> dict[str, Any]:
    """Returns how many photos a second are finished, of many that are sent without waiting; and the sales beside them."""
    ana, bruno = quienes
    foto, cuantas = Path(pedido["foto"]).read_bytes(), pedido["juntas"]
    inicio = time.perf_counter()
    with Comprador(bruno, pedido).comprando(oido) as al_subir:
        ids = [ana.subir(foto) for _ in range(cuantas)]
        subidas = time.perf_counter() - inicio
    with Comprador(bruno, pedido).comprando(oido) as al_revelar:
        oido.esperar_fotos(ids)
    total = max(oido.fotos[i] for i in ids) - inicio
    return {
        "subidas_s": redondear(subidas),
        "por_segundo": redondear(cuantas / total),
        "ventas_al_subir": al_subir(),
        "ventas_al_revelar": al_revelar(),
    }


def medir(pedido: dict[str, Any]) -> dict[str, Any]:
    """Returns all that is measured of a shop that is running."""
    url, foto = pedido["url"], Path(pedido["foto"]).read_bytes()
    ana, bruno = Persona(url, "ana"), Persona(url, "bruno")
    oido = Oido(ana)
    de_una_en_una(ana, oido, foto, 2)
    cifras: dict[str, Any] = {"hasta_procesada_ms": de_una_en_una(ana, oido, foto, pedido["seguidas"])}
    with Comprador(bruno, pedido).comprando(oido) as solas:
        time.sleep(pedido["segundos"])
    return {**cifras, "ventas_solas": solas(), **todas_juntas((ana, bruno), oido, pedido)}


if __name__ == "__main__":
    print(json.dumps(medir(json.loads(sys.argv[1]))))
