"""The figure of our delivery beside that of others: the same work for each, by turns."""

from __future__ import annotations

from statistics import median
from typing import Any

from bench.cifras import redondear
from bench.medidas import Medidas
from bench.pares.corridas import COMO_OBTENER_NODE, Terreno, instalar_socketio, terreno
from bench.pares.razones import faltas, medianas, razones
from bench.pares.servidores import DE_MUCHOS, DE_NODE, NUESTROS, SIN_SESION
from bench.turnos import por_turnos

# What takes them five or twenty times as long is asked of them less often, and no ratio is of them.
LENTOS = {"llano_core": 10, "llano_pubsub": 2, "python_socketio": 2}
RONDAS_DE_LOS_LENTOS = 2
EN_LA_ULTIMA = (*NUESTROS, "socketio")
Corridas = dict[str, list[dict[str, Any]]]


def pares(medidas: Medidas) -> dict[str, Any]:
    """Returns every server's figures and our ratios; they count only where ours lost and repeated nothing."""
    con_node = instalar_socketio()
    nombres = [nombre for nombre in medidas.pares_servidores if con_node or nombre not in DE_NODE]
    with terreno(max(medidas.pares_enchufes, medidas.pares_muchos)) as campo:
        pocos = _por_turnos(campo, medidas, nombres)
        muchos = _con_muchos(campo, medidas, nombres)
        rondas = [
            campo.producir(medidas.pares_rapidas, medidas.pares_enchufes, con_node)
            for _ in range(medidas.pares_rondas)
        ]
    productor = {nombre: redondear(median(ronda[nombre] for ronda in rondas)) for nombre in rondas[0]}
    nuestras = faltas(
        corrida for todas in (pocos, muchos) for nombre in NUESTROS for corrida in todas.get(nombre, [])
    )
    servidores = {nombre: medianas(corridas) for nombre, corridas in pocos.items()}
    de_muchos = {nombre: medianas(corridas) for nombre, corridas in muchos.items()}
    return {
        **({} if con_node else {"socketio": {"omitida": COMO_OBTENER_NODE}}),
        "enchufes": medidas.pares_enchufes,
        "muchos": medidas.pares_muchos,
        "rondas": medidas.pares_rondas,
        "por_segundo": medidas.pares_por_segundo,
        "servidores": servidores,
        "servidores_con_muchos": de_muchos,
        "productor_us": productor,
        "ratios": razones(servidores, de_muchos, productor),
        "notificaciones": nuestras["notificaciones"],
        "perdidas": nuestras["perdidas"],
        "duplicadas": nuestras["duplicadas"],
        "valida": not nuestras["perdidas"] and not nuestras["duplicadas"],
    }


def _por_turnos(campo: Terreno, medidas: Medidas, nombres: list[str]) -> Corridas:
    """Returns the runs of each server with few sockets: each once a round, every other round backwards."""
    corridas: Corridas = {nombre: [] for nombre in nombres}
    for nombre in por_turnos(nombres, medidas.pares_rondas):
        hechas = len(corridas[nombre])
        if nombre in LENTOS and hechas == RONDAS_DE_LOS_LENTOS:
            continue
        if nombre in SIN_SESION:
            pedido = _conectar(medidas, medidas.pares_enchufes)
        else:
            pedido = _todo(medidas, nombre, hechas == medidas.pares_rondas - 1)
        corridas[nombre].append(campo.correr(nombre, **pedido))
    return corridas


def _conectar(medidas: Medidas, enchufes: int) -> dict[str, Any]:
    return {"enchufes": enchufes, "ensayo": medidas.pares_ensayo}


def _todo(medidas: Medidas, nombre: str, ultima: bool) -> dict[str, Any]:
    """Returns what is asked of a server in one round; in the last one more, of ours and of Socket.IO."""
    parte = LENTOS.get(nombre, 1)
    mucho = ultima and nombre in EN_LA_ULTIMA
    return {
        **_conectar(medidas, medidas.pares_enchufes),
        "de_ensayo": medidas.pares_rapidas // (4 * parte),
        "rapidas": (medidas.pares_de_una_vez if mucho else medidas.pares_rapidas) // parte,
        "segundos": medidas.pares_segundos,
        "por_segundo": medidas.pares_por_segundo,
        "difusiones": max(1, medidas.pares_difusiones // parte),
        "perdidas_por_socket": medidas.pares_perdidas_por_socket if mucho else 0,
    }


def _con_muchos(campo: Terreno, medidas: Medidas, nombres: list[str]) -> Corridas:
    """Returns one run each with many sockets, in which the work is done as often as there are rounds."""
    pedido = {
        **_conectar(medidas, medidas.pares_muchos),
        "memoria": True,
        "de_ensayo": medidas.pares_rapidas // 4,
        "rapidas": medidas.pares_rapidas,
        "veces": medidas.pares_rondas,
    }
    corridas = {nombre: campo.correr(nombre, **pedido) for nombre in DE_MUCHOS if nombre in nombres}
    return {
        nombre: [una, *({"rapido": otro} for otro in una["otros_rapidos"])]
        for nombre, una in corridas.items()
    }
