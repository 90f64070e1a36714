"""Times a real socket that connects ten changes behind and then opens the drawer."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from typing import Any

from bench.cliente import Tienda, recibir_hasta
from bench.turnos import por_turnos

CALENTAMIENTO = 3


async def una_vez(tienda: Tienda, bandeja: dict[str, Any]) -> tuple[float, float]:
    """Returns the seconds from nothing to `sincronizado`, and from `listar` to its answer."""
    inicio = time.perf_counter()
    cursor = f"?desde={bandeja['desde']}&epoca={bandeja['epoca']}"
    async with tienda.enchufe(bandeja["sesion"], cursor) as enchufe:
        trama, al_dia = await recibir_hasta(enchufe, "sincronizado")
        if trama["secuencia"] != bandeja["tope"]:
            raise RuntimeError(f"The replay ended at {trama['secuencia']}, not at {bandeja['tope']}.")
        pedida = time.perf_counter()
        await enchufe.send(json.dumps({"action": "listar", "ref": 1}))
        _, listada = await recibir_hasta(enchufe, "respuesta")
    return al_dia - inicio, listada - pedida


async def medir(puerto: int, bandejas: dict[str, dict[str, Any]], rondas: int) -> dict[str, Any]:
    """Returns the seconds of both operations on each inbox, which take turns."""
    tienda = Tienda(puerto)
    segundos: dict[str, dict[str, list[float]]] = {
        operacion: {nombre: [] for nombre in bandejas} for operacion in ("conectar", "listar_todas")
    }
    for nombre in por_turnos(list(bandejas), CALENTAMIENTO):
        await una_vez(tienda, bandejas[nombre])
    for nombre in por_turnos(list(bandejas), rondas):
        conectar, listar = await una_vez(tienda, bandejas[nombre])
        segundos["conectar"][nombre].append(conectar)
        segundos["listar_todas"][nombre].append(listar)
    return {"segundos": segundos}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(medir(**json.loads(sys.argv[1])))))
