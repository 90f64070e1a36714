"""One service and one Chromium for all tests of this folder; people and windows anew for each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.servicio.tienda import Tienda, tienda_abierta

from .escritorio import Abrir, escritorio
from .ventana import navegador_abierto


@pytest.fixture(scope="package")
def tienda_comun() -> Iterator[Tienda]:
    with tienda_abierta() as abierta:
        yield abierta


# Of this folder and no wider: while playwright is open no other event loop can run in this thread.
@pytest.fixture(scope="package")
def navegador() -> Iterator[Browser]:
    with navegador_abierto() as abierto:
        yield abierto


@pytest.fixture
def tienda(tienda_comun: Tienda) -> Tienda:
    """The shop, with nothing unread in ana's inbox."""
    tienda_comun.ana.pedir("/notificaciones/todas/leida/", {"volver": "/livez"})
    return tienda_comun


@pytest.fixture
def abrir(tienda: Tienda, navegador: Browser) -> Iterator[Abrir]:
    """Opens windows for one test: `abrir("ana", "/panel/")`."""
    with escritorio(navegador, tienda) as abrir_una:
        yield abrir_una
