"""Reading for as long as it takes: while the database is away a stream waits, and its socket stays."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

from django.db import DatabaseError, IntegrityError, InterfaceError

from .registro import problema

R = TypeVar("R")


async def con_paciencia(pedir: Callable[[], Awaitable[R]], seguir: Callable[[], None]) -> R:
    """Returns what is asked for; `seguir` raises when it is not worth another try. Raises IntegrityError."""
    espera = 0.5
    while True:
        try:
            return await pedir()
        except IntegrityError:
            raise
        except (DatabaseError, InterfaceError) as error:
            problema("base_de_datos", "The table cannot be read: %s", error)
        seguir()
        await asyncio.sleep(espera * random.uniform(0.5, 1))  # noqa: S311
        espera = min(espera * 2, 5)
