"""The site: settings, addresses and the two applications that servers and workers load."""

from .celery import app as celery_app

__all__ = ["celery_app"]
