"""The Celery application: `celery -A myproject worker`, `celery -A myproject beat`."""

import os
import time
import warnings
from typing import Any

from celery import Celery
from celery.exceptions import CPendingDeprecationWarning
from celery.signals import before_task_publish, worker_init, worker_shutting_down
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "myproject.settings")

# What runs when the broker is lost is let finish: its effects are made once, also when it is delivered again.
warnings.filterwarnings("ignore", category=CPendingDeprecationWarning)
TRANSPORT_ALIASES.update(dict.fromkeys(("redis", "rediss"), "colas.transporte:Transporte"))

app = Celery("myproject", task_cls="colas.tareas:CallbackTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
def preparar_trabajador(**_: object) -> None:
    """Adds what our workers do besides; its models can be imported only once Django is set up."""
    from colas.salida import acotar  # noqa: PLC0415
    from colas.trabajadores import Presencia  # noqa: PLC0415

    app.steps["consumer"].add(Presencia)
    worker_shutting_down.connect(acotar)


@before_task_publish.connect
def fechar(headers: dict[str, Any] | None = None, **_: object) -> None:
    """Says in each message when it was enqueued: the console shows the age of the oldest."""
    if headers is not None:
        headers["encolada_en"] = time.time()


@app.task(bind=True, ignore_result=False)
def debug_task(self) -> str:  # type: ignore[no-untyped-def]
    """Returns the request as the worker saw it, to try a broker by hand."""
    return repr(self.request)
