"""PostgreSQL restarted, its backends ended, its connections used up; a disk that is full: refused politely, healed by itself."""

from __future__ import annotations

import asyncio
import random
import resource
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from .banco import Banco
from .escena import Escena
from .filas import POSTGRES, Escala, Resultado, exigir, fila
from .postgres import Postgres
from .visita import Respuesta, Visitante

CORTA, LARGA = Escala(1, 20), Escala(5, 200, larga=True)
# What a purchase may wait for a database that is away: the pool's five seconds, and a busy machine.
COMPRA_S = 8.0


def aceptada_o_aplazada(respuestas: list[Respuesta]) -> int:
    """Returns how many were put off with 503 and Retry-After; all the others must have been answered normally."""
    aplazadas = [r for r in respuestas if r.estado != 201]
    for una in aplazadas:
        cuando = una.cabeceras and una.cabeceras.get("Retry-After")
        exigir(una.estado == 503 and cuando, f"a purchase got {una.estado}, Retry-After {cuando}")
    exigir(max(r.segundos for r in respuestas) < COMPRA_S, "a purchase waited too long")
    return len(aplazadas)


async def comprobar_ventas(banco: Banco, bruno: Visitante) -> None:
    """Nothing is half-written: as many sales as were taken from the stock and told to ana. And the next request works."""
    compra = await bruno.comprar()
    exigir(compra.estado == 201, f"the next purchase got {compra.estado}")
    cuentas = await banco.publicador.pedir("contar_ventas", producto_id=bruno.producto_id)
    exigir(len(set(cuentas.values())) == 1, f"half-written: {cuentas}")


@asynccontextmanager
async def comprando(bruno: Visitante) -> AsyncIterator[list[Respuesta]]:
    """Buys again and again while the block lasts; gives the answers."""
    respuestas: list[Respuesta] = []
    seguir = True

    async def comprar() -> None:
        while seguir:
            respuestas.append(await bruno.comprar())

    tareas = [asyncio.create_task(comprar()) for _ in range(2)]
    try:
        yield respuestas
    finally:
        seguir = False
        await asyncio.gather(*tareas)


def sin_caidas(escena: Escena) -> None:
    exigir(not escena.flota.cierres(), f"sockets were closed: {escena.flota.cierres()}")


async def con_la_base(
    banco: Banco, escala: Escala, romper: Callable[[Postgres], Awaitable[Any]]
) -> Resultado:
    """Breaks PostgreSQL again and again while somebody buys and somebody publishes."""
    postgres, bruno = banco.postgres, await banco.comprador()
    if postgres is None:
        raise AssertionError("This row needs a bench with PostgreSQL.")
    aplazadas = 0

    async def romper_mientras_compran() -> float:
        nonlocal aplazadas
        async with comprando(bruno) as respuestas:
            await romper(postgres)
            sana = time.time()
        aplazadas += aceptada_o_aplazada(respuestas)
        return sana

    async with banco.escena(escala.personas) as escena:
        for _ in range(escala.ciclos):
            await escena.ciclo(romper_mientras_compran, veces=10, segundos=1)
            await comprobar_ventas(banco, bruno)
            await escena.comprobar(fallos=0)
        sin_caidas(escena)
    banco.revisar_registros()
    return Resultado(escena.balance, {"compras_aplazadas": aplazadas})


@fila("PostgreSQL restarted (immediate)", banco=POSTGRES, corta=CORTA, larga=LARGA)
async def base_reiniciada(banco: Banco, escala: Escala) -> Resultado:
    async def reiniciar(postgres: Postgres) -> None:
        await asyncio.sleep(random.uniform(0, 0.5))
        postgres.matar()
        await asyncio.sleep(1)
        postgres.iniciar()

    return await con_la_base(banco, escala, reiniciar)


@fila("all backends of PostgreSQL terminated", banco=POSTGRES, corta=CORTA, larga=LARGA)
async def base_expulsa(banco: Banco, escala: Escala) -> Resultado:
    async def expulsar(postgres: Postgres) -> None:
        for _ in range(3):
            await asyncio.sleep(random.uniform(0.05, 0.4))
            await asyncio.to_thread(postgres.expulsar)

    return await con_la_base(banco, escala, expulsar)


@fila("connections of PostgreSQL used up", banco=POSTGRES, corta=CORTA, larga=LARGA)
async def base_llena(banco: Banco, escala: Escala) -> Resultado:
    async def llenar(postgres: Postgres) -> None:
        await asyncio.to_thread(postgres.ocupar)
        try:
            await asyncio.sleep(2)
        finally:
            await asyncio.to_thread(postgres.desocupar)

    return await con_la_base(banco, escala, llenar)


@fila("disk full", corta=CORTA, larga=LARGA)
async def disco_lleno(banco: Banco, escala: Escala) -> Resultado:
    bruno, pid = await banco.comprador(), banco.pid()
    antes = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    aplazadas = 0
    async with banco.escena(escala.personas) as escena:
        for _ in range(escala.ciclos):

            async def llenar() -> None:
                nonlocal aplazadas
                # No file of this process may grow beyond what its log has: the next pages of the database do not fit.
                registro = banco.servicio.carpeta / "web.log"
                cabe = _tamano(registro) + 20_000
                resource.prlimit(pid, resource.RLIMIT_FSIZE, (cabe, antes[1]))
                try:
                    aplazadas += aceptada_o_aplazada([await bruno.comprar() for _ in range(10)])
                finally:
                    resource.prlimit(pid, resource.RLIMIT_FSIZE, antes)

            await escena.ciclo(llenar, veces=10, segundos=0.5)
            await comprobar_ventas(banco, bruno)
            await escena.comprobar(fallos=0)
        sin_caidas(escena)
    exigir(aplazadas, "the disk was never full")
    banco.revisar_registros()
    return Resultado(escena.balance, {"compras_aplazadas": aplazadas})


def _tamano(archivo: Path) -> int:
    return archivo.stat().st_size if archivo.is_file() else 0
