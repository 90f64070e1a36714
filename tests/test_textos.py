"""Every text of the interface is there in English, and the compiled catalogues say what their sources say."""

from __future__ import annotations

import gettext
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from tests.procesos import RAIZ, carpeta_nueva

INGLES = Path("locale/en/LC_MESSAGES")
DOMINIOS = ("django", "djangojs")
FUENTES = (
    "manage.py",
    "myproject",
    "notificaciones",
    "ventas",
    "colas",
    "imagenes",
    "analytics",
    "templates",
    "static/js",
    "locale",
)


def leer(raiz: Path, dominio: str) -> Catalog:
    with (raiz / INGLES / f"{dominio}.po").open("rb") as archivo:
        return read_po(archivo, locale="en")


def textos(catalogo: Catalog) -> set[object]:
    return {(mensaje.context, mensaje.id) for mensaje in catalogo if mensaje.id}


@pytest.mark.parametrize("dominio", DOMINIOS)
def test_nothing_is_left_in_spanish(dominio):
    for mensaje in leer(RAIZ, dominio):
        if mensaje.id:
            formas = mensaje.string if isinstance(mensaje.string, tuple) else (mensaje.string,)
            assert all(formas), mensaje.id
            assert not mensaje.fuzzy, mensaje.id


@pytest.mark.parametrize("dominio", DOMINIOS)
def test_the_compiled_catalogue_is_up_to_date(dominio):
    with (RAIZ / INGLES / f"{dominio}.mo").open("rb") as archivo:
        compilado = gettext.GNUTranslations(archivo)
    for mensaje in leer(RAIZ, dominio):
        if isinstance(mensaje.id, tuple):
            formas = (compilado.ngettext(*mensaje.id, 1), compilado.ngettext(*mensaje.id, 2))
            assert formas == mensaje.string
        elif mensaje.context:
            assert compilado.pgettext(mensaje.context, mensaje.id) == mensaje.string
        elif mensaje.id:
            assert compilado.gettext(mensaje.id) == mensaje.string


@pytest.mark.gettext
def test_every_text_of_the_sources_is_in_the_catalogue():
    copia = carpeta_nueva("textos")
    for fuente in FUENTES:
        origen, destino = RAIZ / fuente, copia / fuente
        destino.parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if origen.is_dir() else shutil.copy)(origen, destino)
    for dominio in DOMINIOS:
        orden = [
            sys.executable,
            "manage.py",
            "makemessages",
            "--locale",
            "en",
            "--no-obsolete",
            "--domain",
            dominio,
        ]
        subprocess.run(orden, cwd=copia, check=True, capture_output=True)
        assert textos(leer(copia, dominio)) == textos(leer(RAIZ, dominio)), (
            "Run `make mensajes` and translate."
        )
