"""The drawing: everything within its frame, in proportion, and legible whatever the amounts."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.graficas import (
    ALTO_MINIMO,
    ANCHO,
    LETRA,
    LETRA_GRUESA,
    LINEAS,
    SUELO,
    TECHO,
    Dato,
    dibujar,
    escala,
    rotulos,
)

montos = st.decimals(min_value="0.01", max_value="99999999999999.99", places=2)
series = st.lists(st.one_of(st.just(Decimal(0)), montos), min_size=1, max_size=30).filter(any)


def dibujo(*cantidades: str | Decimal):
    return dibujar([Dato(Decimal(cantidad), eje="21 nov") for cantidad in cantidades])


@given(series)
def test_it_keeps_everything_within_the_frame(cantidades):
    grafica = dibujo(*cantidades)
    for barra in grafica.barras:
        for caja in filter(None, (barra.zona, barra.caja)):
            x, y, ancho, alto = (float(medida) for medida in (caja.x, caja.y, caja.ancho, caja.alto))
            assert ancho > 1
            assert float(grafica.izquierda) - 0.02 <= x <= x + ancho <= ANCHO + 0.02
            assert TECHO - 0.02 <= y <= y + alto <= SUELO + 0.02
    for letrero, letra in ((grafica.mayor, LETRA_GRUESA), *((nombre, LETRA) for nombre in grafica.nombres)):
        mitad = len(letrero.texto) * letra / 2
        assert -0.01 <= float(letrero.x) - mitad <= float(letrero.x) + mitad <= ANCHO + 0.01
    assert all(len(linea.texto) * LETRA <= float(linea.x) + 0.01 for linea in grafica.lineas)


@given(series)
def test_it_draws_a_bar_where_something_was_sold(cantidades):
    barras = dibujo(*cantidades).barras
    assert [barra.caja is not None for barra in barras] == [cantidad > 0 for cantidad in cantidades]


@given(montos)
def test_its_scale_is_round_and_just_reaches_the_highest(mayor):
    valores = escala(mayor)
    paso = valores[1]
    assert paso.normalize().as_tuple().digits in {(1,), (2,), (5,)}
    assert valores == [paso * lugar for lugar in range(len(valores))]
    assert 2 <= len(valores) <= LINEAS + 1
    assert valores[-2] < mayor <= valores[-1]
    # No two grid lines may say the same.
    assert len(set(rotulos(valores))) == len(valores)


def test_it_draws_in_proportion_and_leaves_the_small_to_be_seen():
    alta, media, minima = (float(barra.caja.alto) for barra in dibujo("1000000", "500000", "0.01").barras)
    assert alta == SUELO - TECHO
    assert media == alta / 2
    assert minima == ALTO_MINIMO


@pytest.mark.parametrize(
    ("mayor", "textos"),
    [
        ("0.01", ["$0", "$0.01"]),
        ("0.05", ["$0", "$0.02", "$0.04", "$0.06"]),
        ("129.90", ["$0", "$50", "$100", "$150"]),
        ("7799.40", ["$0", "$2,000", "$4,000", "$6,000", "$8,000"]),
        ("1234567.00", ["$0", "$0.5 M", "$1 M", "$1.5 M"]),
        ("99999999.99", ["$0", "$50 M", "$100 M"]),
        ("999999999900.00", ["$0", "$500,000 M", "$1,000,000 M"]),
    ],
)
def test_it_writes_short_amounts_on_the_axis(mayor, textos):
    assert rotulos(escala(Decimal(mayor))) == textos


def test_it_writes_the_highest_amount_to_the_cent_over_its_first_bar():
    grafica = dibujo(*["5"] * 10, "129.90", "129.90", *["5"] * 10)
    caja = grafica.barras[10].caja
    assert grafica.mayor.texto == "$129.90"
    assert float(grafica.mayor.x) == pytest.approx(float(caja.x) + float(caja.ancho) / 2, abs=0.02)
    assert float(grafica.mayor.y) < float(caja.y)
