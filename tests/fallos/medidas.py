"""What a process takes of the machine now, from /proc."""

from __future__ import annotations

import os
from pathlib import Path

PAGINA = os.sysconf("SC_PAGE_SIZE")


def memoria(pid: int) -> float:
    """Returns its resident memory in megabytes."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGINA / 1e6


def descriptores(pid: int) -> int:
    """Returns how many files and sockets it has open."""
    return sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())
