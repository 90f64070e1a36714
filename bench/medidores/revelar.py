"""Makes the three sizes of one photo, our way or the plain way: `python -m bench.medidores.revelar JSON`.

A process of its own each time: the most memory that it ever had is the measurement.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from imagenes import procesado


def nuestra(original: Path, carpeta: Path) -> None:
    """What a worker does: JPEG and WebP of each size."""
    procesado.hacer_versiones(original, carpeta)


def nuestra_jpeg(original: Path, carpeta: Path) -> None:
    """The same without WebP, which the plain way does not make."""
    imagen, _ = procesado.abrir(original, max(procesado.LADOS.values()))
    for nombre, lado in procesado.LADOS.items():
        procesado.reducir(imagen, lado)
        procesado.guardar(imagen, carpeta / f"{nombre}.jpg")


def llana(original: Path, carpeta: Path) -> None:
    """Open it, copy it for each size, reduce the copy."""
    imagen = Image.open(original)
    for nombre, lado in procesado.LADOS.items():
        copia = imagen.copy()
        copia.thumbnail((lado, lado), Image.Resampling.LANCZOS, reducing_gap=None)
        procesado.guardar(copia, carpeta / f"{nombre}.jpg")


MODOS: dict[str, Callable[[Path, Path], None]] = {
    "nuestra": nuestra,
    "nuestra_jpeg": nuestra_jpeg,
    "llana": llana,
}


def medir(modo: str, original: Path) -> dict[str, float]:
    """Returns seconds, and megabytes above what the process had before."""
    # The peak begins anew: a process is born with that of its parent.
    Path("/proc/self/clear_refs").write_text("5")
    antes = _pico()
    with tempfile.TemporaryDirectory() as carpeta:
        inicio = time.perf_counter()
        MODOS[modo](original, Path(carpeta))
        segundos = time.perf_counter() - inicio
    return {
        "segundos": segundos,
        "mib": (_pico() - antes) / 1024,
        "procesador": time.process_time(),
    }


def _pico() -> int:
    """Returns the most memory that this process has had, in KiB."""
    [linea] = [linea for linea in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in linea]
    return int(linea.split()[1])


if __name__ == "__main__":
    pedido = json.loads(sys.argv[1])
    print(json.dumps(medir(pedido["modo"], Path(pedido["original"]))))
