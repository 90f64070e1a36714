"""A person at a real Chromium window: what is on the screen, and what went wrong on the page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Dialog,
    Locator,
    Page,
    WebSocket,
    sync_playwright,
)

from tests.capacidades import chromium
from tests.servicio.persona import Persona

ARGUMENTOS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# What Chromium itself says when a server or the network is gone, and a page cannot keep it from saying.
CORTE = re.compile(r"WebSocket connection to .* failed|net::ERR_")
CONTAR_NOTICIAS = """
window.noticias = [];
document.addEventListener("notificacion", ({ detail }) => window.noticias.push(detail.notificacion_id ?? detail.titulo));
"""


@contextmanager
def navegador_abierto() -> Iterator[Browser]:
    """Opens Debian's Chromium, without a window of its own."""
    with sync_playwright() as playwright:
        navegador = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTOS)
        yield navegador
        navegador.close()


def entrar(contexto: BrowserContext, persona: Persona) -> None:
    """Gives a browser the cookies of somebody who has signed in."""
    galletas = [galleta.split("=", 1) for galleta in persona.galletas().split("; ")]
    contexto.add_cookies([{"name": nombre, "value": valor, "url": persona.url} for nombre, valor in galletas])


class Ventana:
    """One tab. `problemas` must stay empty: errors on the console, exceptions, dialogs, answers from 500 on."""

    def __init__(self, contexto: BrowserContext, url: str, *, con_guiones: bool = True) -> None:
        self.contexto, self.url, self.con_guiones = contexto, url, con_guiones
        self.pagina: Page = contexto.new_page()
        self.problemas: list[str] = []
        self.enchufes: list[WebSocket] = []
        self.con_cortes = False
        self.pagina.on("console", self._consola)
        self.pagina.on("pageerror", lambda error: self.problemas.append(f"exception: {error}"))
        self.pagina.on("dialog", self._dialogo)
        self.pagina.on("websocket", self._enchufe)
        self.pagina.on("response", self._respuesta)
        self.pagina.add_init_script(CONTAR_NOTICIAS)

    def _consola(self, mensaje: ConsoleMessage) -> None:
        if mensaje.type in {"error", "warning"} and not (self.con_cortes and CORTE.search(mensaje.text)):
            self.problemas.append(f"{mensaje.type}: {mensaje.text}")

    def _enchufe(self, enchufe: WebSocket) -> None:
        self.enchufes.append(enchufe)

    def _dialogo(self, dialogo: Dialog) -> None:
        self.problemas.append(f"dialog: {dialogo.message}")
        dialogo.dismiss()

    def _respuesta(self, respuesta: Any) -> None:
        if respuesta.status >= 500:
            self.problemas.append(f"{respuesta.status}: {respuesta.url}")

    def ir(self, ruta: str) -> Ventana:
        """Opens a page, and waits until it is live where somebody is signed in and scripts run."""
        self.pagina.goto(self.url + ruta)
        if self.con_guiones and self.pagina.locator("#estado-conexion").count():
            self.en_estado("en_linea")
        return self

    def en_estado(self, estado: str, segundos: float = 10) -> None:
        self.pagina.wait_for_selector(
            f"#estado-conexion[data-estado={estado}]", state="attached", timeout=segundos * 1000
        )

    @property
    def popups(self) -> Locator:
        return self.pagina.locator(".notificacion-popup.mostrar")

    @property
    def cajon(self) -> Locator:
        return self.pagina.locator("dialog.cajon[open]")

    @property
    def filas(self) -> Locator:
        return self.cajon.locator(".cajon-filas > .fila")

    def abrir_cajon(self) -> Ventana:
        self.pagina.click("#campana")
        self.cajon.locator(".cajon-filas[aria-busy=false]").wait_for()
        return self

    def reposar(self) -> None:
        """Waits until nothing moves: half way through a movement, colours and places are others."""
        self.pagina.wait_for_function(
            """() => document.getAnimations().every(
                (una) => una.playState !== "running" || una.effect.getComputedTiming().endTime === Infinity
            )"""
        )

    def noticias(self) -> list[int]:
        """Returns the ids of the notifications that were news to this page, in the order they came."""
        lista: list[int] = self.pagina.evaluate("window.noticias")
        return lista

    def sonidos(self) -> int:
        """Returns how often the page asked for its sound."""
        return int(self.pagina.evaluate("document.documentElement.dataset.sonidos ?? 0"))

    def insignia(self, cuenta: int, segundos: float = 5) -> None:
        """Waits until the bell says so many unread, to the eye and to a screen reader."""
        texto = "99+" if cuenta > 99 else str(cuenta)
        self.pagina.wait_for_function(
            """([texto, nombre]) => {
                const insignia = document.getElementById("campana-cuenta");
                const visible = insignia.hidden ? "0" : insignia.textContent;
                return visible === texto && document.getElementById("campana").ariaLabel.includes(nombre);
            }""",
            arg=[texto, f" {cuenta} "],
            timeout=segundos * 1000,
        )
