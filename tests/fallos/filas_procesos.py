"""Web processes killed, stormed, without descriptors; clients that idle, sleep or are signed out."""

from __future__ import annotations

import asyncio
import random
import resource
import time

from .banco import Banco
from .comprobador import percentil
from .filas import Escala, Resultado, exigir, fila
from .medidas import descriptores

# INTERVALO_RECONCILIACION, its pass, and a busy machine.
RECONCILIACION_S = 8.0
DESCRIPTORES = 100
# People whose sockets stay while those of all others come back.
PRESENTES = 20


@fila("web process killed (-9)", corta=Escala(2, 40), larga=Escala(10, 500, larga=True))
async def web_muerto(banco: Banco, escala: Escala) -> Resultado:
    webs = list(banco.puertos)

    async def matar() -> None:
        await asyncio.sleep(random.uniform(0, 0.3))
        banco.servicio.matar(web)

    async with banco.escena(escala.personas) as escena:
        for ciclo in range(escala.ciclos):
            web = webs[ciclo % len(webs)]
            await escena.ciclo(matar, veces=10, segundos=1, entera_en=5)
            await escena.flota.conectada(5)
            banco.servicio.lanzar(web)
            await banco.vivas()
    banco.revisar_registros()
    exigir(not any(cliente.reinicios for cliente in escena.flota.clientes), "a client had to begin anew")
    return Resultado(escena.balance)


@fila(
    "socket idle for 7 s, 60 s, then one notification",
    corta=Escala(1, 10),
    larga=Escala(1, 100, larga=True),
)
async def callado(banco: Banco, escala: Escala) -> Resultado:
    async with banco.escena(escala.personas) as escena:
        for segundos in (7, 60) if escala.larga else (6,):
            await asyncio.sleep(segundos)
            await banco.publicador.pedir("publicar", ids=escena.ids, veces=1)
            await escena.comprobar(entera_en=2)
        exigir(not escena.flota.cierres(), "an idle socket was closed")
    banco.revisar_registros()
    return Resultado(escena.balance)


@fila("client away for an hour, 500 missed", corta=Escala(1, 5), larga=Escala(4, 20, larga=True))
async def ausente(banco: Banco, escala: Escala) -> Resultado:
    async with banco.escena(escala.personas) as escena:
        for _ in range(escala.ciclos):
            for cliente in escena.flota.clientes:
                # Asleep: it does not come back by itself.
                cliente.dormir()
            await banco.publicador.pedir("publicar", ids=escena.ids, veces=500)
            await banco.publicador.pedir("marcar", ids=escena.ids, archivar=True)
            exigir(not any(c.recientes for c in escena.flota.clientes), "somebody was not away")
            for cliente in escena.flota.clientes:
                cliente.despertar()
            await escena.comprobar()
    banco.revisar_registros()
    return Resultado(escena.balance)


@fila("2,000 clients reconnect at once", corta=Escala(1, 100), larga=Escala(3, 1000, larga=True))
async def estampida(banco: Banco, escala: Escala) -> Resultado:
    async with banco.escena(escala.personas + PRESENTES, aparatos=2) as escena:
        presentes = [c for c in escena.flota.clientes if c.usuario_id in escena.ids[:PRESENTES]]
        clientes = [c for c in escena.flota.clientes if c not in presentes]
        aperturas: list[float] = []
        llegadas: list[float] = []
        conexiones = 0

        async def vigilar() -> None:
            nonlocal conexiones
            while True:
                conexiones = max(conexiones, await asyncio.to_thread(banco.conexiones_a_la_base))
                await asyncio.sleep(0.1)

        async def soltar() -> None:
            for cliente in clientes:
                cliente.aperturas.clear()
                cliente.soltar()
            await escena.flota.hasta(
                lambda: all(c.aperturas and c.sincronizado for c in clientes), "all are back", 60
            )
            aperturas.extend(segundos for cliente in clientes for segundos in cliente.aperturas)
            llegadas.extend(llegada - enviada for c in presentes for _, enviada, llegada in c.recientes)

        vigilante = asyncio.create_task(vigilar())
        for _ in range(escala.ciclos):
            await escena.ciclo(soltar, veces=3, segundos=0.5)
        vigilante.cancel()
    banco.revisar_registros()
    exigir(conexiones <= banco.conexiones_admitidas, f"{conexiones} connections to the database")
    exigir(llegadas, "whoever stayed was told nothing meanwhile")
    p99_de_los_presentes = percentil(llegadas, 0.99)
    exigir(p99_de_los_presentes < 2, f"whoever stayed waited {p99_de_los_presentes:.2f} s (p99)")
    cifras = {
        "clientes": len(clientes),
        "p99_apreton_s": percentil(aperturas, 0.99),
        "max_apreton_s": max(aperturas),
        "p99_de_los_presentes_s": p99_de_los_presentes,
        "conexiones": conexiones,
    }
    return Resultado(escena.balance, cifras)


@fila("`ulimit -n 100`", corta=Escala(2, 20), larga=Escala(6, 20, larga=True))
async def sin_descriptores(banco: Banco, escala: Escala) -> Resultado:
    webs = list(banco.puertos)

    async with banco.escena(escala.personas) as escena:

        async def llenar() -> None:
            puerto, pid = banco.puertos[web], banco.pid(web)
            antes = resource.prlimit(pid, resource.RLIMIT_NOFILE)
            resource.prlimit(pid, resource.RLIMIT_NOFILE, (DESCRIPTORES, antes[1]))
            try:
                flujos = await asyncio.gather(
                    *(asyncio.open_connection("127.0.0.1", puerto) for _ in range(DESCRIPTORES))
                )
                await escena.flota.hasta(lambda: descriptores(pid) >= DESCRIPTORES - 5, "it is full")
                await asyncio.sleep(1)
                for _, escritor in flujos:
                    escritor.close()
                await asyncio.gather(*(e.wait_closed() for _, e in flujos), return_exceptions=True)
            finally:
                resource.prlimit(pid, resource.RLIMIT_NOFILE, antes)

        for ciclo in range(escala.ciclos):
            web = webs[ciclo % len(webs)]
            await escena.ciclo(llenar, veces=10, segundos=1.5)
        exigir(not escena.flota.cierres(), f"old sockets were closed: {escena.flota.cierres()}")
        await banco.vivas()
    banco.revisar_registros()
    return Resultado(escena.balance)


@fila(
    "log-out, password change, deactivation",
    corta=Escala(1, 3),
    larga=Escala(3, 3, larga=True),
)
async def echados(banco: Banco, escala: Escala) -> Resultado:
    tardanzas: list[float] = []
    for ciclo in range(escala.ciclos):
        nombre = f"echada-{time.time_ns()}"
        propias = await banco.nuevas(nombre, 3)
        for (usuario_id, sesion), como in zip(propias, ("salir", "contrasena", "desactivar"), strict=True):
            async with banco.de(propias, aparatos=2) as escena:
                inicio = time.monotonic()
                if como == "salir":
                    await banco.visitante(sesion, ciclo).pedir("/cuentas/logout/", "", "text/plain")
                else:
                    await banco.publicador.pedir("cerrar_cuenta", usuario_id=usuario_id, como=como)
                suyos = [c for c in escena.flota.clientes if c.usuario_id == usuario_id]
                await escena.flota.hasta(
                    lambda suyos=suyos: all(c.final for c in suyos), f"closed: {como}", 8
                )
                tardanzas.append(time.monotonic() - inicio)
                exigir({c.cierres[-1] for c in suyos} == {4401}, f"{como}: {[c.cierres for c in suyos]}")
                exigir(sum(c.final for c in escena.flota.clientes) == len(suyos), "others were closed too")
            propias = [una for una in propias if una[0] != usuario_id]
    banco.revisar_registros()
    exigir(max(tardanzas) <= RECONCILIACION_S, f"closed only after {max(tardanzas):.1f} s")
    escena.balance.fallos = len(tardanzas)
    return Resultado(escena.balance, {"cerrados_s": max(tardanzas)})
