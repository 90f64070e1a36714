"""Whether this process lives, and whether what it needs answers: for supervisors and load balancers."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock, Thread

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from colas.planificador import visto_en
from notificaciones.registro import problema

from .celery import app
from .retirada import retirada

PLAZO = 1.0
# Beat says every 5 s that it lives.
LATIDO_TARDIO = 30


def _base_de_datos() -> None:
    try:
        with connection.cursor() as cursor:
            # SQLite answers a plain SELECT 1 without opening its file.
            cursor.execute("SELECT 1 FROM django_migrations LIMIT 1")
    finally:
        connection.close()


def _redis() -> None:
    with Redis.from_url(
        settings.REDIS_URL, socket_timeout=PLAZO, socket_connect_timeout=PLAZO, retry=Retry(NoBackoff(), 0)
    ) as cliente:
        cliente.ping()


def _broker() -> None:
    plazos = {"read_timeout": PLAZO, "write_timeout": PLAZO, "socket_timeout": PLAZO}
    with app.connection_for_write(connect_timeout=PLAZO, transport_options=plazos) as conexion:
        conexion.connect()
        # On Redis connecting is lazy; a channel is what asks the server.
        conexion.channel().close()


def _planificador() -> str:
    try:
        visto = visto_en()
    finally:
        connection.close()
    if visto is None:
        return "never ran"
    segundos = (timezone.now() - visto).total_seconds()
    return f"{'ran' if segundos <= LATIDO_TARDIO else 'late: ran'} {segundos:.0f} s ago"


class Sonda:
    """Asks one question in a thread of its own, one at a time.

    A server that is frozen then costs one thread, not one a question; a daemon, or it would hold our own end.
    """

    def __init__(self, nombre: str, pregunta: Callable[[], str | None]) -> None:
        self.nombre, self._pregunta = nombre, pregunta
        self._candado, self._hilo = Lock(), Thread()
        self._respuesta = ""

    def empezar(self) -> None:
        with self._candado:
            if not self._hilo.is_alive():
                self._hilo = Thread(target=self._preguntar, name=f"salud-{self.nombre}", daemon=True)
                self._hilo.start()

    def _preguntar(self) -> None:
        try:
            self._respuesta = self._pregunta() or "ok"
        except Exception as error:
            # The details may carry an address or a password: they go to the log alone.
            problema(f"salud_{self.nombre}", "readyz: %s does not answer: %s", self.nombre, error)
            self._respuesta = f"does not answer ({type(error).__name__})"

    def leer(self, limite: float) -> str:
        """Returns "ok", what it found, or what is wrong, at the latest at the time `limite`."""
        hilo = self._hilo
        hilo.join(max(0.0, limite - time.monotonic()))
        return f"no answer within {PLAZO:g} s" if hilo.is_alive() else self._respuesta


NECESARIAS = [Sonda("base_de_datos", _base_de_datos), Sonda("redis", _redis), Sonda("broker", _broker)]
# Told, not required: without a scheduler this process serves as well as ever.
SONDAS = [*NECESARIAS, Sonda("planificador", _planificador)]


@never_cache
@require_safe
def livez(_request: HttpRequest) -> HttpResponse:
    """Answers 200 while the process serves requests; asks nobody."""
    return HttpResponse("ok", content_type="text/plain")


@never_cache
@require_safe
def readyz(_request: HttpRequest) -> HttpResponse:
    """Answers 200 when database, Redis and broker answer, 503 naming what does not, within about a second.

    `planificador` says when beat was last alive, and changes no status. A process that is about to end is not ready.
    """
    limite = time.monotonic() + PLAZO
    for sonda in SONDAS:
        sonda.empezar()
    estado = {sonda.nombre: sonda.leer(limite) for sonda in SONDAS}
    estado["proceso"] = "shutting down" if retirada.en_marcha else "ok"
    lista = all(estado[nombre] == "ok" for nombre in ("proceso", *(sonda.nombre for sonda in NECESARIAS)))
    return JsonResponse(estado, status=200 if lista else 503)
