"""The thread in which a worker says that it lives."""

from __future__ import annotations

import time
from threading import Event, Thread
from types import SimpleNamespace

from django.test import TransactionTestCase

from colas import trabajadores
from colas.trabajadores import Presencia
from tests.redis_privado import esperar


class PruebaDeLaPresencia(TransactionTestCase):
    def test_whatever_goes_wrong_in_it_it_goes_on(self):
        self.addCleanup(setattr, trabajadores, "CADA", trabajadores.CADA)
        trabajadores.CADA = 0.05
        fin = Event()
        # A consumer that has nothing of what it is asked for.
        nada = SimpleNamespace()
        presencia = Presencia.__new__(Presencia)
        hilo = Thread(target=presencia._vivir, args=(nada, fin))
        with self.assertLogs("notificaciones", "WARNING") as registrado:
            hilo.start()
            esperar(lambda: bool(registrado.records), "it says what went wrong")
            time.sleep(0.1)
        assert hilo.is_alive()
        fin.set()
        hilo.join(5)
        assert not hilo.is_alive()
