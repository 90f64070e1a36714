"""Takes the pictures of the documents again: `make screenshots` writes docs/panel.png and docs/bandeja.png."""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import Browser

from tests.capacidades import COMO_OBTENER, chromium
from tests.procesos import RAIZ
from tests.servicio.tienda import Tienda, tienda_abierta

from .escritorio import escritorio
from .ventana import Ventana, navegador_abierto

DOCS = RAIZ / "docs"
VISTA = {"width": 1280, "height": 720}
# Most screens that show the picture have two points a pixel.
NITIDEZ = 2
# What ana sells in the morning of the picture: names of the demonstration data, and how many.
VENTAS = {
    "Café de olla, 500 g": 2,
    "Piñata de siete picos": 1,
    "Rebozo de algodón": 1,
    "Taza de talavera": 4,
    "Molinillo de chocolate": 1,
}


def vender(tienda: Tienda, nombre: str, cantidad: int) -> None:
    """Bruno buys so many of one product, as the page does it."""
    producto = tienda.leer("SELECT id FROM ventas_producto WHERE nombre = ?", nombre)[0][0]
    tienda.bruno.comprar(int(producto), cantidad)


def guardar(ventana: Ventana, nombre: str) -> Path:
    """Writes what the window shows, and returns where."""
    archivo = DOCS / nombre
    ventana.pagina.wait_for_load_state("networkidle")
    ventana.reposar()
    ventana.pagina.screenshot(path=archivo)
    return archivo


def tomar(navegador: Browser, tienda: Tienda) -> list[Path]:
    """Returns the pictures: the seller's page with a popup of a sale just made, and the inbox."""
    with escritorio(navegador, tienda) as abrir:
        ana = abrir("ana", "/panel/", viewport=VISTA, device_scale_factor=NITIDEZ)
        *antes, ultima = VENTAS.items()
        for nombre, cantidad in antes:
            vender(tienda, nombre, cantidad)
        ana.ir("/notificaciones/")
        bandeja = guardar(ana, "bandeja.png")
        ana.ir("/panel/")
        vender(tienda, *ultima)
        ana.popups.locator(".monto").wait_for()
        ana.pagina.locator("[data-cifra=ventas]", has_text=str(len(VENTAS))).wait_for()
        return [guardar(ana, "panel.png"), bandeja]


def main() -> int:
    if not chromium():
        print(f"The pictures need {COMO_OBTENER['navegador']}.")
        return 1
    with tienda_abierta() as tienda, navegador_abierto() as navegador:
        for archivo in tomar(navegador, tienda):
            print(f"{archivo.relative_to(RAIZ)}: {archivo.stat().st_size / 1024:.0f} KB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
