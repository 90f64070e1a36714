"""Database work of asynchronous code: a few threads, so that a storm of sockets opens a bounded number of connections."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

from django.db import close_old_connections, connection

P = ParamSpec("P")
R = TypeVar("R")

LECTURAS = ThreadPoolExecutor(max_workers=4, thread_name_prefix="bandeja")
# Apart: who knocks does not wait until all who came before have read what they missed.
PUERTA = ThreadPoolExecutor(max_workers=2, thread_name_prefix="puerta")
# Apart: an action may wait for a lock or for Redis, and the streams of everybody else read meanwhile.
ACCIONES = ThreadPoolExecutor(max_workers=4, thread_name_prefix="acciones")
# Opening SQLite's file costs more than all that a handshake reads of it. Servers have a pool for that, and may be gone.
EDAD_DE_SQLITE = 1.0


class _Propio(threading.local):
    """When this thread last let its connections go."""

    desde = -EDAD_DE_SQLITE


_propio = _Propio()


def _con_conexion_sana(funcion: Callable[[], R]) -> R:
    _soltar()
    try:
        return funcion()
    finally:
        _soltar()


def _soltar() -> None:
    """Closes what this thread has open, but for a connection to SQLite that is young and has not failed."""
    ahora = time.monotonic()
    abierta = connection.vendor == "sqlite" and connection.connection is not None
    if abierta and not connection.errors_occurred and ahora - _propio.desde < EDAD_DE_SQLITE:
        return
    close_old_connections()
    _propio.desde = ahora


async def en_hilo(funcion: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Returns what `funcion` returns, run in a thread with a healthy database connection. For reads."""
    return await _correr(LECTURAS, partial(funcion, *args, **kwargs))


async def en_hilo_de_la_puerta(funcion: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Returns what `funcion` returns; for what is read of everybody who comes at one moment."""
    return await _correr(PUERTA, partial(funcion, *args, **kwargs))


async def en_hilo_de_acciones(funcion: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Returns what `funcion` returns; for what a client asks for, which may write."""
    return await _correr(ACCIONES, partial(funcion, *args, **kwargs))


async def _correr(ejecutor: ThreadPoolExecutor, funcion: Callable[[], R]) -> R:
    return await asyncio.get_running_loop().run_in_executor(ejecutor, _con_conexion_sana, funcion)
