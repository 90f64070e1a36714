"""Purchases at the same moment, each on a database connection of its own."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connection, transaction

from ventas.models import Producto

HASTA_QUE_TODOS_ESPERAN = 0.3


def a_la_vez(*acciones: Callable[[], Any]) -> list[Any]:
    """Runs all of them at once; returns what each gave back, or the exception that it raised."""
    salida = Barrier(len(acciones))

    def correr(accion):
        salida.wait()
        try:
            return accion()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acciones)) as hilos:
        return list(hilos.map(correr, acciones))


def en_la_puerta(*acciones: Callable[[], Any]) -> list[Any]:
    """Lets all of them reach the locked products before the first may go on: the worst moment, each time."""
    with ThreadPoolExecutor(1) as hilo:
        with transaction.atomic():
            list(Producto.objects.select_for_update(no_key=True).order_by("pk"))
            pendientes = hilo.submit(a_la_vez, *acciones)
            time.sleep(HASTA_QUE_TODOS_ESPERAN)
        return pendientes.result()
