"""The checker proves itself first: where delivery is broken on purpose it says so, and where it is not it says nothing."""

from __future__ import annotations

import asyncio
import time

import pytest

from .banco import Banco
from .cliente import Cliente
from .comprobador import FALTAS, comparar

CULPAS = {
    "perder": {"perdidas"},
    "repetir": {"duplicadas"},
    "desordenar": {"desordenadas"},
    # What is another's has no place in this user's order either.
    "confundir": {"ajenas", "desordenadas"},
}


def cliente(*tramas: tuple[int, int], inicio: int = 0, usuario_id: int = 1) -> Cliente:
    """A client that was greeted at `inicio` and shown these (id, place)."""
    uno = Cliente(usuario_id, "galleta", ["ws://127.0.0.1:1/"])
    uno.inicio = uno.cursor = inicio
    for cual, lugar in tramas:
        uno.recibir(
            {
                "type": "aviso",
                "notificacion_id": cual,
                "secuencia": lugar,
                "datos": {"enviada": time.time()},
                "no_leidas": 1,
                "no_vistas": 1,
            },
            None,  # type: ignore[arg-type]
        )
    return uno


TABLA = {1: {11: 1, 12: 2, 13: 3}}


@pytest.mark.parametrize(
    ("tramas", "faltas"),
    [
        ([(11, 1), (12, 2), (13, 3)], (0, 0, 0, 0)),
        ([(11, 1), (13, 3)], (1, 0, 0, 0)),
        ([(11, 1), (12, 2), (12, 2), (13, 3)], (0, 1, 0, 0)),
        ([(11, 1), (13, 3), (12, 2)], (0, 0, 1, 0)),
        ([(11, 1), (12, 2), (13, 3), (99, 4)], (0, 0, 0, 1)),
    ],
)
def test_it_counts_each_kind_of_fault(tramas, faltas):
    balance = comparar([cliente(*tramas)], TABLA, 0)
    assert (balance.perdidas, balance.duplicadas, balance.desordenadas, balance.ajenas) == faltas
    assert balance.limpio is not any(faltas)
    assert balance.notificaciones == 3


def test_a_client_answers_for_what_came_after_its_greeting():
    assert comparar([cliente((13, 3), inicio=2)], TABLA, 0).limpio
    assert comparar([cliente(inicio=2)], TABLA, 0).perdidas == 1


def test_what_was_compared_is_not_counted_again():
    uno = cliente((11, 1), (11, 1), (12, 2), (13, 3))
    assert comparar([uno], TABLA, 0).duplicadas == 1
    assert comparar([uno], {}, 0).limpio


def test_the_time_to_heal_begins_when_the_fault_is_over():
    tarde, a_tiempo = cliente(), cliente()
    tarde.recientes = [(11, 90.0, 107.0), (12, 104.0, 104.5)]
    a_tiempo.recientes = [(11, 90.0, 90.1)]
    assert comparar([tarde, a_tiempo], TABLA, 100.0).recuperaciones == [7.0, 0.0]


@pytest.mark.parametrize("sabotaje", CULPAS)
async def test_it_reports_a_service_that_was_broken_on_purpose(sabotaje):
    def abrir() -> Banco:
        return Banco(
            entorno={"SABOTAJE": sabotaje},
            aplicacion="tests.fallos.saboteado:application",
            servidores=["uvicorn"],
        )

    with abrir() as banco:
        async with banco.escena(4) as escena:
            escena.plazo = 3
            with pytest.raises(AssertionError, match="lost"):
                await escena.ciclo(lambda: asyncio.sleep(0), veces=20, segundos=0.2)
    assert {falta for falta in FALTAS if getattr(escena.balance, falta)} == CULPAS[sabotaje]
