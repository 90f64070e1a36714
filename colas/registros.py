"""What Celery logs while a broker is away: the line, without a traceback each time that says nothing new."""

from __future__ import annotations

import logging

from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

DE_RED = (OSError, RedisError, OperationalError)


class SinTrazaDeRed(logging.Filter):
    """Takes the traceback away from what Celery and kombu say of a lost connection, and lets everything through."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.startswith(("celery", "kombu")) and record.exc_info:
            error = record.exc_info[1]
            if error is not None and _viene_de_la_red(error):
                record.exc_info = record.exc_text = None
                record.msg, record.args = f"{record.getMessage()} ({type(error).__name__}: {error})", None
        return True


def _viene_de_la_red(error: BaseException | None) -> bool:
    """Whether it is a lost connection, or what somebody stumbled over while he dealt with one."""
    while error is not None and not isinstance(error, DE_RED):
        error = error.__cause__ or error.__context__
    return error is not None
