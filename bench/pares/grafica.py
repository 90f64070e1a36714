"""The chart of the comparison, as SVG: bars by server, a panel a figure. Pure."""

from __future__ import annotations

from html import escape
from typing import Any

from bench.pares.servidores import NUESTROS, PARES, SIN_SESION

PANELES = {
    "cpu_us": ("Processor time a notification", "µs"),
    "difusion_us": ("One message to a group of all sockets, processor time a notification", "µs"),
    "p99_ms": ("99th percentile at a steady pace", "ms"),
    "kib": ("Memory a socket", "KiB"),
    "conexion_us": ("Processor time a connection", "µs"),
}
ANCHO, RENGLON, CABEZA, AIRE = 760, 20, 26, 14
IZQUIERDA, DERECHA = 200, 70
NUESTRO, AJENO = "#2563eb", "#94a3b8"


def svg(figura: dict[str, Any]) -> str:
    """Returns the chart. What lost notifications has no bar where that counts."""
    partes, alto = [], 0
    for cifra, (titulo, unidad) in PANELES.items():
        origen = "servidores_con_muchos" if cifra == "kib" else "servidores"
        valores = {
            nombre: cifras.get(cifra) for nombre, cifras in figura[origen].items() if nombre not in SIN_SESION
        }
        partes.append(_panel(alto, f"{titulo}, {unidad}", valores))
        alto += CABEZA + RENGLON * len(valores) + AIRE
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {ANCHO} {alto}" font-family="sans-serif" font-size="12">\n'
        f'<rect width="{ANCHO}" height="{alto}" fill="#ffffff"/>\n' + "\n".join(partes) + "\n</svg>\n"
    )


def _panel(arriba: int, titulo: str, valores: dict[str, float | None]) -> str:
    mayor = max((valor for valor in valores.values() if valor is not None), default=0) or 1
    lineas = [f'<text x="8" y="{arriba + 18}" font-weight="bold">{escape(titulo)}</text>']
    for lugar, (nombre, valor) in enumerate(valores.items()):
        y = arriba + CABEZA + lugar * RENGLON
        largo = 0 if valor is None else (ANCHO - IZQUIERDA - DERECHA) * valor / mayor
        color = NUESTRO if nombre in NUESTROS else AJENO
        texto = "lost some" if valor is None else f"{valor:,.1f}"
        lineas += [
            f'<text x="{IZQUIERDA - 8}" y="{y + 13}" text-anchor="end">{escape(PARES[nombre].titulo)}</text>',
            f'<rect x="{IZQUIERDA}" y="{y + 2}" width="{largo:.1f}" height="{RENGLON - 6}" fill="{color}"/>',
            f'<text x="{IZQUIERDA + largo + 6:.1f}" y="{y + 13}">{texto}</text>',
        ]
    return "\n".join(lineas)
