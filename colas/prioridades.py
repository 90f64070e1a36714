"""Priorities by name: in Redis 0 comes first, in RabbitMQ 9 does."""

from __future__ import annotations

from django.conf import settings

ALTA: int = settings.PRIORIDADES["alta"]
NORMAL: int = settings.PRIORIDADES["normal"]
BAJA: int = settings.PRIORIDADES["baja"]
