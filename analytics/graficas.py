"""Draws bars: from amounts to the places of everything in an SVG. Pure; what it says is said elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

# In units of the drawing; on a telephone of 360 px one of them is about one pixel.
ANCHO, ALTO = 320.0, 180.0
TECHO, SUELO = 20.0, 160.0
# How wide a character may be, and one in bold.
LETRA, LETRA_GRUESA = 7.0, 7.7
HUECO = 0.25
ALTO_MINIMO = 1.5
AIRE = 5.0
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


class _Lienzo:
    """Where things stand: right of the amounts of the axis, one place a bar, the highest amount near the top."""

    def __init__(self, datos: Sequence[Dato]) -> None:
        self.datos = datos
        self.mayor = max(dato.monto for dato in datos)
        self.valores = escala(self.mayor)
        self.textos = rotulos(self.valores)
        self.izquierda = max(map(len, self.textos)) * LETRA + AIRE
        self.paso = (ANCHO - self.izquierda) / len(datos)

    def altura(self, valor: Decimal) -> float:
        return SUELO - float(valor / self.valores[-1]) * (SUELO - TECHO)

    def x(self, lugar: float) -> float:
        return self.izquierda + lugar * self.paso

    def barra(self, lugar: int, monto: Decimal) -> Barra:
        caja = None
        if monto:
            # Next to a huge amount a small one would not be seen at all.
            alto = max(SUELO - self.altura(monto), ALTO_MINIMO)
            caja = _caja(self.x(lugar + HUECO / 2), SUELO - alto, self.paso * (1 - HUECO), alto)
        return Barra(zona=_caja(self.x(lugar), TECHO, self.paso, SUELO - TECHO), caja=caja)

    def linea(self, valor: Decimal, texto: str) -> Letrero:
        return _letrero(self.izquierda - AIRE, self.altura(valor), texto)

    def nombre(self, lugar: int, texto: str) -> Letrero:
        return _letrero(_dentro(self.x(lugar + 0.5), len(texto) * LETRA, 0), SUELO + 15, texto)

    def letrero_mayor(self) -> Letrero:
        """Returns the highest amount, over the first bar that has it."""
        lugar = next(lugar for lugar, dato in enumerate(self.datos) if dato.monto == self.mayor)
        texto = f"${self.mayor:,.2f}"
        x = _dentro(self.x(lugar + 0.5), len(texto) * LETRA_GRUESA, self.izquierda)
        return _letrero(x, self.altura(self.mayor) - 5, texto)


def dibujar(datos: Sequence[Dato]) -> Grafica:
    """Returns the drawing of amounts of which one at least is not zero."""
    lienzo = _Lienzo(datos)
    return Grafica(
        ancho=_texto(ANCHO),
        alto=_texto(ALTO),
        izquierda=_texto(lienzo.izquierda),
        suelo=_texto(SUELO),
        barras=[lienzo.barra(lugar, dato.monto) for lugar, dato in enumerate(datos)],
        lineas=[lienzo.linea(*linea) for linea in zip(lienzo.valores, lienzo.textos, strict=True)],
        nombres=[lienzo.nombre(lugar, dato.eje) for lugar, dato in enumerate(datos) if dato.eje],
        mayor=lienzo.letrero_mayor(),
    )


def _dentro(centro: float, ancho: float, izquierda: float) -> float:
    """Returns where the middle of a text of that width may be, so that all of it stays in the drawing."""
    return min(max(centro, izquierda + ancho / 2), ANCHO - ancho / 2)


def _caja(*medidas: float) -> Caja:
    return Caja(*map(_texto, medidas))


def _letrero(x: float, y: float, texto: str) -> Letrero:
    return Letrero(_texto(x), _texto(y), texto)


def _texto(medida: float) -> str:
    return f"{medida:.2f}"
