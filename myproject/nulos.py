"""Refuses a NUL in what names things: no address, search or cookie of ours has one, and databases and file systems fail on it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest, HttpResponse
from django.views.defaults import bad_request


class SinNulos:
    """Middleware: 400. What forms carry is looked at by their own fields, which say so beside the text."""

    sync_capable = async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse | Awaitable[HttpResponse]]) -> None:
        self.get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)
            self._negar: Callable[[HttpRequest], HttpResponse | Awaitable[HttpResponse]] = _negar_luego
        else:
            self._negar = _negar

    def __call__(self, request: HttpRequest) -> HttpResponse | Awaitable[HttpResponse]:
        return self._negar(request) if _lleva_nulo(request) else self.get_response(request)


def _lleva_nulo(request: HttpRequest) -> bool:
    # As it is written in each: %00 in a query, \\000 within the quotes of a cookie.
    return (
        "\0" in request.path_info
        or "%00" in request.META.get("QUERY_STRING", "")
        or "\\000" in request.META.get("HTTP_COOKIE", "")
    )


def _negar(request: HttpRequest) -> HttpResponse:
    return bad_request(request, ValueError("A NUL."))


async def _negar_luego(request: HttpRequest) -> HttpResponse:
    return _negar(request)
