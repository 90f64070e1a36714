"""A database that is away while somebody asks: try again soon, in the asker's language, and no traceback each."""

from __future__ import annotations

import json
import logging

import pytest
from django.db import DataError, OperationalError

from notificaciones import registro


@pytest.fixture
def visita(client, monkeypatch):
    """Asks for the catalogue while reading it fails with the given error."""
    client.raise_request_exception = False
    registro._ultima_linea.clear()

    def pedir(error: Exception, **cabeceras: str):
        def fallar(_busqueda: str) -> None:
            raise error

        monkeypatch.setattr("ventas.consultas.catalogo", fallar)
        return client.get("/", headers=cabeceras)

    return pedir


@pytest.mark.django_db
def test_a_person_gets_a_page_that_says_when_to_come_back(visita, caplog):
    respuestas = [visita(OperationalError("the server is gone")) for _ in range(5)]
    assert {respuesta.status_code for respuesta in respuestas} == {503}
    assert int(respuestas[0]["Retry-After"]) > 0
    assert "<h1>" in respuestas[0].content.decode()
    assert "the server is gone" not in respuestas[0].content.decode()
    assert caplog.text.count("the server is gone") == 1
    assert "Traceback" not in caplog.text


@pytest.mark.django_db
def test_a_program_gets_it_as_json(visita):
    respuesta = visita(OperationalError("gone"), accept="application/json")
    assert (respuesta.status_code, json.loads(respuesta.content)["codigo"]) == (503, "no_disponible")
    assert int(respuesta["Retry-After"]) > 0


@pytest.mark.django_db
@pytest.mark.parametrize("error", [DataError("too long"), ValueError("ours")])
def test_an_error_of_ours_is_still_an_error_of_ours(visita, error, caplog):
    assert visita(error).status_code == 500
    assert "Traceback" in caplog.text


def test_a_process_without_descriptors_says_so_once_a_second(caplog):
    registro._ultima_linea.clear()
    for _ in range(2000):
        logging.getLogger("asyncio").error("socket.accept() out of system resource\nsocket: …")
    logging.getLogger("asyncio").error("Something else")
    assert [linea.getMessage()[:30] for linea in caplog.records] == [
        "No connection can be taken: th",
        "Something else",
    ]
