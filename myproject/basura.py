"""The garbage collector of a web process: what was loaded stays, so it is not looked at again and again."""

from __future__ import annotations

import gc

# Connecting makes some hundred objects that stay: by Python's own 700 a storm of sockets collects at every second one.
NUEVOS_ANTES_DE_BUSCAR = 5000
# What closed sockets leave waits for as many new objects as by Python's
# own settings, and not for the 600,000 of 10 and 10, which are 30 MB.
GENERACIONES = 5, 2


def asentar() -> None:
    """Takes everything that is loaded by now out of the collector's sight, and has it look less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(NUEVOS_ANTES_DE_BUSCAR, *GENERACIONES)
