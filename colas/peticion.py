"""A task as the worker's main process sees it: counted, refused when it is huge, and known when it runs out of time."""

from __future__ import annotations

from collections import Counter
from typing import Any

from billiard.exceptions import WorkerLostError
from celery.exceptions import Ignore, InvalidTaskError, Reject, Retry
from celery.worker.request import Request

from .bifurcacion import base_abierta

BYTES_MAXIMOS = 1024 * 1024

# What this worker has done since it last told Redis, by queue and result.
RECUENTO: Counter[str] = Counter()


class Peticion(Request):
    """Celery's, with the counting. Every task of CallbackTask has it."""

    def __init__(self, message: Any, *args: Any, **kwargs: Any) -> None:
        tamano = len(message.body or b"")
        if tamano > BYTES_MAXIMOS:
            raise InvalidTaskError(f"its arguments take {tamano} bytes; at most {BYTES_MAXIMOS} are read")
        super().__init__(message, *args, **kwargs)

    @property
    def cola(self) -> str:
        return str(self.delivery_info.get("routing_key") or "")

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Celery derives a class for each task that does not call our `on_success`: so we go around its own."""
        super().__init_subclass__(**kwargs)
        de_celery = cls.on_success

        def on_success(self: Peticion, failed__retval__runtime: Any, **kwargs: Any) -> Any:
            if not failed__retval__runtime[0]:
                RECUENTO[f"{self.cola}:terminadas"] += 1
            return de_celery(self, failed__retval__runtime, **kwargs)

        cls.on_success = on_success

    def on_failure(self, exc_info: Any, *args: Any, **kwargs: Any) -> Any:
        error = getattr(exc_info.exception, "exc", exc_info.exception)
        if isinstance(exc_info.exception, Retry):
            RECUENTO[f"{self.cola}:reintentadas"] += 1
        elif not isinstance(error, Ignore | Reject | WorkerLostError):
            RECUENTO[f"{self.cola}:fallidas"] += 1
        return super().on_failure(exc_info, *args, **kwargs)

    def on_timeout(self, soft: bool, timeout: float) -> None:
        # This runs in the main process, where no task runs: without it the failure would not know which message it was.
        self.task.request_stack.push(self._context)
        try:
            with base_abierta():
                super().on_timeout(soft, timeout)
        finally:
            self.task.request_stack.pop()
