"""Whose pages may open the WebSocket: this very site's, scheme and port included, and those that it trusts."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notificaciones.origen import OrigenPropio


def scope(origen: str | bytes | None, anfitrion: str | None = "tienda.mx", **mas: Any) -> dict[str, Any]:
    cabeceras = [] if anfitrion is None else [(b"host", anfitrion.encode("latin-1"))]
    if origen is not None:
        cabeceras.append((b"origin", origen.encode() if isinstance(origen, str) else origen))
    cabeceras += [(nombre.encode(), valor.encode()) for nombre, valor in mas.pop("cabeceras", {}).items()]
    return {
        "type": "websocket",
        "path": "/ws/notificaciones/",
        "query_string": b"",
        "headers": cabeceras,
        **mas,
    }


@pytest.fixture(autouse=True)
def _tienda(settings):
    settings.ALLOWED_HOSTS = ["tienda.mx", ".sucursal.mx", "127.0.0.1", "[::1]"]
    settings.CSRF_TRUSTED_ORIGINS = []
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")


def admite(*argumentos: Any, **mas: Any) -> bool:
    return OrigenPropio(None).admite(scope(*argumentos, **mas))


@pytest.mark.parametrize(
    ("origen", "anfitrion"),
    [
        ("http://tienda.mx", "tienda.mx"),
        ("http://tienda.mx", "tienda.mx:80"),
        ("http://tienda.mx:80", "tienda.mx"),
        ("http://Tienda.MX", "TIENDA.mx"),
        ("http://tienda.mx:8000", "tienda.mx:8000"),
        ("http://centro.sucursal.mx", "centro.sucursal.mx"),
        ("http://[::1]:8000", "[::1]:8000"),
    ],
)
def test_a_page_of_this_site_is_let_in(origen, anfitrion):
    assert admite(origen, anfitrion)


@pytest.mark.parametrize(
    "origen",
    [
        None,
        "null",
        "",
        "tienda.mx",
        "https://tienda.mx",
        "ws://tienda.mx",
        "http://tienda.mx:8000",
        "http://evil.tienda.mx",
        "http://tienda.mx.evil.example",
        "http://centro.sucursal.mx",
        "http://tienda.mx/",
        "http://tienda.mx,http://tienda.mx",
        "http://evil@tienda.mx",
        "http://[",
    ],
)
def test_any_other_is_not(origen):
    assert not admite(origen)


def test_behind_a_proxy_the_browser_came_by_https_if_the_proxy_says_so():
    por_https = {"x-forwarded-proto": "https"}
    assert admite("https://tienda.mx", cabeceras=por_https)
    assert not admite("http://tienda.mx", cabeceras=por_https)
    assert not admite("https://tienda.mx", cabeceras={"x-forwarded-proto": "http"})


def test_nobody_is_believed_about_https_where_no_proxy_is_said_to_be(settings):
    settings.SECURE_PROXY_SSL_HEADER = None
    assert not admite("https://tienda.mx", cabeceras={"x-forwarded-proto": "https"})


def test_a_server_that_speaks_tls_itself_says_wss(settings):
    settings.SECURE_PROXY_SSL_HEADER = None
    assert admite("https://tienda.mx", scheme="wss")
    assert admite("https://tienda.mx:443", scheme="wss")
    assert not admite("http://tienda.mx", scheme="wss")


def test_a_host_that_is_not_this_sites_is_no_help():
    assert not admite("http://evil.example", "evil.example")


@pytest.mark.parametrize(
    ("confiable", "origen", "entra"),
    [
        ("https://app.example", "https://app.example", True),
        ("https://app.example", "http://app.example", False),
        ("https://app.example", "https://app.example:8443", False),
        ("https://*.example", "https://app.example", True),
        ("https://*.example", "http://app.example", False),
        ("https://*.example", "https://evilexample", False),
        ("https://*.example", "null", False),
    ],
)
def test_a_trusted_origin_is_let_in_as_djangos_forms_do(settings, confiable, origen, entra):
    settings.CSRF_TRUSTED_ORIGINS = ["https://*.otra.example", confiable]
    assert admite(origen) is entra


def test_without_a_host_there_is_only_the_name_to_compare():
    """No browser leaves the header out; a program that does is let in by the names of this site."""
    assert admite("http://tienda.mx", None)
    assert not admite("http://evil.example", None)
    assert not admite("http://[", None)


@given(st.binary(max_size=60), st.none() | st.text(st.characters(codec="latin-1"), max_size=30))
def test_nothing_that_a_header_can_say_stumbles(origen, anfitrion):
    assert admite(origen, anfitrion) is False or anfitrion in (None, "tienda.mx")
