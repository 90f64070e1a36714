"""Redis killed, frozen, absent, cut off: sockets stay open, purchases go on, clients are whole in seconds."""

from __future__ import annotations

import asyncio
import random

from notificaciones.capa import PAUSA_TRAS_FALLO

from .banco import Banco
from .escena import Escena
from .filas import SIN_REDIS, Escala, Resultado, exigir, fila
from .proxy import Proxy
from .visita import Visitante

# INTERVALO_RECONCILIACION, its pass, and a busy machine.
RECONCILIACION_S = 8.0
EN_VIVO_S = 2.0
COMPRA_S = 1.0
APRETON_S = 5.0


async def comprar_a_tiempo(bruno: Visitante, veces: int = 1) -> float:
    """Returns how long the slowest purchase took; each must be answered normally."""
    compras = [await bruno.comprar() for _ in range(veces)]
    exigir(all(compra.estado == 201 for compra in compras), f"purchases: {[c.estado for c in compras]}")
    return max(compra.segundos for compra in compras)


async def conectar_nuevas(banco: Banco, cuantas: int) -> float:
    """Returns the slowest handshake of so many new sockets; each is served from the table."""
    async with banco.escena(cuantas) as nuevas:
        return max(nuevas.flota.aperturas())


def nadie_cayo(escena: Escena) -> None:
    exigir(
        not escena.flota.cierres() and not escena.flota.fallidas(), f"closed with {escena.flota.cierres()}"
    )


async def otra_vez_en_vivo(banco: Banco, escena: Escena) -> None:
    """Every web process subscribes again by itself, and what is sent then is there at once, not with the next comparison."""
    with banco.cliente_de_redis() as cliente:
        await escena.flota.hasta(
            lambda: len(cliente.client_list(_type="pubsub")) >= len(banco.puertos), "subscribed again"
        )
    # Until then a publisher that failed does not try.
    await asyncio.sleep(PAUSA_TRAS_FALLO)
    await banco.publicador.pedir("publicar", ids=escena.ids, veces=1)
    await escena.comprobar(entera_en=EN_VIVO_S, fallos=0)


@fila("Redis killed (-9), back after 3 s, nothing kept; again and again at random moments")
async def redis_muerto(banco: Banco, escala: Escala) -> Resultado:
    bruno = await banco.comprador()
    compras, apretones = [], []

    async def morir_y_volver() -> None:
        await asyncio.sleep(random.uniform(0, 0.5))
        banco.redis.matar()
        fuera = asyncio.create_task(asyncio.sleep(3 if escala.larga else 1))
        compras.append(await comprar_a_tiempo(bruno, 2))
        apretones.append(await conectar_nuevas(banco, 3))
        await fuera
        banco.redis.iniciar()

    async with banco.escena(escala.personas) as escena:
        for _ in range(escala.ciclos):
            await escena.ciclo(morir_y_volver, veces=12, segundos=2, entera_en=10)
            await otra_vez_en_vivo(banco, escena)
        nadie_cayo(escena)
    banco.revisar_registros()
    exigir(max(compras) < COMPRA_S, f"a purchase took {max(compras):.2f} s")
    exigir(max(apretones) < APRETON_S, f"a handshake took {max(apretones):.2f} s")
    return Resultado(escena.balance, {"compra_s": max(compras), "apreton_s": max(apretones)})


@fila(
    "Redis frozen (SIGSTOP) for 40 s",
    corta=Escala(1),
    larga=Escala(2, 100, larga=True),
)
async def redis_congelado(banco: Banco, escala: Escala) -> Resultado:
    bruno = await banco.comprador()
    compras, apretones = [], []

    async def congelar_y_soltar() -> None:
        banco.redis.congelar()
        try:
            fuera = asyncio.create_task(asyncio.sleep(40 if escala.larga else 2))
            compras.append(await comprar_a_tiempo(bruno, 3))
            apretones.append(await conectar_nuevas(banco, 3))
            await fuera
        finally:
            banco.redis.descongelar()

    async with banco.escena(escala.personas) as escena:
        for _ in range(escala.ciclos):
            await escena.ciclo(congelar_y_soltar, veces=10, segundos=1)
            await otra_vez_en_vivo(banco, escena)
        nadie_cayo(escena)
    banco.revisar_registros()
    exigir(max(compras) < COMPRA_S, f"a purchase took {max(compras):.2f} s")
    exigir(max(apretones) < APRETON_S, f"a handshake took {max(apretones):.2f} s")
    return Resultado(escena.balance, {"compra_s": max(compras), "apreton_s": max(apretones)})


@fila("Redis absent from the start", banco=SIN_REDIS, corta=Escala(1), larga=Escala(5, 100, larga=True))
async def redis_ausente(banco: Banco, escala: Escala) -> Resultado:
    bruno = await banco.comprador()

    async def comprar() -> None:
        exigir(await comprar_a_tiempo(bruno, 2) < COMPRA_S, "purchases waited for a Redis that is not there")

    async with banco.escena(escala.personas) as escena:
        for _ in range(escala.ciclos):
            await escena.ciclo(comprar, veces=5, segundos=0.5, entera_en=RECONCILIACION_S)
        nadie_cayo(escena)
    banco.revisar_registros()
    return Resultado(escena.balance)


@fila("Redis's subscriber connection cut every second", larga=Escala(20, 100, larga=True))
async def suscriptor_cortado(banco: Banco, escala: Escala) -> Resultado:
    cliente = banco.cliente_de_redis()

    async def cortar() -> None:
        await asyncio.sleep(random.uniform(0.2, 0.8))
        exigir(await asyncio.to_thread(cliente.client_kill_filter, _type="pubsub"), "nobody was subscribed")

    async with banco.escena(escala.personas) as escena:
        for _ in range(escala.ciclos):
            await escena.ciclo(cortar, veces=20, segundos=1, entera_en=10)
        nadie_cayo(escena)
    banco.revisar_registros()
    cliente.close()
    return Resultado(escena.balance)


@fila("the line of a client delayed, stalled, cut", larga=Escala(20, 100, larga=True))
async def linea_cortada(banco: Banco, escala: Escala) -> Resultado:
    with Proxy(banco.puertos["web"]) as uno, Proxy(banco.puertos["uvicorn"]) as otro:
        urls = [f"ws://127.0.0.1:{proxy.puerto}/ws/notificaciones/" for proxy in (uno, otro)]

        async def estorbar() -> None:
            uno.retraso = random.uniform(0, 0.05)
            otro.atascar()
            await asyncio.sleep(random.uniform(0.1, 0.5))
            exigir(uno.cortar() + otro.cortar(), "there was no connection to cut")
            otro.soltar()
            await asyncio.sleep(random.uniform(0.1, 0.5))
            uno.cortar(5)
            uno.retraso = 0

        async with banco.escena(escala.personas, aparatos=2, urls=urls) as escena:
            for _ in range(escala.ciclos):
                await escena.ciclo(estorbar, veces=30, segundos=1)
    banco.revisar_registros()
    return Resultado(escena.balance)
