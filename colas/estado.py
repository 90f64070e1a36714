"""How the queues are: asked of the broker, of what workers write into Redis, and of our own tables.

What does not answer is told as a reason, and its figures are None: whoever looks at a console looks when something is down.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Min, Q
from django.utils import timezone
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from . import fallidas, intermediarios, planificador
from .models import ColaSuspendida, Pendiente

PLAZO = 0.45
# The sweep keeps for so long what it is about to enqueue; a row whose time is later waits for its time.
YA = timedelta(seconds=60)
COLAS: tuple[str, ...] = tuple(
    dict.fromkeys(
        [
            settings.CELERY_TASK_DEFAULT_QUEUE,
            *(str(ruta["queue"]) for ruta in settings.CELERY_TASK_ROUTES.values()),
        ]
    )
)


@dataclass(frozen=True, slots=True)
class Trabajador:
    """A worker as it described itself within the last 15 seconds."""

    nombre: str
    pid: int
    colas: list[str]
    desde: datetime
    concurrencia: int
    en_curso: dict[str, int]
    programadas: dict[str, int]


@dataclass(frozen=True, slots=True)
class Cola:
    """One queue; None is what nobody could say. Counted since midnight UTC: `reintentadas`, `terminadas`."""

    nombre: str
    esperando: int | None
    corriendo: int | None
    programadas: int | None
    reintentadas: int | None
    fallidas: int
    terminadas: int | None
    antiguedad: float | None
    trabajadores: int | None
    suspendida: bool


@dataclass(frozen=True, slots=True)
class Estado:
    """Everything at one moment. `por_encolar`: promised work that no broker has taken yet; `problemas`: who does not answer."""

    momento: datetime
    colas: list[Cola]
    trabajadores: list[Trabajador]
    por_encolar: int
    planificador: datetime | None
    problemas: dict[str, str] = field(default_factory=dict)

    def como_dict(self) -> dict[str, Any]:
        """Returns it as JSON and YAML can say it, moments in ISO 8601."""
        return dict(_simple(asdict(self)))


@dataclass(slots=True)
class _DeRedis:
    """What workers have written. Nothing at all when `problema` says why."""

    trabajadores: list[Trabajador] = field(default_factory=list)
    recuento: Counter[str] = field(default_factory=Counter)
    problema: str = ""


def leer() -> Estado:
    """Returns the state of all queues; waits a second and a half at the most."""
    vista = _Vista(_leer_redis(), _leer_tabla(), _contar_fallidas(), _suspendidas())
    nombres = vista.nombres()
    esperas, problemas = _leer_intermediario(nombres, vista.redis.problema)
    return Estado(
        momento=timezone.now(),
        colas=[vista.cola(nombre, esperas.get(nombre)) for nombre in nombres],
        trabajadores=vista.redis.trabajadores,
        por_encolar=sum(fila["por_encolar"] for fila in vista.tabla.values()),
        planificador=planificador.visto_en(),
        problemas=problemas,
    )


def nombres() -> list[str]:
    """Returns the queues that are known: of the settings, of workers, and those that have a row of any kind."""
    return _Vista(_leer_redis(), _leer_tabla(), _contar_fallidas(), _suspendidas()).nombres()


@dataclass(frozen=True, slots=True)
class _Vista:
    """The sources side by side, and a queue as all of them see it."""

    redis: _DeRedis
    tabla: dict[str, dict[str, Any]]
    fallidas: dict[str, int]
    suspendidas: set[str]

    def nombres(self) -> list[str]:
        de_redis = {campo.rpartition(":")[0] for campo in self.redis.recuento}
        de_redis.update(cola for uno in self.redis.trabajadores for cola in uno.colas)
        otras = (de_redis | self.tabla.keys() | self.fallidas.keys() | self.suspendidas) - {"", *COLAS}
        return [*COLAS, *sorted(otras)]

    def cola(self, nombre: str, espera: intermediarios.Espera | None) -> Cola:
        sabe, filas = not self.redis.problema, self.tabla.get(nombre, {})
        suyos = self.redis.trabajadores
        de_antes = filas.get("programadas", 0)
        return Cola(
            nombre=nombre,
            esperando=espera.mensajes if espera else None,
            corriendo=sum(uno.en_curso.get(nombre, 0) for uno in suyos) if sabe else None,
            programadas=sum(uno.programadas.get(nombre, 0) for uno in suyos) + de_antes if sabe else None,
            reintentadas=self.redis.recuento[f"{nombre}:reintentadas"] if sabe else None,
            fallidas=self.fallidas.get(nombre, 0),
            terminadas=self.redis.recuento[f"{nombre}:terminadas"] if sabe else None,
            antiguedad=_antiguedad(espera, filas.get("antigua")),
            trabajadores=sum(nombre in uno.colas for uno in suyos) if sabe else None,
            suspendida=nombre in self.suspendidas,
        )


def _antiguedad(espera: intermediarios.Espera | None, promesa: datetime | None) -> float | None:
    """Returns for how many seconds the oldest has waited; by the table where the broker shows no messages."""
    if espera is None or not espera.mensajes:
        return None
    desde = espera.desde
    if desde is None and not intermediarios.ve_mensajes() and promesa is not None:
        desde = promesa.timestamp()
    return None if desde is None else max(0.0, timezone.now().timestamp() - desde)


def _leer_redis() -> _DeRedis:
    plazos = {"socket_timeout": PLAZO, "socket_connect_timeout": PLAZO, "retry": Retry(NoBackoff(), 0)}
    try:
        with Redis.from_url(settings.REDIS_URL, **plazos) as redis:
            claves = list(redis.scan_iter("colas:trabajador:*", count=2000))
            fichas: Iterable[Any] = redis.mget(claves) if claves else []
            cuentas: Any = redis.hgetall(f"colas:recuento:{datetime.now(UTC):%Y-%m-%d}")
    except (RedisError, OSError) as error:
        return _DeRedis(problema=str(error) or type(error).__name__)
    # One that has expired between both questions is no worker any more.
    trabajadores = [_trabajador(json.loads(ficha)) for ficha in fichas if ficha]
    recuento = Counter({campo.decode(): int(cuantas) for campo, cuantas in cuentas.items()})
    return _DeRedis(sorted(trabajadores, key=lambda uno: uno.nombre), recuento)


def _trabajador(ficha: Mapping[str, Any]) -> Trabajador:
    campos = {nombre: ficha[nombre] for nombre in Trabajador.__slots__}
    return Trabajador(**{**campos, "desde": datetime.fromisoformat(ficha["desde"])})


def _leer_tabla() -> dict[str, dict[str, Any]]:
    """Returns what the promises of work say, by queue."""
    ya = timezone.now() + YA
    filas = (
        Pendiente.objects.order_by()
        .values("cola")
        .annotate(
            por_encolar=Count("pk", filter=Q(encolada=False, desde__lte=ya)),
            programadas=Count("pk", filter=Q(encolada=False, desde__gt=ya)),
            antigua=Min("creada", filter=Q(encolada=True)),
        )
    )
    return {fila["cola"]: dict(fila) for fila in filas}


def _contar_fallidas() -> dict[str, int]:
    return dict(fallidas.abiertas().order_by().values_list("cola").annotate(cuantas=Count("pk")))


def _suspendidas() -> set[str]:
    return set(ColaSuspendida.objects.values_list("cola", flat=True))


def _leer_intermediario(
    nombres: list[str], sin_redis: str
) -> tuple[dict[str, intermediarios.Espera], dict[str, str]]:
    problemas = {"redis": sin_redis} if sin_redis else {}
    if sin_redis and settings.CELERY_BROKER_URL == settings.REDIS_URL:
        # The same server: asking once more would only double the wait.
        return {}, {**problemas, "intermediario": sin_redis}
    try:
        return intermediarios.leer(nombres), problemas
    except intermediarios.SinIntermediario as error:
        return {}, {**problemas, "intermediario": str(error)}


def _simple(valor: Any) -> Any:
    if isinstance(valor, dict):
        return {clave: _simple(uno) for clave, uno in valor.items()}
    if isinstance(valor, list):
        return [_simple(uno) for uno in valor]
    return valor.isoformat() if isinstance(valor, datetime) else valor
