"""The database in a process that forks."""

from __future__ import annotations

import os
import threading
import time

from django.db import connection
from django.test import TransactionTestCase

from colas.bifurcacion import base_abierta
from colas.models import Latido


class PruebaDeLaBifurcacion(TransactionTestCase):
    def test_no_child_is_born_while_another_thread_has_the_database_open(self):
        abierta, cerrada = threading.Event(), []

        def usar():
            with base_abierta():
                Latido.objects.count()
                abierta.set()
                time.sleep(0.3)
                cerrada.append(time.monotonic())

        hilo = threading.Thread(target=usar)
        hilo.start()
        abierta.wait()
        hijo = os.fork()
        if hijo == 0:
            os._exit(0)
        nacido = time.monotonic()
        os.waitpid(hijo, 0)
        hilo.join()
        assert cerrada[0] <= nacido

    def test_nothing_is_left_open(self):
        with base_abierta():
            Latido.objects.count()
            assert connection.connection is not None
        assert connection.connection is None
