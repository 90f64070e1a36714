"""The base of every task: it logs its end, tries again when that may help, and leaves a row when it fails for good."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from celery import Task
from celery.exceptions import Reject
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.db.models import F
from django.utils import timezone
from kombu.exceptions import OperationalError as IntermediarioCaido

from . import encolado, fallidas
from .efectos import EfectoEnCurso
from .models import Entrega

ENTREGAS_MAXIMAS = 3
# Waiting for another's claim is no failure; a claim lasts less than a minute.
ESPERAS_POR_OTRO = 20
logger = logging.getLogger(__name__)


class FalloDefinitivo(Exception):
    """A failure that no new try would mend: it is recorded at once."""


class TrabajadorPerdido(FalloDefinitivo):
    """The task has lost its worker each time: it is the task, and not the worker."""


class CallbackTask(Task):
    """Logs success with its duration; a final failure becomes a TareaFallida and a notification to staff.

    `reintentar_por`: the exceptions after which it is tried again, after settings.REINTENTOS seconds each time; unless
    said otherwise, those of a database that does not answer.
    `esperas`: after how many seconds each time, where not as the settings say.
    `al_fallar`: called with the task's arguments after its final failure, to tell whoever waits for it.
    `termina_despues`: its success does not end what `encolar` promised; a later task calls `terminar`.
    """

    abstract = True
    Request = "colas.peticion:Peticion"
    reintentar_por: ClassVar[tuple[type[Exception], ...]] = (OperationalError, InterfaceError)
    esperas: ClassVar[Sequence[float] | None] = None
    al_fallar: ClassVar[Callable[..., None] | None] = None
    termina_despues: ClassVar[bool] = False

    @property
    def throws(self) -> tuple[type[Exception], ...]:
        """What fails as foreseen: Celery logs it without a traceback, which the failure's row keeps."""
        return (FalloDefinitivo, *self.reintentar_por)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().__call__(*args, **kwargs)
        except EfectoEnCurso as error:
            raise self.retry(countdown=error.resta + 1, max_retries=ESPERAS_POR_OTRO, exc=error) from error
        except FalloDefinitivo:
            raise
        except self.reintentar_por as error:
            esperas = settings.REINTENTOS if self.esperas is None else self.esperas
            espera = esperas[min(self.request.retries, len(esperas) - 1)]
            # Jitter: what failed together does not come back together.
            cuenta = espera * random.uniform(1, 1.1)  # noqa: S311
            raise self.retry(countdown=cuenta, max_retries=len(esperas), exc=error) from error

    def retry(self, *args: Any, **kwargs: Any) -> Any:
        """As Celery's, but a broker that does not take the next try loses nothing: the sweep brings it."""
        try:
            return super().retry(*args, **kwargs)
        except Reject as rechazo:
            firma = self.signature_from_request(retries=self.request.retries + 1)
            clave = f"reintento-{self.request.id}-{self.request.retries + 1}"
            encolado.aplazar(firma, clave=clave, segundos=kwargs.get("countdown") or 0)
            logger.warning("The next try of %s waits in the table: %s", self.name, rechazo)
            raise Reject(rechazo, requeue=False) from rechazo

    def before_start(self, task_id: str, args: Any, kwargs: Any) -> None:
        self.request.comienzo = time.monotonic()
        if (self.request.delivery_info or {}).get("redelivered") and _contar(task_id) >= ENTREGAS_MAXIMAS:
            raise TrabajadorPerdido(f"It lost its worker {ENTREGAS_MAXIMAS} times.")

    def on_success(self, retval: Any, task_id: str, args: Any, kwargs: Any) -> None:
        comienzo = getattr(self.request, "comienzo", None) or time.monotonic()
        logger.info("%s %s done in %.3f s", self.name, args, time.monotonic() - comienzo)
        # What staff runs again is promised under a key of its own, which no later task knows.
        if not self.termina_despues or self._clave().startswith(fallidas.REINTENTO):
            self._terminar()

    def on_retry(self, exc: Exception, task_id: str, args: Any, kwargs: Any, einfo: Any) -> None:
        logger.warning("%s %s is tried again (%d): %s", self.name, args, self.request.retries + 1, exc)

    def on_failure(self, exc: Exception, task_id: str, args: Any, kwargs: Any, einfo: Any) -> None:
        if isinstance(exc, IntermediarioCaido):
            self._continuar_luego(task_id, exc)
            return
        logger.error("%s %s failed for good: %s: %s", self.name, args, type(exc).__name__, exc)
        entrega = self.request.delivery_info or {}
        try:
            nueva = fallidas.registrar(
                tarea=self.name,
                tarea_id=task_id,
                args=args or (),
                kwargs=kwargs or {},
                cola=entrega.get("routing_key") or encolado.cola_de(self.name),
                error=exc,
                traza=getattr(einfo, "traceback", "") or "",
                intentos=self.request.retries + 1,
                trabajador=self.request.hostname or "",
            )
            # The failure's row is what remains to be done now.
            self._terminar()
            # Of the class: through the instance it would be a method.
            al_fallar = type(self).al_fallar
            if nueva and al_fallar is not None:
                al_fallar(*args)
        except Exception:
            # Whatever goes wrong here must not hide the failure itself; what was promised is enqueued again by the sweep.
            logger.exception("The failure of %s %s could not be recorded.", self.name, args)

    def _continuar_luego(self, task_id: str, error: Exception) -> None:
        """The task ended, and the broker did not take what is chained to it: the sweep runs it again, up to there once."""
        logger.warning("What follows %s waits for the broker: %s", self.name, error)
        firma = self.signature_from_request()
        encolado.aplazar(firma, clave=f"continuar-{task_id}-{self.request.retries}", segundos=5)

    def _clave(self) -> str:
        """Returns the key of the promise that this run keeps, empty when it was not promised."""
        return str((self.request.headers or {}).get("pendiente") or "")

    def _terminar(self) -> None:
        if clave := self._clave():
            encolado.terminar(clave)


def _contar(task_id: str) -> int:
    """Returns how often this message came again."""
    Entrega.objects.bulk_create([Entrega(tarea_id=task_id)], ignore_conflicts=True)
    esta = Entrega.objects.filter(tarea_id=task_id)
    esta.update(veces=F("veces") + 1, ultima=timezone.now())
    return esta.values_list("veces", flat=True).get()
