"""A database with the people and products of the demonstration; made once, and copied, which takes no time."""

from __future__ import annotations

import atexit
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

from bench.procesos import RAIZ, entorno

SIN_REDIS = "redis://127.0.0.1:1/0"


@cache
def base_preparada() -> Path:
    """Returns its file, for copying; gone when the benchmark ends."""
    carpeta = Path(tempfile.mkdtemp(prefix="bench-base-"))
    atexit.register(shutil.rmtree, carpeta, ignore_errors=True)
    base = carpeta / "db.sqlite3"
    orden = [sys.executable, "-m", "myproject.preparar"]
    variables = entorno(DATABASE_URL=f"sqlite:///{base}", REDIS_URL=SIN_REDIS)
    subprocess.run(orden, cwd=RAIZ, env=variables, check=True, stdout=subprocess.DEVNULL)
    return base
