"""The database in a worker's main process, which forks its children whenever one of them is lost.

A connection of SQLite that is open during a fork makes the child believe that it holds the parent's locks, which can ruin the
file; one of PostgreSQL would be spoken to by two processes. So no fork happens while one is open here.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock

from django.db import connections

_candado = RLock()
os.register_at_fork(
    before=_candado.acquire, after_in_parent=_candado.release, after_in_child=_candado.release
)


@contextmanager
def base_abierta() -> Iterator[None]:
    """Lets this thread use the database, and closes its connections in the end; forks of other threads wait until then."""
    with _candado:
        try:
            yield
        finally:
            connections.close_all()
