"""The shop's own settings, with other addresses."""

from myproject.settings import *  # noqa: F403

ROOT_URLCONF = "bench.en_la_peticion.urls"
