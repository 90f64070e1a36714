"""The figure of photos: what it takes to make their sizes, how long their owner waits, and whether sales wait for them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from PIL import Image
from rich.table import Table

from bench.cifras import redondear
from bench.correo import correo_lento
from bench.medidas import Medidas
from bench.procesos import SIN_LIMITES, Servicio, entorno
from bench.turnos import por_turnos
from tests import procesos

MODOS = {
    "llana": "open, copy three times, LANCZOS",
    "nuestra_jpeg": "ours, JPEG alone",
    "nuestra": "ours, and WebP",
}
GRANDE, DE_TELEFONO = (6000, 4000), (4000, 3000)
VENTAS = {
    "ventas_solas": "alone",
    "ventas_al_subir": "while photos are taken in",
    "ventas_al_revelar": "while photos are worked off",
}
OBJETIVO_TIEMPO, OBJETIVO_MEMORIA = 0.4, 0.3
TRABAJADORES = {"fotos": ("procesamiento_pesado", 2), "resto": ("emails,analytics,celery", 2)}


def fotos(medidas: Medidas) -> dict[str, Any]:
    """Returns time and memory of the three sizes, and what a shop does with photos and sales at the same time."""
    with tempfile.TemporaryDirectory(prefix="bench-fotos-") as carpeta:
        grande, mediana = Path(carpeta) / "24.jpg", Path(carpeta) / "12.jpg"
        dibujar(grande, GRANDE)
        dibujar(mediana, DE_TELEFONO)
        tamanos = _tamanos(medidas, grande)
        with _tienda() as (url, producto_id):
            pedido = {
                "url": url,
                "producto_id": producto_id,
                "foto": str(mediana),
                "seguidas": medidas.fotos_seguidas,
                "juntas": medidas.fotos_juntas,
                "segundos": medidas.fotos_segundos,
                "ventas_por_segundo": medidas.fotos_ventas_por_segundo,
            }
            cifras = Servicio(0, entorno(), Path()).medir("fotos", pedido)
    return {
        "tamanos": tamanos,
        "seguidas": medidas.fotos_seguidas,
        "juntas": medidas.fotos_juntas,
        "ventas_por_segundo": medidas.fotos_ventas_por_segundo,
        **cifras,
    }


def dibujar(archivo: Path, medidas: tuple[int, int]) -> None:
    """Writes a JPEG with about as much detail as a photo has: some 0.3 bytes a pixel."""
    ancho, alto = medidas
    ruido = Image.effect_noise((ancho // 8, alto // 8), 80)
    planos = [ruido.rotate(giro).resize(medidas, Image.Resampling.BICUBIC) for giro in (0, 90, 180)]
    Image.merge("RGB", planos).save(archivo, "JPEG", quality=90)


def _tamanos(medidas: Medidas, grande: Path) -> dict[str, Any]:
    """Returns medians of each way, a process each time, and how much of the plain way ours takes."""
    quien, rondas = Servicio(0, entorno(), Path()), {modo: [] for modo in MODOS}
    for modo in por_turnos(list(MODOS), medidas.fotos_rondas):
        rondas[modo].append(quien.medir("revelar", {"modo": modo, "original": str(grande)}))
    cifras = {
        modo: {clave: redondear(median(una[clave] for una in suyas)) for clave in ("segundos", "mib")}
        for modo, suyas in rondas.items()
    }
    llana, nuestra = cifras["llana"], cifras["nuestra_jpeg"]
    return {
        **cifras,
        "tiempo_entre_llana": redondear(nuestra["segundos"] / llana["segundos"]),
        "memoria_entre_llana": redondear(nuestra["mib"] / llana["mib"]),
    }


@contextmanager
def _tienda() -> Iterator[tuple[str, int]]:
    """Runs a web server and two workers, photos apart from all else; gives its URL and a product of ana's."""
    with correo_lento() as correo:
        propias = {**SIN_LIMITES, "EMAIL_URL": correo.url, "MODERACION_URL": "", "ALMACEN_URL": ""}
        servicio = procesos.Servicio(demo=True, entorno=propias)
        for nombre, (colas, cuantos) in TRABAJADORES.items():
            servicio.partes[nombre] = (
                f"celery -A myproject worker -n {nombre}@bench -Q {colas} -c {cuantos} -l WARNING"
            )
        with servicio:
            producto_id = servicio.manage("shell", "--no-imports", "-c", _SURTIR)
            yield servicio.url, int(producto_id)


_SURTIR = """
from ventas.models import Producto
taza = Producto.objects.get(nombre="Taza de talavera")
Producto.objects.filter(pk=taza.pk).update(stock=100_000)
print(taza.pk)
"""


def tabla_de_fotos(figura: dict[str, Any]) -> Table:
    """Returns both ways to make the sizes, how long owners wait, and the popups of sales with and without photos."""
    tabla = Table(*("", "p50", "p99", "other"), title="Photos")
    tamanos = figura["tamanos"]
    for modo, nombre in MODOS.items():
        una = tamanos[modo]
        tabla.add_row(
            f"24 MP to three sizes: {nombre}", f"{una['segundos'] * 1000:.0f} ms", "", f"{una['mib']:.0f} MiB"
        )
    espera = figura["hasta_procesada_ms"]
    tabla.add_row("uploaded to imagen_procesada", f"{espera['p50']:.0f} ms", f"{espera['p99']:.0f} ms", "")
    for clave, nombre in VENTAS.items():
        venta = figura[clave]["hasta_la_trama_ms"]
        tabla.add_row(
            f"a sale to its popup, {nombre}",
            f"{venta['p50']:.0f} ms",
            f"{venta['p99']:.0f} ms",
            f"{figura[clave]['ventas']} sales",
        )
    tabla.add_row(f"{figura['juntas']} photos at once", "", "", f"{figura['por_segundo']:.2f} a second")
    tabla.caption = (
        f"JPEG alone takes {tamanos['tiempo_entre_llana']:.2f} of the plain way's time (aim {OBJETIVO_TIEMPO}) and "
        f"{tamanos['memoria_entre_llana']:.2f} of its memory (aim {OBJETIVO_MEMORIA}); photos of 12 MP, a worker of 2; "
        f"{figura['ventas_por_segundo']:g} sales a second"
    )
    return tabla
