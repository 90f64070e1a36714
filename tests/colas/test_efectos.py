"""The ledger: whoever asks, however often, one makes the effect."""

from __future__ import annotations

from datetime import timedelta
from threading import Event

import pytest
from django.db import IntegrityError, transaction
from django.test import TransactionTestCase
from django.utils import timezone

from colas.efectos import EfectoEnCurso, efecto_unico, esta_hecho
from colas.models import Efecto
from tests.ventas.simultaneo import a_la_vez

CARTA = "carta-a-bruno"


class PruebaDelEfecto(TransactionTestCase):
    def test_the_first_makes_it_and_the_second_does_not(self):
        with efecto_unico(CARTA) as toca:
            assert toca
            assert not esta_hecho(CARTA)
        assert esta_hecho(CARTA)
        with efecto_unico(CARTA) as toca:
            assert not toca

    def test_it_says_who_made_it_and_when(self):
        with efecto_unico(CARTA):
            pass
        efecto = Efecto.objects.get(clave=CARTA)
        assert efecto.quien == "outside of a worker"
        assert efecto.tomado_en <= efecto.hecho_en <= timezone.now()

    def test_whoever_failed_leaves_it_to_the_next_try(self):
        with pytest.raises(ConnectionError), efecto_unico(CARTA):
            raise ConnectionError
        with efecto_unico(CARTA) as toca:
            assert toca
        assert Efecto.objects.get(clave=CARTA).intentos == 2

    def test_while_one_is_at_it_another_is_told_for_how_long(self):
        with efecto_unico(CARTA, plazo=30):
            with pytest.raises(EfectoEnCurso) as error, efecto_unico(CARTA):
                pass
            assert 29 < error.value.resta <= 30

    def test_a_claim_whose_worker_died_runs_out(self):
        with efecto_unico(CARTA):
            Efecto.objects.update(vence=timezone.now() - timedelta(seconds=1))
            with efecto_unico(CARTA) as toca:
                assert toca

    def test_whoever_was_overtaken_does_not_say_that_it_is_done(self):
        with self.assertLogs("colas.efectos", "ERROR"), efecto_unico(CARTA, plazo=0):
            Efecto.objects.update(ficha="another's")
        assert not esta_hecho(CARTA)

    def test_of_eight_at_the_same_moment_one_makes_it(self):
        salida = Event()

        def pedir():
            try:
                with efecto_unico(CARTA) as toca:
                    salida.wait(0.3)
                    return toca
            except EfectoEnCurso:
                return "en curso"

        assert a_la_vez(*[pedir] * 8).count(True) == 1

    def test_in_a_transaction_claim_and_effect_are_rolled_back_together(self):
        with pytest.raises(IntegrityError), transaction.atomic(), efecto_unico(CARTA):
            raise IntegrityError
        assert not Efecto.objects.exists()
