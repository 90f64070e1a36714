"""The figures: what each measures, and on what."""

from __future__ import annotations

from typing import Any

from bench.cifras import mediana_ms, razon
from bench.comparacion import pares
from bench.encargo import encargo
from bench.estadisticas import estadisticas
from bench.fotos import fotos
from bench.medidas import Medidas
from bench.procesos import Servicio
from bench.trabajo import trabajo

# Enough that no buyer buys more often than once a second or two.
COMPRADORES = 40


def compra(medidas: Medidas, servicio: Servicio) -> dict[str, Any]:
    """Returns the times from the POST of a purchase to the frame at the seller's socket; they count only where `valida`."""
    carga = {
        "por_segundo": medidas.compras_por_segundo,
        "segundos": medidas.compras_segundos,
        "calentamiento": medidas.compras_calentamiento,
    }
    gente = servicio.medir("preparar", {"compradores": COMPRADORES})
    return {**carga, **servicio.medir("generador", {"puerto": servicio.puerto, **gente, **carga})}


def notificar(medidas: Medidas, servicio: Servicio) -> dict[str, Any]:
    """Returns calls a second for one user, rows a second for many, and how many queries they take."""
    pedido = {"llamadas": medidas.llamadas, "usuarios": medidas.usuarios, "tandas": medidas.tandas}
    cifras: dict[str, Any] = servicio.medir("escrituras", pedido)
    return cifras


def bandeja(medidas: Medidas, servicio: Servicio) -> dict[str, Any]:
    """Returns the times of connecting ten changes behind and of listing, with small and with huge inboxes."""
    bandejas = servicio.medir("llenar", {"chica": medidas.bandeja_chica, "grande": medidas.bandeja_grande})
    consultas = servicio.medir("lecturas", {"bandejas": bandejas, "rondas": medidas.rondas_consulta})
    pedido = {"puerto": servicio.puerto, "bandejas": bandejas, "rondas": medidas.rondas_socket}
    enchufes = servicio.medir("enchufes", pedido)
    return {
        "notificaciones": {nombre: cada["notificaciones"] for nombre, cada in bandejas.items()},
        "consultas": comparar(consultas["segundos"]),
        "socket": comparar(enchufes["segundos"]),
        "planes": consultas["planes"],
        "recorridos_completos": consultas["recorridos_completos"],
    }


def comparar(segundos: dict[str, dict[str, list[float]]]) -> dict[str, dict[str, float]]:
    """Returns for each operation the medians of the inboxes, and how many times that of the small one the others are."""
    return {
        operacion: {
            **{f"{nombre}_ms": mediana_ms(valores) for nombre, valores in por_bandeja.items()},
            **{
                f"{nombre}_entre_chica": razon(valores, por_bandeja["chica"])
                for nombre, valores in por_bandeja.items()
                if nombre != "chica"
            },
        }
        for operacion, por_bandeja in segundos.items()
    }


# Each on a service that is running.
EN_EL_SERVICIO = {
    "compra": compra,
    "notificar": notificar,
    "bandeja": bandeja,
    "estadisticas": estadisticas,
    "encargo": encargo,
}
# With processes of its own: a web server beside them would take part of the time.
POR_SU_CUENTA = {"pares": pares, "trabajo": trabajo, "fotos": fotos}
FIGURAS = (*EN_EL_SERVICIO, *POR_SU_CUENTA)
EN_AMBAS_BASES = {"notificar", "bandeja", "estadisticas"}
