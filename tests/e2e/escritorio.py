"""The browsers of everybody in a test, each with cookies of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, BrowserContext

from tests.servicio.tienda import Tienda

from .ventana import Ventana, entrar

Abrir = Callable[..., Ventana]


@contextmanager
def escritorio(navegador: Browser, tienda: Tienda) -> Iterator[Abrir]:
    """Gives a function that opens windows; in the end they are closed, and none of them may have had a problem.

    `abrir("ana", "/panel/")` opens a browser of its own, `contexto=` another tab of that one.
    """
    ventanas: list[Ventana] = []
    contextos: list[BrowserContext] = []

    def abrir(
        nombre: str | None,
        ruta: str,
        *,
        contexto: BrowserContext | None = None,
        url: str = "",
        **opciones: Any,
    ) -> Ventana:
        if contexto is None:
            contexto = navegador.new_context(**{"locale": "es-MX", **opciones})
            contextos.append(contexto)
            if nombre:
                entrar(contexto, {"ana": tienda.ana, "bruno": tienda.bruno}[nombre])
        con_guiones = opciones.get("java_script_enabled", True)
        ventanas.append(Ventana(contexto, url or tienda.servicio.url, con_guiones=con_guiones))
        return ventanas[-1].ir(ruta)

    yield abrir
    problemas = [problema for ventana in ventanas for problema in ventana.problemas]
    for contexto in contextos:
        contexto.close()
    assert not problemas, problemas
