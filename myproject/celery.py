"""The Celery application: `celery -A myproject worker`, `celery -A myproject beat`."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "myproject.settings")

app = Celery("myproject")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@app.task(bind=True)
def debug_task(self) -> str:  # type: ignore[no-untyped-def]
    """Returns the request as the worker saw it, to try a broker by hand."""
    return repr(self.request)
