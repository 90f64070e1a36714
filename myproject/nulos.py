"""Refuses a NUL in an address and in a cookie: neither names anything, and databases and file systems fail on it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse


class SinNulos:
    """Middleware: 404, or 400. What searches and forms carry is looked at by their own pages."""

    sync_capable = async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse | Awaitable[HttpResponse]]) -> None:
        self.get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponse | Awaitable[HttpResponse]:
        if "\0" in request.path_info:
            raise Http404("An address has no NUL.")
        if _nombra_con_nulo(request):
            raise BadRequest("A NUL names nothing.")
        return self.get_response(request)


def _nombra_con_nulo(request: HttpRequest) -> bool:
    # As it is written within the quotes of a cookie.
    if "\\000" in request.META.get("HTTP_COOKIE", ""):
        return True
    # The admin filters rows by whatever an address says.
    de_admin = request.path_info.startswith(reverse("admin:index"))
    return de_admin and "%00" in request.META.get("QUERY_STRING", "")
