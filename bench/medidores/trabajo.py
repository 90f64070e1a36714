"""Has one worker do what follows many sales: as fast as it can, and then at half that pace, timing each sale.

The worker is started here: `python -m bench.medidores.trabajo JSON`, on the database, Redis and broker of the variables.
"""

from __future__ import annotations

import itertools
import json
import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.cifras import redondear, resumen
from bench.esperas import esperar
from bench.procesos import RAIZ, iniciar_django
from myproject import hijos

iniciar_django()

from django.conf import settings  # noqa: E402  (needs Django to be set up)
from django.db import transaction  # noqa: E402
from redis import Redis  # noqa: E402

from bench.medidores.trabajo_encolado import medir_encolado  # noqa: E402
from bench.medidores.ventas import (  # noqa: E402
    cuentas,
    esperar_al_final,
    preparar_con_correo,
    ultima_venta,
)
from colas.models import Efecto  # noqa: E402
from ventas.encolado import comprar  # noqa: E402
from ventas.servicios import Pedido  # noqa: E402

SEMILLA = 20
COMPRADORES = 40
COLAS = "emails,procesamiento_pesado,analytics,celery"
# Half of the sales of a full run may take this long at most.
PLAZO = 240.0


class Tienda:
    """Sells to some buyers in turn, and notes when each sale was committed."""

    def __init__(self) -> None:
        gente = preparar_con_correo(COMPRADORES)
        self._compradores = itertools.cycle(gente["ids"])
        self._productos = itertools.cycle(gente["productos"])
        self._azar = random.Random(SEMILLA)
        self.confirmadas: dict[int, float] = {}

    def vender(self, cuantas: int = 1) -> list[int]:
        """Returns so many sales, made in one transaction."""
        confirmada: list[float] = []
        with transaction.atomic():
            # Before the hook that enqueues: what that takes is part of the way to the worker.
            transaction.on_commit(lambda: confirmada.append(time.time()))
            ventas = [
                comprar(comprador_id=next(self._compradores), pedido=Pedido(next(self._productos), 1)).pk
                for _ in range(cuantas)
            ]
        self.confirmadas |= dict.fromkeys(ventas, confirmada[0])
        return ventas

    def vender_al_paso(self, por_segundo: float, segundos: float) -> list[int]:
        """Returns the sales of buyers who come at random moments, so many a second."""
        ventas: list[int] = []
        inicio = debida = time.monotonic()
        while (debida := debida + self._azar.expovariate(por_segundo)) < inicio + segundos:
            time.sleep(max(0.0, debida - time.monotonic()))
            ventas += self.vender()
        return ventas or self.vender()


@contextmanager
def trabajador(procesos: int, registro: Path) -> Iterator[Callable[[], None]]:
    """Starts a worker of so many processes; gives what waits until it serves."""
    nombre = f"bench{procesos}@localhost"
    orden = f"-m celery --quiet -A myproject worker -n {nombre} -Q {COLAS} -P prefork -c {procesos}".split()
    orden += ["--without-mingle", "--without-gossip"]
    with registro.open("ab") as salida:
        proceso = hijos.lanzar(
            [sys.executable, *orden], cwd=RAIZ, env=os.environ, stdout=salida, stderr=salida
        )
    presente = f"colas:trabajador:{nombre}"
    try:
        with Redis.from_url(settings.REDIS_URL) as redis:
            yield lambda: esperar(lambda: bool(redis.exists(presente)), "The worker", proceso)
    finally:
        hijos.terminar([proceso], 10)


def hechas(ventas: list[int]) -> dict[int, float]:
    """Returns when the ledger had the invoice of each sale as done, which comes after its e-mail."""
    claves = {f"factura-{pk}": pk for pk in ventas}
    filas = Efecto.objects.filter(clave__in=claves, hecho_en__isnull=False)
    return {claves[clave]: hecho.timestamp() for clave, hecho in filas.values_list("clave", "hecho_en")}


def medir_trabajador(
    tienda: Tienda, procesos: int, ventas: int, segundos: float, registro: Path
) -> dict[str, Any]:
    """Returns how many sales a second so many processes finish, and the times from commit to done at half that pace."""
    de_golpe = tienda.vender(ventas)
    with trabajador(procesos, registro) as esperar_a_que_sirva:
        esperar_a_que_sirva()
        inicio = time.time()
        esperar_al_final(PLAZO)
        duracion = max(hechas(de_golpe).values(), default=inicio + PLAZO) - inicio
        al_paso = tienda.vender_al_paso(ventas / duracion / 2, segundos)
        esperar_al_final(PLAZO)
        finales = hechas(al_paso)
    demoras = [finales[pk] - tienda.confirmadas[pk] for pk in al_paso if pk in finales]
    return {
        "ventas": ventas,
        "por_segundo": redondear(ventas / duracion),
        "por_segundo_y_proceso": redondear(ventas / duracion / procesos),
        "al_paso": len(al_paso),
        "hasta_hecho_ms": resumen(demoras) if demoras else None,
    }


def medir(
    procesos: list[int], ventas: int, segundos: float, veces: int, correos: str, registro: str
) -> dict[str, Any]:
    """Returns the figures of a worker of each number of processes, what enqueuing costs, and what was lost and repeated."""
    desde, tienda = ultima_venta(), Tienda()
    por_procesos = {
        str(cuantos): medir_trabajador(tienda, cuantos, ventas, segundos, Path(registro))
        for cuantos in procesos
    }
    return {
        "por_procesos": por_procesos,
        **cuentas(desde, list(tienda.confirmadas), correos),
        # Last, for nobody does what it enqueues.
        "encolar": medir_encolado(veces),
    }


if __name__ == "__main__":
    print(json.dumps(medir(**json.loads(sys.argv[1]))))
