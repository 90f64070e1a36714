"""The process in which pixels are decoded: `python -m imagenes.cuarto_oscuro`. A hostile file harms it alone.

It knows neither Django nor secrets, has bounds of memory and of what it writes, takes one order a line, answers with one,
and ends with whoever started it, or when nobody has asked for anything for a minute.
"""

from __future__ import annotations

import json
import os
import resource
import select
import sys
import warnings
from pathlib import Path
from typing import Any

from PIL import Image

from . import exif, procesado

MEMORIA = 1024 * 1024 * 1024
ESCRITO = 64 * 1024 * 1024
OCIO = 60.0
ORIGINAL = "original"


def obedecer(orden: dict[str, str]) -> dict[str, Any]:
    """Does one thing in a folder that has the original in it."""
    carpeta = Path(orden["carpeta"])
    original = carpeta / ORIGINAL
    if orden["que"] == "exif":
        with Image.open(original, formats=procesado.FORMATOS) as imagen:
            metadatos, ubicacion = exif.leer(imagen)
        return {"metadatos": metadatos, "ubicacion": ubicacion}
    hacer = {"versiones": procesado.hacer_versiones, "mediana": procesado.hacer_mediana}[orden["que"]]
    return {"medidas": hacer(original, carpeta)}


def responder(orden: dict[str, str]) -> dict[str, Any]:
    """Returns what came of it, {"error": …} for a picture that cannot be decoded."""
    try:
        return obedecer(orden)
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"[:300]}


def encerrarse() -> None:
    """Bounds what this process may take, and lets whoever waits for an answer go first."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORIA, MEMORIA))
    resource.setrlimit(resource.RLIMIT_FSIZE, (ESCRITO, ESCRITO))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(10)
    warnings.simplefilter("ignore")
    # The header was looked at before; this is the second lock.
    Image.MAX_IMAGE_PIXELS = 40_000_000


def main() -> None:
    encerrarse()
    entrada, salida = sys.stdin.buffer, sys.stdout.buffer
    while select.select([entrada], [], [], OCIO)[0]:
        linea = entrada.readline()
        if not linea:
            return
        salida.write(json.dumps(responder(json.loads(linea))).encode() + b"\n")
        salida.flush()


if __name__ == "__main__":
    main()
