"""What a process takes of the machine now, from /proc."""

from __future__ import annotations

import os
from pathlib import Path

ESTABLECIDA = "01"
PAGINA = os.sysconf("SC_PAGE_SIZE")


def memoria(pid: int) -> float:
    """Returns its resident memory in megabytes."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGINA / 1e6


def descriptores(pid: int) -> int:
    """Returns how many files and sockets it has open."""
    return sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())


def establecidas(puerto: int) -> set[int]:
    """Returns the ports of 127.0.0.1 from which connections to this one are open, as its server sees them."""
    lineas = [linea.split() for linea in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    de = f"{puerto:04X}"
    return {
        int(otro.partition(":")[2], 16)
        for _, propio, otro, estado, *_ in lineas
        if estado == ESTABLECIDA and propio.endswith(f":{de}")
    }
