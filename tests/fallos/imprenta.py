"""The publisher, a process of its own: reads an order a line, carries it out through the public service, answers a line.

`python -m tests.fallos.imprenta`, with the environment of the service. Every notification has a number of its own.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "myproject.settings")
django.setup()

from django.contrib.auth import (  # noqa: E402  (needs Django to be set up)
    BACKEND_SESSION_KEY,
    HASH_SESSION_KEY,
    SESSION_KEY,
    get_user_model,
)
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.db import DatabaseError, InterfaceError, close_old_connections, connection, transaction  # noqa: E402

from notificaciones import entrega, servicios  # noqa: E402
from notificaciones.models import Notificacion  # noqa: E402
from ventas.models import Producto, Venta  # noqa: E402

PACIENCIA = 60
# How many pushes go in one round trip.
EMPUJES = 100
EXISTENCIAS = 1_000_000
numero = 0


def notificar(ids: Sequence[int], relleno: int = 0) -> int:
    """Publishes one numbered notification, as a task does: again with the same key until the database took it."""
    global numero  # noqa: PLW0603
    numero += 1
    limite = time.monotonic() + PACIENCIA
    while True:
        campos: dict[str, Any] = {
            "tipo": "aviso",
            "titulo": f"Aviso {numero}",
            "clave": f"{os.getpid()}-{numero}",
            "datos": {"enviada": time.time(), "relleno": "x" * relleno},
        }
        try:
            if len(ids) == 1:
                servicios.notificar(usuario_id=ids[0], **campos)
                return 1
            return servicios.notificar_muchos(usuario_ids=ids, **campos)
        except (DatabaseError, InterfaceError):
            if time.monotonic() > limite:
                raise
            connection.close()
            time.sleep(0.1)


def publicar(ids: list[int], veces: int, segundos: float = 0, a_todos: bool = True, relleno: int = 0) -> int:
    """Publishes `veces` times, spread over the seconds: to all of them at once, or to one after the other."""
    inicio, hechas = time.monotonic(), 0
    for vez in range(veces):
        time.sleep(max(0.0, inicio + segundos * vez / veces - time.monotonic()))
        hechas += notificar(ids if a_todos else [ids[vez % len(ids)]], relleno)
    return hechas


def rafaga(ids: list[int], veces: int, relleno: int) -> float:
    """Publishes to one user in one transaction, and returns when it committed: then all of it reaches Redis at once."""
    momentos: list[float] = []
    with transaction.atomic():
        transaction.on_commit(lambda: momentos.append(time.time()))
        publicar(ids, veces, relleno=relleno)
    return momentos[0]


def empujar(ids: list[int], veces: int, tamano: int, segundos: float = 0) -> int:
    """Pushes so many times something of this size that is not stored, spread over the seconds."""
    evento = {
        "type": "notificacion_nueva",
        "titulo": "x",
        "mensaje": "x" * tamano,
        "monto": "1",
        "timestamp": "",
    }
    eventos = [(entrega.grupo(usuario_id), evento) for usuario_id in ids]
    inicio = time.monotonic()
    for hechas in range(0, veces, EMPUJES):
        time.sleep(max(0.0, inicio + segundos * hechas / veces - time.monotonic()))
        entrega.capa().publicar(eventos * min(EMPUJES, veces))
    return veces * len(ids)


def crear(nombre: str, cuantos: int) -> list[tuple[int, str]]:
    """Makes signed-in people; returns the id and the session key of each."""
    with transaction.atomic():
        usuarios = [
            get_user_model().objects.create_user(f"{nombre}-{n}", password=None) for n in range(cuantos)
        ]
        return [(usuario.pk, abrir_sesion(usuario)) for usuario in usuarios]


def abrir_sesion(usuario: Any) -> str:
    sesion = SessionStore()
    sesion[SESSION_KEY] = str(usuario.pk)
    sesion[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    sesion[HASH_SESSION_KEY] = usuario.get_session_auth_hash()
    sesion.create()
    return str(sesion.session_key)


def surtir(vendedor_id: int) -> int:
    """Returns a product of this seller's that does not run out."""
    campos = {"precio": "129.90", "stock": EXISTENCIAS, "stock_minimo": 0}
    producto, _ = Producto.objects.get_or_create(
        nombre="Taza de talavera", vendedor_id=vendedor_id, defaults=campos
    )
    return int(producto.pk)


def contar_ventas(producto_id: int) -> dict[str, int]:
    """Returns what purchases left behind; where nothing is half-written, all of these are the same."""
    producto = Producto.objects.get(pk=producto_id)
    return {
        "ventas": Venta.objects.filter(producto=producto).count(),
        "existencias": EXISTENCIAS - producto.stock,
        "avisos": Notificacion.objects.filter(usuario_id=producto.vendedor_id, tipo="nueva_venta").count(),
    }


def arrepentirse(ids: list[int]) -> int:
    """Notifies in a transaction that is rolled back."""
    with transaction.atomic():
        notificar(ids)
        transaction.set_rollback(True)
    return 0


def morir_al_publicar(ids: list[int]) -> int:
    """Dies between the commit and the publication."""
    entrega.publicar = lambda envios: os.kill(os.getpid(), signal.SIGKILL)  # type: ignore[assignment,return-value]
    return notificar(ids)


def confirmar_tarde(ids: list[int], segundos: float) -> int:
    """Takes a number first and commits last: others notify the same user meanwhile, from threads of their own."""
    tomado = threading.Event()

    def despues() -> None:
        tomado.wait()
        notificar(ids)
        connection.close()

    hilos = [threading.Thread(target=despues) for _ in range(3)]
    for hilo in hilos:
        hilo.start()
    with transaction.atomic():
        notificar(ids)
        tomado.set()
        time.sleep(segundos)
    for hilo in hilos:
        hilo.join()
    return 1 + len(hilos)


def publicar_al_reves(ids: list[int], veces: int) -> int:
    """Commits in order and publishes the other way round, as processes that overtake each other do."""
    original, retenidas = entrega.publicar, []
    entrega.publicar = retenidas.append  # type: ignore[assignment]
    try:
        hechas = publicar(ids, veces)
    finally:
        entrega.publicar = original
    for lote in reversed(retenidas):
        entrega.publicar(lote)
    return hechas


def cerrar_cuenta(usuario_id: int, como: str) -> int:
    """Deactivates the user, or changes the password, as an administrator does."""
    usuario = get_user_model().objects.get(pk=usuario_id)
    if como == "desactivar":
        usuario.is_active = False
    else:
        usuario.set_password("otra")
    usuario.save()
    return 0


def marcar(ids: list[int], archivar: bool = False) -> int:
    """Reads everything of these users, or archives the newest of each; returns how many changed."""
    if not archivar:
        return sum(servicios.marcar_todas_leidas(usuario_id=usuario_id) for usuario_id in ids)
    ultimas = [Notificacion.objects.de(usuario_id).en_bandeja().latest("numero") for usuario_id in ids]
    return sum(servicios.archivar(usuario_id=una.usuario_id, notificacion_id=una.pk) for una in ultimas)


ORDENES: dict[str, Callable[..., Any]] = {
    orden.__name__: orden
    for orden in (
        publicar,
        rafaga,
        empujar,
        crear,
        surtir,
        contar_ventas,
        arrepentirse,
        morir_al_publicar,
        confirmar_tarde,
        publicar_al_reves,
        cerrar_cuenta,
        marcar,
    )
}


def main() -> None:
    for linea in sys.stdin:
        # The last order may have seen the database go.
        close_old_connections()
        pedido = json.loads(linea)
        print(json.dumps(ORDENES[pedido.pop("orden")](**pedido)), flush=True)


if __name__ == "__main__":
    main()
