"""The load generator of the comparison, a process of its own: `python -m bench.medidores.pares JSON`.

It holds all the sockets and publishes, and looks at what the server takes of the processor meanwhile. What is published
was made beforehand, so that nothing but the writing of it falls into the time of a server.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import time
from typing import Any

from bench.cifras import redondear
from bench.pares.canales import Central
from bench.pares.carga import Carga, Sala
from bench.pares.clientes import Cuenta, desconectar
from bench.pares.imprenta import Imprenta
from bench.pares.servidores import NUESTRO, PARES
from bench.procesos import iniciar_django


async def medir(pedido: dict[str, Any]) -> dict[str, Any]:
    """Returns the figures of all that is asked for."""
    es_core = PARES[pedido["par"]].mensaje == "del_core"
    imprenta = Central(pedido["redis"]) if es_core else await Imprenta.abrir(pedido["redis"])
    carga = Carga(pedido["par"], pedido["puerto"], pedido["pid"], pedido["gente"], imprenta)
    # Before anything counts: whoever compiles, caches and makes pools has done it.
    ensayo, _ = await carga.entrar(Cuenta(), carga.gente[: pedido["ensayo"]])
    await desconectar(ensayo)
    cifras = await _con_una_por_persona(carga, pedido)
    if pedido.get("difusiones"):
        cifras["difusion"] = await _difundir(carga, pedido["enchufes"], pedido["difusiones"])
    if pedido.get("perdidas_por_socket"):
        cifras |= await _con_filas(carga, pedido)
    await imprenta.cerrar()
    return cifras


async def _con_una_por_persona(carga: Carga, pedido: dict[str, Any]) -> dict[str, Any]:
    """Returns what connecting takes, and then notifications to people at random: as fast as possible, and at a pace."""
    gente, cuenta = carga.gente[: pedido["enchufes"]], Cuenta()
    enchufes, conexion = await carga.entrar(cuenta, gente)
    sala = Sala(cuenta, {usuario: enchufe for (usuario, _), enchufe in zip(gente, enchufes, strict=True)})
    cifras: dict[str, Any] = {"conexion": conexion}
    if pedido.get("memoria"):
        cifras["memoria"] = {"kib": carga.kib_por_socket(len(gente))}
    if pedido.get("rapidas"):
        await carga.cuanto_antes(cuenta, carga.ordenes(sala, pedido["de_ensayo"])[0])
        rapidos = [
            await carga.cuanto_antes(cuenta, carga.ordenes(sala, pedido["rapidas"])[0])
            for _ in range(pedido.get("veces", 1))
        ]
        cifras |= {"rapido": rapidos[0], "otros_rapidos": rapidos[1:]}
    if pedido.get("memoria"):
        cifras["memoria"]["kib_despues"] = carga.kib_por_socket(len(gente))
    if pedido.get("segundos"):
        cifras["ritmo"] = await carga.a_ritmo(sala, pedido["por_segundo"], pedido["segundos"])
    await sala.vaciar()
    return cifras


async def _difundir(carga: Carga, cuantos: int, veces: int) -> dict[str, Any]:
    """Returns the figures of messages to a group of all sockets: all are one user's."""
    cuenta, persona = Cuenta(), carga.gente[0]
    enchufes, _ = await carga.entrar(cuenta, [persona] * cuantos)
    ordenes, _ = carga.ordenes(Sala(cuenta, {persona[0]: enchufes[0]}), veces)
    cifras = await carga.cuanto_antes(cuenta, ordenes, cuantos)
    await desconectar(enchufes)
    return cifras


async def _con_filas(carga: Carga, pedido: dict[str, Any]) -> dict[str, Any]:
    """Returns the figures of real notifications, with their rows; and of all coming back at once after they missed some.

    Of a server without rows: of all coming back at once, to nothing.
    """
    gente, veces = carga.gente[: pedido["enchufes"]], pedido["perdidas_por_socket"]
    cuenta = Cuenta()
    enchufes, _ = await carga.entrar(cuenta, gente)
    cifras, mas, vuelta = {}, None, Cuenta()
    if carga.par.habla == NUESTRO:
        cifras["filas"] = await _notificar(carga, cuenta, gente, veces)
        mas = [f"&desde={veces}&epoca={enchufe.epoca}" for enchufe in enchufes]
    await desconectar(enchufes)
    if mas is not None:
        await asyncio.to_thread(_notificar_a_todos, gente, veces)
    inicio = time.perf_counter()
    async with carga.contando(vuelta, veces * len(gente) if mas else 0) as regreso:
        enchufes, conexion = await carga.entrar(vuelta, gente, mas, len(gente))
    cifras["tormenta"] = {
        **regreso,
        "cpu_us": conexion["cpu_us"],
        "segundos": redondear(time.perf_counter() - inicio),
    }
    await desconectar(enchufes)
    return cifras


async def _notificar(
    carga: Carga, cuenta: Cuenta, gente: list[tuple[int, str]], veces: int
) -> dict[str, Any]:
    inicio = time.perf_counter()
    async with carga.contando(cuenta, veces * len(gente)) as cifras:
        ocupado = await asyncio.to_thread(_notificar_a_todos, gente, veces)
    cifras["por_segundo"] = redondear(cifras["notificaciones"] / (time.perf_counter() - inicio))
    cifras["productor_us"] = redondear(ocupado * 1e6 / cifras["notificaciones"])
    return cifras


def _notificar_a_todos(gente: list[tuple[int, str]], veces: int) -> float:
    """Notifies all of them so often; returns the processor time of this thread."""
    from notificaciones.servicios import notificar_muchos  # noqa: PLC0415  (only where Django is set up)

    antes = time.thread_time()
    for _ in range(veces):
        notificar_muchos(
            usuario_ids=[usuario for usuario, _ in gente],
            tipo="nueva_venta",
            titulo="Nueva venta",
            mensaje="Bruno compró 1 × Taza de talavera",
            datos={"monto": "129.90", "venta_id": 4321, "producto": "Taza de talavera", "cantidad": 1},
            enlace="/ventas/4321/",
        )
    return time.thread_time() - antes


if __name__ == "__main__":
    encargo = json.loads(sys.argv[1])
    if PARES[encargo["par"]].habla == NUESTRO:
        iniciar_django()
    # A line of log a socket would cost more than what it is about.
    logging.disable(logging.INFO)
    print(json.dumps(asyncio.run(medir(encargo))))
