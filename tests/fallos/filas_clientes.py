"""Web processes that are asked to end, and clients that do not read or are gone without a word."""

from __future__ import annotations

import asyncio
import signal
import time

from .banco import Banco
from .comprobador import Balance, percentil
from .filas import PULSO, Escala, Resultado, exigir, fila
from .medidas import establecidas, memoria
from .proxy import Proxy
from .sordo import Sordo

SALIDA_S = 20.0
# How many may leave for elsewhere within a second: what the service spreads them by, and some chance.
RITMO_MAXIMO = 400
# The table's 10 s from when the kernel takes no more.
CORTE_S = 15.0
TAMANO = 2000
MEMORIA_MB = 4.0
PULSO_S = 60.0
MEGA = 1_000_000

# Servers that ask more often whether a client is still there: a short run cannot wait a minute.
PULSO_RAPIDO = {
    "opciones": {
        "web": "--ping-interval 2 --ping-timeout 4",
        "uvicorn": "--ws-ping-interval 2 --ws-ping-timeout 2",
    }
}


async def terminar(banco: Banco, web: str) -> float:
    """Asks a web process to end; returns after how many seconds it had."""
    proceso = banco.servicio.procesos.pop(web)
    inicio = time.monotonic()
    proceso.send_signal(signal.SIGTERM)
    codigo = await asyncio.to_thread(proceso.wait, SALIDA_S)
    exigir(codigo in {0, -signal.SIGTERM}, f"{web} ended with {codigo}")
    return time.monotonic() - inicio


def peor_segundo(momentos: list[float]) -> int:
    """Returns how many of these lie within one second at most."""
    ordenados, desde, peor = sorted(momentos), 0, 0
    for hasta, momento in enumerate(ordenados):
        while momento - ordenados[desde] > 1:
            desde += 1
        peor = max(peor, hasta - desde + 1)
    return peor


@fila(
    "web process SIGTERM with 1,000 sockets",
    corta=Escala(2, 200),
    larga=Escala(4, 2000, larga=True),
)
async def web_terminado(banco: Banco, escala: Escala) -> Resultado:
    webs, salidas, peores, aperturas = list(banco.puertos), [], [], []
    async with banco.escena(escala.personas) as escena:
        for ciclo in range(escala.ciclos):
            web = webs[ciclo % len(webs)]
            suyos = [c for c in escena.flota.clientes if str(banco.puertos[web]) in c.direccion]
            exigir(suyos, f"nobody is connected to {web}")
            antes = {id(cliente): cliente.avisos for cliente in suyos}
            for cliente in suyos:
                cliente.aperturas.clear()

            async def despedir(web: str = web) -> None:
                fin = asyncio.create_task(terminar(banco, web))
                await asyncio.sleep(0.1)
                lista = await banco.visitante("", webs.index(web)).pedir("/readyz")
                exigir(lista.estado in {503, 0}, f"/readyz says {lista.estado} while it ends")
                salidas.append(await fin)

            await escena.ciclo(despedir, veces=10, segundos=3)
            await escena.flota.conectada(20)
            exigir(all(c.avisos > antes[id(c)] for c in suyos), "somebody was not told to go")
            exigir({c.cierres[-1] for c in suyos} <= {1000, 1012}, "somebody's line was cut")
            aperturas += [segundos for cliente in suyos for segundos in cliente.aperturas]
            peores.append(peor_segundo([c.partida for c in suyos]))
            banco.servicio.lanzar(web)
            await banco.vivas()
    banco.revisar_registros()
    exigir(max(peores) <= RITMO_MAXIMO, f"{max(peores)} left within one second")
    cifras = {
        "salida_s": max(salidas),
        "en_el_peor_segundo": max(peores),
        "p99_apreton_s": percentil(aperturas, 0.99),
    }
    return Resultado(escena.balance, cifras)


@fila(
    "a client that never reads while 300 MB are pushed",
    corta=Escala(1, 2),
    larga=Escala(2, 2, larga=True),
)
async def sordos(banco: Banco, escala: Escala) -> Resultado:
    megas, segundos = (300, 24) if escala.larga else (25, 12)
    crecidas, cortes = [], []
    async with banco.escena(escala.personas, aparatos=2) as escena:
        [(usuario_id, sesion)] = await banco.nuevas(f"sorda-{time.time_ns()}", 1)
        # To those who read, first: what every process takes into its memory once, whoever it is for.
        await banco.publicador.pedir("empujar", ids=escena.ids[:1], veces=2000, tamano=TAMANO)
        for _ in range(escala.ciclos):
            empuje = asyncio.create_task(
                banco.publicador.pedir(
                    "empujar",
                    ids=[usuario_id],
                    veces=megas * MEGA // TAMANO,
                    tamano=TAMANO,
                    segundos=segundos,
                )
            )
            medidas = await asyncio.gather(
                *(_ensordecer(banco, web, sesion, empuje) for web in banco.puertos)
            )
            cortes += [corte for corte, _ in medidas]
            crecidas += [crecida for _, crecida in medidas]
            # Whoever reads is served meanwhile and afterwards.
            await banco.publicador.pedir("publicar", ids=escena.ids, veces=3)
            await escena.comprobar(fallos=len(banco.puertos))
        sordo = Sordo(banco.puertos["web"], sesion)
        await banco.publicador.pedir("empujar", ids=[usuario_id], veces=5000, tamano=TAMANO)
        salida = await terminar(banco, "web")
        sordo.cerrar()
        banco.servicio.lanzar("web")
        await banco.vivas()
    banco.revisar_registros()
    cifras = {"megas": megas, "crece_mb": max(crecidas), "corte_s": max(cortes), "salida_s": salida}
    exigir(max(crecidas) < MEMORIA_MB, f"memory grew by {max(crecidas):.1f} MB: {cifras}")
    exigir(max(cortes) < CORTE_S, f"cut off only after {max(cortes):.1f} s")
    return Resultado(escena.balance, cifras)


async def _ensordecer(banco: Banco, web: str, sesion: str, empuje: asyncio.Task[int]) -> tuple[float, float]:
    """Returns after how many seconds a socket that never reads was cut off, and by how many megabytes the process grew."""
    pid = banco.pid(web)
    sordo, antes, inicio = Sordo(banco.puertos[web], sesion), memoria(pid), time.monotonic()
    maxima, corte = antes, 0.0
    try:
        while not empuje.done() or (not corte and time.monotonic() - inicio < CORTE_S):
            await asyncio.sleep(0.1)
            maxima = max(maxima, memoria(pid))
            if not corte and sordo.cortado():
                corte = time.monotonic() - inicio
    finally:
        sordo.cerrar()
    exigir(corte, f"{web} kept a socket that never reads while {empuje.result()} frames were pushed to it")
    return corte, maxima - antes


@fila(
    "half-open client (no pongs)",
    banco=PULSO,
    corta=Escala(1, 10),
    larga=Escala(1, 50, larga=True),
)
async def medio_abiertos(banco: Banco, escala: Escala) -> Resultado:
    tardanzas = await asyncio.gather(*(_enmudecer(banco, web, escala) for web in banco.puertos))
    banco.revisar_registros()
    balance = Balance()
    for _, suyo in tardanzas:
        balance.sumar(suyo)
    return Resultado(balance, {"fuera_s": max(segundos for segundos, _ in tardanzas)})


async def _enmudecer(banco: Banco, web: str, escala: Escala) -> tuple[float, Balance]:
    """Returns after how many seconds this server had let go of clients that are gone without a word."""
    puerto, limite = banco.puertos[web], PULSO_S if escala.larga else PULSO_S / 5
    gente = await banco.nuevas(f"muda-{web}-{time.time_ns()}", escala.personas)
    with Proxy(puerto) as proxy:
        otras = [url for nombre, url in banco.url.items() if nombre != web]
        urls = [f"ws://127.0.0.1:{proxy.puerto}/ws/notificaciones/", *otras]
        async with banco.de(gente, urls=urls, empezar_igual=True) as escena:
            suyas = proxy.salidas()
            exigir(
                suyas <= establecidas(puerto) and len(suyas) == escala.personas, "not all came by the proxy"
            )
            await escena.ciclo(lambda: asyncio.to_thread(proxy.medio_abrir), veces=5, segundos=0.5)
            inicio = time.monotonic()
            await escena.flota.hasta(lambda: not suyas & establecidas(puerto), f"{web} lets them go", limite)
            return time.monotonic() - inicio, escena.balance
