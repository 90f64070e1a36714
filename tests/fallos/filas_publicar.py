"""Publishers that die, transactions that commit late or not at all, bursts."""

from __future__ import annotations

import asyncio

from .banco import Banco
from .comprobador import percentil
from .filas import Escala, Resultado, exigir, fila
from .publicador import PublicadorMuerto

# INTERVALO_RECONCILIACION, its pass, and a busy machine.
RECONCILIACION_S = 8.0
# Of each notification of a burst: some megabytes in all are more than the kernel takes for one connection.
RELLENO = 7000


@fila("a transaction with a lower number commits later", larga=Escala(10, 20, larga=True))
async def confirmada_tarde(banco: Banco, escala: Escala) -> Resultado:
    async with banco.escena(escala.personas) as escena:
        for _ in range(escala.ciclos):
            await banco.publicador.pedir("confirmar_tarde", ids=escena.ids[:1], segundos=0.3)
            await banco.publicador.pedir("publicar_al_reves", ids=escena.ids, veces=5)
            # By the gap that the first of them shows, and not by reconciliation alone.
            await escena.comprobar()
    banco.revisar_registros()
    return Resultado(escena.balance)


@fila("rollback after `notificar`", larga=Escala(10, 20, larga=True))
async def arrepentida(banco: Banco, escala: Escala) -> Resultado:
    async with banco.escena(escala.personas) as escena:
        clientes = escena.flota.clientes
        for ciclo in range(1, escala.ciclos + 1):
            await banco.publicador.pedir("arrepentirse", ids=escena.ids)
            # What comes after it by the same way shows that nothing is on its way any more.
            await banco.publicador.pedir("empujar", ids=escena.ids, veces=1, tamano=1)
            await escena.flota.hasta(
                lambda ciclo=ciclo: all(c.efimeras >= ciclo for c in clientes), "what was pushed comes"
            )
            exigir(not any(c.recientes for c in clientes), "what was rolled back was shown")
            await banco.publicador.pedir("publicar", ids=escena.ids, veces=1)
            balance = await escena.comprobar()
            exigir(balance.notificaciones == len(escena.ids), "what was rolled back is in the table")
    banco.revisar_registros()
    return Resultado(escena.balance)


@fila("process dies between commit and publish", corta=Escala(1, 5), larga=Escala(5, 50, larga=True))
async def sin_publicar(banco: Banco, escala: Escala) -> Resultado:
    async with banco.escena(escala.personas) as escena:
        for _ in range(escala.ciclos):
            try:
                await banco.publicador.pedir("morir_al_publicar", ids=escena.ids)
            except PublicadorMuerto:
                pass
            else:
                exigir(False, "the publisher lives")
            await escena.comprobar(entera_en=RECONCILIACION_S)
    return Resultado(escena.balance)


@fila("5,000 notifications to one user in 1 s", corta=Escala(1, 20), larga=Escala(3, 100, larga=True))
async def rafaga(banco: Banco, escala: Escala) -> Resultado:
    veces = 5000 if escala.larga else 2500
    async with banco.escena(escala.personas, aparatos=2) as escena:
        una, *otras = escena.ids
        rapido, lento = (c for c in escena.flota.clientes if c.usuario_id == una)
        llegadas: list[float] = []
        for _ in range(escala.ciclos):
            # One page is busy: what the kernel does not take of this waits for it with the server, and there is a bound to it.
            lento.dejar_de_leer()
            segundos = veces / 1000
            entretanto = asyncio.create_task(
                banco.ayudante.pedir(
                    "publicar", ids=otras, veces=veces // 10, segundos=segundos, a_todos=False
                )
            )
            confirmada = await banco.publicador.pedir("rafaga", ids=[una], veces=veces, relleno=RELLENO)
            await escena.flota.hasta(lambda: len(rapido.recientes) >= veces, "the quick page has it all", 30)
            lento.volver_a_leer()
            await entretanto
            # While the table was locked by the burst itself nobody could publish; from its commit on everybody can.
            llegadas += [
                llegada - enviada
                for cliente in escena.flota.clientes
                for _, enviada, llegada in cliente.recientes
                if cliente.usuario_id != una and confirmada <= enviada
            ]
            await escena.comprobar()
    banco.revisar_registros()
    p99 = percentil(llegadas, 0.99)
    exigir(p99 < 2, f"the others waited {p99:.2f} s (p99)")
    return Resultado(escena.balance, {"p99_de_los_demas_s": p99, "de_los_demas": len(llegadas)})
