"""Scheduled work that two schedulers send; the worker's side of it is in test_obreros.py."""

from __future__ import annotations

from datetime import timedelta

from django.test import TransactionTestCase
from django.utils import timezone

from colas.models import Periodo
from tests.colas import taller
from tests.ventas.simultaneo import a_la_vez

TAREA = "taller.programada"


def correr() -> bool:
    """Runs the task as a worker does; returns whether it did anything."""
    antes = taller.CUADERNO.read_text()
    taller.programada.apply()
    return taller.CUADERNO.read_text() != antes


class PruebaDelPeriodo(TransactionTestCase):
    def setUp(self):
        self.enterContext(taller.cuaderno_propio())

    def test_within_the_period_it_runs_once(self):
        assert [correr() for _ in range(3)] == [True, False, False]

    def test_it_runs_in_the_next_period_a_little_early_too(self):
        correr()
        Periodo.objects.update(corrida_en=timezone.now() - timedelta(seconds=55))
        assert correr()

    def test_a_clock_that_was_once_ahead_does_not_stop_it(self):
        correr()
        Periodo.objects.update(corrida_en=timezone.now() + timedelta(days=365))
        assert [correr() for _ in range(2)] == [True, False]

    def test_of_two_at_the_same_moment_one_runs(self):
        a_la_vez(correr, correr)
        assert taller.CUADERNO.read_text().count("programada") == 1

    def test_called_by_hand_it_always_runs(self):
        taller.programada()
        taller.programada()
        assert taller.CUADERNO.read_text().count("programada") == 2
