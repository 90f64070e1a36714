"""The plain consumer of Channels, a group a user, on the channel layer of channels_redis that CAPA names."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings

settings.configure(
    CHANNEL_LAYERS={
        "default": {
            "BACKEND": f"channels_redis.{os.environ['CAPA']}",
            # redis-py's own limits would end every consumer that waits for 5 s, and refuse the 101st of a moment.
            "CONFIG": {
                "hosts": [
                    {"address": os.environ["REDIS_URL"], "socket_timeout": 30, "max_connections": 10_000}
                ]
            },
        }
    }
)

from channels.generic.websocket import AsyncWebsocketConsumer  # noqa: E402  (needs settings)


class Llano(AsyncWebsocketConsumer):
    """Joins its user's group and sends what comes."""

    async def connect(self) -> None:
        self.grupo = f"usuario_{parse_qs(self.scope['query_string'].decode())['usuario'][0]}"
        await self.channel_layer.group_add(self.grupo, self.channel_name)
        await self.accept()

    async def disconnect(self, code: int) -> None:
        await self.channel_layer.group_discard(self.grupo, self.channel_name)

    async def notificacion(self, evento: dict[str, Any]) -> None:
        """Sends the frame of an event."""
        await self.send(text_data=evento["trama"])


application = Llano.as_asgi()
