"""Buys as fast as some buyers can who wait for each answer: of a shop with a worker, and of one that does all in the request."""

from __future__ import annotations

import asyncio
import itertools
import json
import random
import re
import sys
import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from bench.cifras import percentil
from bench.cliente import Tienda
from bench.procesos import iniciar_django
from bench.turnos import por_turnos

iniciar_django()

from bench.medidores.ventas import cuentas, esperar_al_final, preparar_con_correo, ultima_venta  # noqa: E402

VIAS = ("pagina", "json")
SEMILLA = 20
# So many that none buys more often than a person might.
COMPRADORES = 120
# What is left over of a round may take so long at most.
PLAZO = 120.0
CALENTAMIENTO = 1.0
# How many buyers, by page or JSON, of which of the two shops.
Forma = tuple[int, str, str]
EN_LA_DIRECCION = re.compile(r"/ventas/(\d+)/confirmacion/$")


@dataclass
class Registro:
    """What was answered in one round. Durations in seconds."""

    respuestas: list[float] = field(default_factory=list)
    ventas: list[int] = field(default_factory=list)
    rechazadas: int = 0
    duracion: float = 0
    resto: float = 0

    def cifras(self) -> dict[str, float]:
        return {
            "por_segundo": len(self.respuestas) / self.duracion,
            "resto": self.resto,
            **{f"p{parte}": percentil(self.respuestas, parte / 100) for parte in (50, 99)},
        }


class Clientes:
    """Buyers of one shop, each of whom buys again as soon as the last purchase was answered."""

    def __init__(self, puerto: int, por_pagina: bool, gente: dict[str, Any]) -> None:
        self._tienda, self._por_pagina = Tienda(puerto), por_pagina
        self._sesiones, self._productos = itertools.cycle(gente["compradores"]), gente["productos"]
        self._azar = random.Random(SEMILLA)

    async def ronda(self, clientes: int, segundos: float) -> Registro:
        """Returns what was answered until nobody buys any more."""
        registro, inicio = Registro(), time.perf_counter()
        async with asyncio.TaskGroup() as grupo:
            for _ in range(clientes):
                grupo.create_task(self._comprar_hasta(inicio + segundos, registro))
        registro.duracion = time.perf_counter() - inicio
        return registro

    async def _comprar_hasta(self, fin: float, registro: Registro) -> None:
        while (inicio := time.perf_counter()) < fin:
            venta_id = await self._comprar(next(self._sesiones), self._azar.choice(self._productos))
            registro.respuestas.append(time.perf_counter() - inicio)
            if venta_id:
                registro.ventas.append(venta_id)
            else:
                registro.rechazadas += 1

    async def _comprar(self, sesion: str, producto_id: int) -> int:
        """Returns the id of the sale, 0 where there was none."""
        if self._por_pagina:
            _, camino = await self._tienda.comprar_en_pagina(sesion, producto_id)
            hallado = EN_LA_DIRECCION.search(camino)
            return int(hallado[1]) if hallado else 0
        _, hecha = await self._tienda.comprar(sesion, producto_id)
        return int(hecha.get("venta_id", 0))


class Medicion:
    """All buying of a run. After each round the worker first does what that round left over, alone."""

    def __init__(self, puertos: dict[str, int]) -> None:
        self.desde, gente = ultima_venta(), preparar_con_correo(COMPRADORES)
        self.grupos = {
            (via, modo): Clientes(puerto, via == "pagina", gente)
            for via in VIAS
            for modo, puerto in puertos.items()
        }
        self.respondidas: list[int] = []
        self.rechazadas = 0

    def comprar(self, bucle: asyncio.Runner, forma: Forma, segundos: float) -> Registro:
        """Returns the record of one round."""
        cuantos, via, modo = forma
        registro = bucle.run(self.grupos[via, modo].ronda(cuantos, segundos))
        inicio = time.perf_counter()
        esperar_al_final(PLAZO)
        registro.resto = time.perf_counter() - inicio
        self.respondidas += registro.ventas
        self.rechazadas += registro.rechazadas
        return registro

    def cuentas(self, correos: str) -> dict[str, Any]:
        """Returns what was refused, lost and repeated."""
        hecho = cuentas(self.desde, self.respondidas, correos)
        valida = hecho["valida"] and not self.rechazadas
        return {"rechazadas": self.rechazadas, **hecho, "valida": valida}


def medir(
    puertos: dict[str, int], clientes: list[int], segundos: float, rondas: int, correos: str
) -> dict[str, Any]:
    """Returns the figures of the rounds by how many buy, how and where, and whether they count."""
    medicion = Medicion(puertos)
    formas: list[Forma] = [(cuantos, *grupo) for cuantos in clientes for grupo in medicion.grupos]
    cifras: dict[str, list[dict[str, float]]] = defaultdict(list)
    with asyncio.Runner() as bucle:
        for grupo in medicion.grupos:
            medicion.comprar(bucle, (max(clientes), *grupo), min(CALENTAMIENTO, segundos))
        for forma in por_turnos(formas, rondas):
            cuantos, via, modo = forma
            cifras[f"{cuantos}.{via}.{modo}"].append(medicion.comprar(bucle, forma, segundos).cifras())
    return {"medidas": cifras, **medicion.cuentas(correos)}


if __name__ == "__main__":
    print(json.dumps(medir(**json.loads(sys.argv[1]))))
