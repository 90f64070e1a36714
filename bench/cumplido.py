"""Whether all that follows a sale was done, and done once. Pure, but for reading the folder of invoices."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DE_UNA_VENTA = re.compile(r"<venta-(\d+)\.confirmacion@")
DE_UN_ARCHIVO = re.compile(r"factura_(A\d+-\d+)")
FALTAS = (
    "rechazadas",
    "ventas_perdidas",
    "ventas_repetidas",
    "sin_correo",
    "correos_repetidos",
    "sin_factura",
    "facturas_repetidas",
    "otra_vez",
    "fallidas",
)


@dataclass(frozen=True, slots=True)
class Hecha:
    """What the database says of a sale: its number, whether it was written about, and the name of its invoice."""

    numero: str
    email_enviado: bool
    factura: str


def faltas(
    hechas: Mapping[int, Hecha], correos: Iterable[str], facturas: Iterable[str], respondidas: Iterable[int]
) -> dict[str, int]:
    """Returns how much was lost and repeated: all zero for a run that counts.

    `correos` are the Message-IDs that the mail server accepted, `facturas` the names of the files that there are, and
    `respondidas` the sales that buyers were told of.
    """
    enviados = Counter(
        int(hallada[1])
        for hallada in map(DE_UNA_VENTA.match, correos)
        if hallada and int(hallada[1]) in hechas
    )
    numeros = {hecha.numero for hecha in hechas.values()}
    archivos = Counter(hallado[1] for hallado in map(DE_UN_ARCHIVO.match, facturas) if hallado)
    cuentas = Counter(respondidas)
    return {
        "ventas_perdidas": len(cuentas.keys() - hechas.keys()),
        "ventas_repetidas": len(hechas.keys() - cuentas.keys()) + cuentas.total() - len(cuentas),
        "sin_correo": sum(not hecha.email_enviado or not enviados[pk] for pk, hecha in hechas.items()),
        "correos_repetidos": enviados.total() - len(+enviados),
        "sin_factura": sum(
            Path(hecha.factura).name != f"factura_{hecha.numero}.pdf" or not archivos[hecha.numero]
            for hecha in hechas.values()
        ),
        "facturas_repetidas": sum(archivos[numero] > 1 for numero in numeros),
    }


def decir_faltas(cifras: Mapping[str, Any]) -> str:
    """Returns what the figures of a run say was refused, lost, repeated or failed: "sin_correo 2, fallidas 2"."""
    return ", ".join(f"{nombre} {cifras[nombre]}" for nombre in FALTAS if cifras.get(nombre))
