"""Draws bars: from amounts to the places of everything in an SVG. Pure; what it says is said elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

# In units of the drawing; on a telephone of 360 px one of them is about one pixel.
ANCHO, ALTO = 320.0, 180.0
TECHO, SUELO = 20.0, 160.0
LETRA = 5.8
HUECO = 0.25
ALTO_MINIMO = 1.5
LINEAS = 4
CENTAVO = Decimal("0.01")
MILLON = Decimal(1_000_000)


@dataclass(frozen=True, slots=True)
class Dato:
    """What one bar stands for: its amount, and its name on the axis or ""."""

    monto: Decimal
    eje: str = ""


@dataclass(frozen=True, slots=True)
class Caja:
    """A rectangle, in text as SVG wants it: with a point, whatever the language."""

    x: str
    y: str
    ancho: str
    alto: str


@dataclass(frozen=True, slots=True)
class Barra:
    """One bar; without sales it is only a place to point at."""

    zona: Caja
    caja: Caja | None
    mayor: bool


@dataclass(frozen=True, slots=True)
class Letrero:
    """A text and where it stands."""

    x: str
    y: str
    texto: str


@dataclass(frozen=True, slots=True)
class Grafica:
    """A drawing: its size, bars, grid lines with their amounts, names under the bars, and the highest amount."""

    ancho: str
    alto: str
    izquierda: str
    suelo: str
    barras: list[Barra]
    lineas: list[Letrero]
    nombres: list[Letrero]
    mayor: Letrero


def escala(mayor: Decimal) -> list[Decimal]:
    """Returns the round amounts of the grid lines: from zero to the first that the highest does not exceed."""
    unidad = Decimal(1).scaleb((mayor / LINEAS).adjusted())
    paso = next(unidad * veces for veces in (1, 2, 5, 10) if unidad * veces * LINEAS >= mayor)
    paso = max(paso, CENTAVO)
    cuantas = int((mayor / paso).to_integral_value(ROUND_CEILING))
    return [paso * lugar for lugar in range(cuantas + 1)]


def rotulos(valores: Sequence[Decimal]) -> list[str]:
    """Returns the amounts of the axis, short: "$500", "$0.05", and from a million on "$1.5 M"."""
    if valores[-1] >= MILLON:
        return [f"${(valor / MILLON).normalize():,f} M" if valor else "$0" for valor in valores]
    decimales = 0 if all(valor == valor.to_integral_value() for valor in valores) else 2
    return [f"${valor:,.{decimales}f}" if valor else "$0" for valor in valores]


def dibujar(datos: Sequence[Dato]) -> Grafica:
    """Returns the drawing of amounts of which one at least is not zero. The first of the highest is written over its bar."""
    mayor = max(dato.monto for dato in datos)
    lugar_mayor = next(lugar for lugar, dato in enumerate(datos) if dato.monto == mayor)
    valores = escala(mayor)
    textos, texto_mayor = rotulos(valores), f"${mayor:,.2f}"
    izquierda = max(map(len, textos)) * LETRA + 4
    paso = (ANCHO - izquierda) / len(datos)
    barras = [
        _barra(dato, izquierda + lugar * paso, paso, valores[-1], lugar == lugar_mayor)
        for lugar, dato in enumerate(datos)
    ]
    return Grafica(
        ancho=_texto(ANCHO),
        alto=_texto(ALTO),
        izquierda=_texto(izquierda),
        suelo=_texto(SUELO),
        barras=barras,
        lineas=[
            Letrero(_texto(izquierda - 4), _texto(_altura(valor, valores[-1])), texto)
            for valor, texto in zip(valores, textos, strict=True)
        ],
        nombres=[
            Letrero(
                _texto(_dentro(dato.eje, izquierda + (lugar + 0.5) * paso, 0)), _texto(SUELO + 14), dato.eje
            )
            for lugar, dato in enumerate(datos)
            if dato.eje
        ],
        mayor=Letrero(
            _texto(_dentro(texto_mayor, izquierda + (lugar_mayor + 0.5) * paso, izquierda)),
            _texto(_altura(mayor, valores[-1]) - 5),
            texto_mayor,
        ),
    )


def _barra(dato: Dato, x: float, paso: float, tope: Decimal, mayor: bool) -> Barra:
    caja = None
    if dato.monto:
        # Next to a huge amount a small one would not be seen at all.
        alto = max(SUELO - _altura(dato.monto, tope), ALTO_MINIMO)
        caja = Caja(
            _texto(x + paso * HUECO / 2), _texto(SUELO - alto), _texto(paso * (1 - HUECO)), _texto(alto)
        )
    zona = Caja(_texto(x), _texto(TECHO), _texto(paso), _texto(SUELO - TECHO))
    return Barra(zona=zona, caja=caja, mayor=mayor)


def _altura(valor: Decimal, tope: Decimal) -> float:
    return SUELO - float(valor / tope) * (SUELO - TECHO)


def _dentro(texto: str, centro: float, izquierda: float) -> float:
    """Returns where the middle of the text may be, so that all of it stays in the drawing."""
    mitad = len(texto) * LETRA / 2
    return min(max(centro, izquierda + mitad), ANCHO - mitad)


def _texto(medida: float) -> str:
    return f"{medida:.2f}"
