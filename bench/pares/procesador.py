"""What a process has taken of the processor and of memory so far, as Linux counts it."""

from __future__ import annotations

import time
from pathlib import Path

# What clock_getcpuclockid() makes of the id of a process: user and system time of all its threads, in nanoseconds. That
# of /proc comes in hundredths of a second, which is more than some of what is measured takes as a whole.
RELOJ_DEL_PROCESO = 2


def segundos_de(pid: int) -> float:
    """Returns how long the process has been running on a processor."""
    return time.clock_gettime((~pid << 3) | RELOJ_DEL_PROCESO)


def kib_de(pid: int) -> int:
    """Returns how much memory the process occupies, in KiB."""
    for linea in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
        if linea.startswith("VmRSS:"):
            return int(linea.split()[1])
    raise ProcessLookupError(f"Process {pid} has ended.")
