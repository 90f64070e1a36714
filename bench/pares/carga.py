"""The work for one server: people who connect, and what is published to them."""

from __future__ import annotations

import json
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.cifras import percentil, redondear
from bench.pares import mensajes
from bench.pares.canales import Central
from bench.pares.clientes import A_LA_VEZ, Cuenta, Enchufe, conectar, desconectar
from bench.pares.imprenta import PACIENCIA, Imprenta
from bench.pares.procesador import kib_de, segundos_de
from bench.pares.servidores import DE_CHANNELS, DE_SOCKETIO, NUESTRO, PARES, PISO

SEMILLA = 20
CAMINOS = {
    NUESTRO: "/ws/notificaciones/?usuario={usuario}",
    DE_CHANNELS: "/?usuario={usuario}",
    DE_SOCKETIO: "/socket.io/?EIO=4&transport=websocket&usuario={usuario}",
    PISO: "/?usuario={usuario}",
}
SALUDOS = {
    NUESTRO: b'{"type":"sincronizado"',
    DE_CHANNELS: None,
    DE_SOCKETIO: b"40{",
    PISO: b'{"type": "sincronizado"',
}
Persona = tuple[int, str]


@dataclass(slots=True)
class Sala:
    """Sockets that are open, one a user, what they have received, and the last number that each user was sent."""

    cuenta: Cuenta
    enchufes: dict[int, Enchufe]
    cursores: dict[int, int] = field(default_factory=dict)

    async def vaciar(self) -> None:
        await desconectar(list(self.enchufes.values()))


class Carga:
    """One server under work: what it is, where it listens, its process, and its people, each with the key of a session."""

    def __init__(self, par: str, puerto: int, pid: int, gente: str, imprenta: Imprenta | Central) -> None:
        self.imprenta, self.al_empezar = imprenta, kib_de(pid)
        self.par, self.puerto, self.pid = PARES[par], puerto, pid
        # Too many for a command line.
        ellas = json.loads(Path(gente).read_text(encoding="utf-8"))
        self.gente: list[Persona] = list(zip(ellas["usuarios"], ellas["sesiones"], strict=True))
        self.azar = random.Random(SEMILLA)

    def direccion(self, persona: Persona, mas: str = "") -> tuple[str, dict[str, str]]:
        """Returns the address of somebody's socket, and the headers that a browser would send."""
        camino = CAMINOS[self.par.habla].format(usuario=persona[0]) + mas
        cabeceras = {"Origin": f"http://127.0.0.1:{self.puerto}", "Cookie": f"sessionid={persona[1]}"}
        return f"ws://127.0.0.1:{self.puerto}{camino}", cabeceras

    async def entrar(
        self, cuenta: Cuenta, gente: list[Persona], mas: list[str] | None = None, a_la_vez: int = A_LA_VEZ
    ) -> tuple[list[Enchufe], dict[str, float]]:
        """Returns a ready socket of each, and what connecting took: of the server's processor, and of time."""
        direcciones = [self.direccion(*una) for una in zip(gente, mas or [""] * len(gente), strict=True)]
        antes, inicio = segundos_de(self.pid), time.perf_counter()
        enchufes = await conectar(direcciones, cuenta, SALUDOS[self.par.habla], a_la_vez)
        duracion = time.perf_counter() - inicio
        return enchufes, {
            "por_segundo": redondear(len(gente) / duracion),
            "cpu_us": redondear((segundos_de(self.pid) - antes) * 1e6 / len(gente)),
        }

    def kib_por_socket(self, cuantos: int) -> float:
        """Returns how much more memory the server occupies for each of so many sockets than when it had just started."""
        return redondear((kib_de(self.pid) - self.al_empezar) / cuantos)

    def ordenes(self, sala: Sala, cuantas: int) -> tuple[list[bytes], list[int]]:
        """Returns commands that publish to users at random, each with the next number of its user, and those users."""
        mensaje = getattr(mensajes, self.par.mensaje)
        elegidos = self.azar.choices(list(sala.enchufes), k=cuantas)
        ordenes = []
        for usuario in elegidos:
            sala.cursores[usuario] = sala.cursores.get(usuario, 0) + 1
            ordenes.append(mensaje(usuario, sala.cursores[usuario]))
        return ordenes, elegidos

    async def cuanto_antes(self, cuenta: Cuenta, ordenes: list[bytes], por_orden: int = 1) -> dict[str, Any]:
        """Returns the processor time of a notification delivered, the server's and ours, and what went wrong."""
        propios, inicio = time.process_time(), time.perf_counter()
        async with self.contando(cuenta, len(ordenes) * por_orden) as cifras:
            await self.imprenta.cuanto_antes(ordenes, cuenta, por_orden)
        duracion, gastados = time.perf_counter() - inicio, time.process_time() - propios
        recibidas = max(1, cifras["notificaciones"] - cifras["perdidas"])
        return {
            **cifras,
            "por_segundo": redondear(recibidas / duracion),
            "generador_us": redondear(gastados * 1e6 / recibidas),
            "generador_ocupado": redondear(gastados / duracion),
        }

    async def a_ritmo(self, sala: Sala, por_segundo: float, segundos: float) -> dict[str, Any]:
        """Returns how long after it was due each notification came, and what the server took of the processor."""
        cuantas = round(por_segundo * segundos)
        propias = {usuario: [0.0] * sala.cursores.get(usuario, 0) for usuario in sala.enchufes}
        ordenes, elegidos = self.ordenes(sala, cuantas)
        inicio = time.perf_counter() + 0.05
        debidas = [inicio + numero / por_segundo for numero in range(cuantas)]
        for usuario, debida in zip(elegidos, debidas, strict=True):
            propias[usuario].append(debida)
        for usuario, enchufe in sala.enchufes.items():
            enchufe.debidas = propias[usuario]
        async with self.contando(sala.cuenta, cuantas) as cifras:
            await self.imprenta.a_ritmo(ordenes, debidas)
        return {**cifras, "ms": resumen_fino(sala.cuenta.demoras)}

    @asynccontextmanager
    async def contando(self, cuenta: Cuenta, debidas: int) -> AsyncIterator[dict[str, Any]]:
        """Gives figures that are complete once all that is due has come, or nothing comes any more."""
        cifras: dict[str, Any] = {"notificaciones": debidas}
        base, repetidas, antes = cuenta.recibidas, cuenta.repetidas, segundos_de(self.pid)
        yield cifras
        await cuenta.hasta(base + debidas, PACIENCIA)
        recibidas = cuenta.recibidas - base
        cifras |= {
            "perdidas": debidas - recibidas,
            "repetidas": cuenta.repetidas - repetidas,
            "cpu_us": redondear((segundos_de(self.pid) - antes) * 1e6 / max(1, recibidas)),
        }


def resumen_fino(segundos: list[float]) -> dict[str, float] | None:
    """Returns percentiles in milliseconds; None of nothing."""
    partes = {"p50": 0.5, "p99": 0.99, "p999": 0.999, "max": 1.0}
    if not segundos:
        return None
    return {nombre: redondear(percentil(segundos, parte) * 1000) for nombre, parte in partes.items()}
