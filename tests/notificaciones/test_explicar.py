"""`manage.py explicar_notificacion`: what happened to one, with a real socket open and with none."""

from __future__ import annotations

from functools import partial
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from notificaciones import entrega, servicios
from notificaciones.hilos import en_hilo

from .aparatos import avisar, conectado, crear_usuario

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _sin_espera(monkeypatch):
    """Sockets of this process answer in milliseconds; the command waits a second for those of others."""
    monkeypatch.setattr(entrega, "sockets_abiertos", partial(entrega.sockets_abiertos, espera=0.2))


def explicar(notificacion_id: Any) -> str:
    salida = StringIO()
    call_command("explicar_notificacion", notificacion_id, stdout=salida)
    return salida.getvalue()


def renglon(texto: str, palabra: str) -> str:
    return next(linea for linea in texto.splitlines() if linea.strip().startswith(palabra))


def test_it_tells_when_it_was_made_published_seen_and_read():
    ana = crear_usuario("ana")
    fila = avisar(ana, "Hola", mensaje="mundo", clave="k-1")
    antes = explicar(fila.pk)
    assert f"Notification {fila.pk}: aviso, for ana (user {ana.pk})" in antes
    assert "Hola — mundo" in antes
    assert "number 1, key k-1" in antes
    assert "no trace" not in renglon(antes, "published")
    assert "not yet" in renglon(antes, "read")
    assert "sequence 1 (this one changed last at 1), 1 unread, 1 unseen" in antes
    servicios.marcar_leida(usuario_id=ana.pk, notificacion_id=fila.pk)
    despues = explicar(fila.pk)
    assert all("not yet" not in renglon(despues, palabra) for palabra in ("seen", "read"))
    assert "sequence 2 (this one changed last at 2), 0 unread" in despues


def test_one_that_was_never_published_says_so(monkeypatch):
    monkeypatch.setattr("notificaciones.entrega.publicar", lambda envios: False)
    fila = avisar(crear_usuario("ana"))
    assert "no trace" in renglon(explicar(fila.pk), "published")


async def test_each_open_socket_says_whether_it_has_it(monkeypatch):
    ana = await en_hilo(crear_usuario, "ana")
    async with conectado(ana) as telefono, conectado(ana):
        fila = await en_hilo(avisar, ana)
        await telefono.recibir()
        texto = await en_hilo(explicar, fila.pk)
    assert "2 open" in renglon(texto, "sockets")
    assert texto.count("has it, at 1, open since") == 2


def test_nobody_listening_is_no_socket():
    assert "0 open" in explicar(avisar(crear_usuario("ana")).pk)


def test_without_redis_it_tells_what_the_table_knows(monkeypatch):
    fila = avisar(crear_usuario("ana"))
    monkeypatch.setattr("notificaciones.entrega.sockets_abiertos", lambda usuario_id: None)
    monkeypatch.setattr("notificaciones.entrega.publicada_en", lambda notificacion_id: None)
    assert "unknown: Redis does not answer" in explicar(fila.pk)


@pytest.mark.parametrize("notificacion_id", [1, -1, 2**70])
def test_one_that_does_not_exist_is_an_error_with_a_sentence(notificacion_id):
    with pytest.raises(CommandError, match="There is no notification"):
        explicar(notificacion_id)
