"""The service, and at `/recuento/` how many objects of each class its process has: an application for real servers."""

from __future__ import annotations

import gc
import json
from collections import Counter
from typing import Any

from myproject.asgi import application as servicio


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Answers with {"module.Class": number}; WebSockets are the service's."""
    if scope.get("path") != "/recuento/":
        await servicio(scope, receive, send)
        return
    gc.collect()
    clases = Counter(f"{type(uno).__module__}.{type(uno).__qualname__}" for uno in gc.get_objects())
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": json.dumps(clases).encode()})
