"""Database work of asynchronous code: a few threads, so that a storm of sockets opens a bounded number of connections."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

from django.db import close_old_connections

P = ParamSpec("P")
R = TypeVar("R")

EJECUTOR = ThreadPoolExecutor(max_workers=4, thread_name_prefix="bandeja")


def _con_conexion_sana(funcion: Callable[[], R]) -> R:
    close_old_connections()
    try:
        return funcion()
    finally:
        close_old_connections()


async def en_hilo(funcion: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Returns what `funcion` returns, run in a thread with a healthy database connection."""
    bucle = asyncio.get_running_loop()
    return await bucle.run_in_executor(EJECUTOR, _con_conexion_sana, partial(funcion, *args, **kwargs))
