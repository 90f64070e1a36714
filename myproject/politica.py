"""What a browser may do with our pages: django-csp's header, and the permissions that no page of ours needs."""

from __future__ import annotations

from csp.middleware import CSPMiddleware, PolicyParts
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

# The sound of a sale is WebAudio on our own page; all else that asks a person for something is nobody's.
PERMISOS = ", ".join(
    [
        "autoplay=(self)",
        *(
            f"{nombre}=()"
            for nombre in (
                "accelerometer",
                "camera",
                "display-capture",
                "geolocation",
                "gyroscope",
                "hid",
                "magnetometer",
                "microphone",
                "midi",
                "payment",
                "serial",
                "usb",
            )
        ),
    ]
)
# jQuery, under Django's admin, writes HTML as text; what scripts run there is as strict as anywhere.
EN_ADMIN = {"require-trusted-types-for": None, "trusted-types": None}


class Politica(CSPMiddleware):
    """Sets the headers without a thread of its own for each: nothing in it waits."""

    async def __acall__(self, request: HttpRequest) -> HttpResponseBase:
        self.process_request(request)
        respuesta: HttpResponseBase = await self.get_response(request)  # type: ignore[misc]
        return self.process_response(request, respuesta)

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        response.headers.setdefault("Permissions-Policy", PERMISOS)
        if "Cache-Control" not in response and _de_alguien(request):
            # Pages of somebody who has signed out since, by the Back button or out of a shared cache.
            response["Cache-Control"] = "private, no-store"
        return super().process_response(request, response)

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        partes = super().get_policy_parts(request, response, report_only)
        if request.path_info.startswith(reverse("admin:index")):
            partes.replace = {**(partes.replace or {}), **EN_ADMIN}
        return partes


def _de_alguien(request: HttpRequest) -> bool:
    session = getattr(request, "session", None)
    # What never looked at the session does not depend on it; what did has read it already.
    return session is not None and session.accessed and SESSION_KEY in session
