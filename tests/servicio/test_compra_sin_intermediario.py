"""Bruno buys while Redis, broker and channel layer in one, freezes and dies: he is answered, and all is done later, once."""

from __future__ import annotations

import time

from tests.procesos import esperar

from .tienda import Tienda, tienda_abierta

# What faults.md allows a purchase to wait for a broker, whatever that does.
ESPERA_MAXIMA = 2.0


def comprar(tienda: Tienda, cuantas: int) -> float:
    """Returns how long the slowest answer took, in seconds."""
    tiempos = []
    for _ in range(cuantas):
        inicio = time.perf_counter()
        tienda.vender()
        tiempos.append(time.perf_counter() - inicio)
    return max(tiempos)


def test_bruno_is_answered_soon_and_the_work_is_done_when_redis_is_back() -> None:
    # A task that was under way when Redis died is tried again after so long.
    with tienda_abierta(worker=True, beat=True, entorno={"REINTENTOS": "5,5,5"}) as tienda:
        redis = tienda.servicio.redis
        assert redis is not None
        hechas = "SELECT count(*) FROM ventas_venta WHERE email_enviado AND factura <> ''"
        comprar(tienda, 2)
        redis.congelar()
        assert comprar(tienda, 4) < ESPERA_MAXIMA
        redis.descongelar()
        comprar(tienda, 2)
        redis.matar()
        assert comprar(tienda, 4) < ESPERA_MAXIMA
        redis.iniciar()
        esperar(lambda: tienda.leer(hechas)[0][0] == 12, "mail and invoice of every sale are there", 60)
        esperar(
            lambda: tienda.leer("SELECT count(*) FROM colas_pendiente")[0][0] == 0, "nothing is pending", 30
        )
        assert tienda.leer("SELECT tarea, error FROM colas_tareafallida") == []
        avisos = "SELECT count(*) FROM notificaciones_notificacion WHERE tipo = 'compra_lista'"
        assert tienda.leer(avisos)[0][0] == 12
