"""Static files as production serves them."""

from __future__ import annotations

import re

from django.core.management import call_command
from django.test import override_settings

from tests.procesos import carpeta_nueva

IMPORTADO = re.compile(r'(?:from|import)\s*"\./([^"]+)"')


def test_a_module_of_one_version_never_imports_one_of_another():
    raiz = carpeta_nueva("estaticos")
    almacenes = {"staticfiles": {"BACKEND": "myproject.estaticos.EstaticosConHuella"}}
    with override_settings(STORAGES=almacenes, STATIC_ROOT=raiz):
        call_command("collectstatic", interactive=False, verbosity=0)
    modulos = [ruta for ruta in (raiz / "js").glob("*.js") if re.search(r"\.[0-9a-f]{12}\.js$", ruta.name)]
    importados = {
        nombre for ruta in modulos for nombre in IMPORTADO.findall(ruta.read_text(encoding="utf-8"))
    }
    assert len(importados) > 10
    assert importados <= {ruta.name for ruta in modulos}
