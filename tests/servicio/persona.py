"""Somebody who is signed in, without a screen: cookies and forms as a browser sends them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http.cookiejar import CookieJar
from typing import Any
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

PLAZO = 15


class Persona:
    """Signs in on the page of the service at `url`; web processes that share its database know the session too."""

    def __init__(self, url: str, nombre: str, contrasena: str = "demo") -> None:
        self.url, self.nombre = url, nombre
        self._galletas = CookieJar()
        self._abridor = build_opener(HTTPCookieProcessor(self._galletas))
        self.pedir("/cuentas/login/")
        self.pedir("/cuentas/login/", {"username": nombre, "password": contrasena, "next": "/livez"})
        assert self._galleta("sessionid"), f"{nombre} could not sign in at {url}."

    def _galleta(self, nombre: str) -> str:
        return next((str(galleta.value) for galleta in self._galletas if galleta.name == nombre), "")

    def galletas(self) -> str:
        """Returns the Cookie header, as the browser sends it with a handshake."""
        return "; ".join(f"{galleta.name}={galleta.value}" for galleta in self._galletas)

    def pedir(self, ruta: str, formulario: Mapping[str, object] | None = None) -> str:
        """Gets a page, or posts a form, and follows where it leads. Raises HTTPError from 400 on."""
        return self._abrir(ruta, None if formulario is None else urlencode(formulario).encode(), {})

    def comprar(self, producto_id: int, cantidad: int = 1) -> dict[str, Any]:
        """Buys as a program does, and returns the answer."""
        cuerpo = json.dumps({"producto_id": producto_id, "cantidad": cantidad}).encode()
        respuesta: dict[str, Any] = json.loads(
            self._abrir("/ventas/procesar/", cuerpo, {"Content-Type": "application/json"})
        )
        return respuesta

    def _abrir(self, ruta: str, cuerpo: bytes | None, cabeceras: Mapping[str, str]) -> str:
        pedido = Request(self.url + ruta, cuerpo, {"X-CSRFToken": self._galleta("csrftoken"), **cabeceras})
        with self._abridor.open(pedido, timeout=PLAZO) as respuesta:
            return str(respuesta.read().decode())
