"""The rules of docs/arquitectura.md and CONTRIBUTING.md that sources can break, read from the sources."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

RAIZ = Path(__file__).resolve().parent.parent
APPS = ("notificaciones", "colas", "ventas", "imagenes", "analytics")
FUENTES = {
    ruta.relative_to(RAIZ).as_posix(): ast.parse(ruta.read_text())
    for carpeta in (*APPS, "myproject")
    for ruta in sorted((RAIZ / carpeta).rglob("*.py"))
    if "migrations" not in ruta.parts
}
NUCLEO = {
    nombre.removeprefix("notificaciones/").removesuffix(".py"): arbol
    for nombre, arbol in FUENTES.items()
    if nombre.startswith("notificaciones/") and nombre.count("/") == 1 and "__init__" not in nombre
}
# Each may import from those above it alone.
CAPAS: list[set[str]] = [
    {"protocolo", "conf", "registro", "hilos", "direccion", "titular"},
    {"models", "enlace", "limites", "lotes", "paciencia", "remesa", "checks", "aforo", "pase", "rechazo"},
    {
        "fragmento",
        "borrador",
        "bandejas",
        "consultas",
        "context_processors",
        "views_token",
        "identidad",
        "origen",
    },
    {"capa", "repaso"},
    {"entrega", "casillero"},
    {"servicios", "sesion", "sesiones", "retraso"},
    {"despedida"},
    {"reconciliacion", "acciones", "poda", "admin", "views", "apps"},
    {"consumers", "tasks"},
    {"flujo", "routing"},
    {"urls"},
]
# What each app may import of the others.
DE_LA_TIENDA = ("notificaciones.servicios.", "colas.")
PERMITIDAS = {
    "colas": ("notificaciones.servicios.", "notificaciones.registro."),
    "ventas": DE_LA_TIENDA,
    "imagenes": DE_LA_TIENDA,
    "analytics": (*DE_LA_TIENDA, "ventas.models."),
}
# A flat list of settings and a flat table of frames are read by looking up.
TABLAS = {"myproject/settings.py", "notificaciones/protocolo.py"}


def importados(arbol: ast.Module, paquete: str) -> Iterator[str]:
    """Yields what a module imports when it runs, as dotted names; imports for type checkers alone are none."""
    for nodo in sin_tipos(arbol):
        if isinstance(nodo, ast.Import):
            yield from (alias.name for alias in nodo.names)
        elif isinstance(nodo, ast.ImportFrom):
            base = f"{paquete}.{nodo.module or ''}".rstrip(".") if nodo.level else str(nodo.module)
            yield from (f"{base}.{alias.name}" for alias in nodo.names)


def sin_tipos(nodo: ast.AST) -> Iterator[ast.AST]:
    for hijo in ast.iter_child_nodes(nodo):
        if not (isinstance(hijo, ast.If) and "TYPE_CHECKING" in ast.unparse(hijo.test)):
            yield hijo
            yield from sin_tipos(hijo)


def llamadas(arbol: ast.Module) -> Iterator[ast.Call]:
    return (nodo for nodo in ast.walk(arbol) if isinstance(nodo, ast.Call))


def nombre_de(llamada: ast.Call) -> str:
    return getattr(llamada.func, "attr", getattr(llamada.func, "id", ""))


def de_app(archivo: str) -> str:
    return archivo.split("/", maxsplit=1)[0]


def test_every_module_of_the_core_has_its_place():
    assert sorted(NUCLEO) == sorted(modulo for capa in CAPAS for modulo in capa)


@pytest.mark.parametrize("modulo", NUCLEO)
def test_imports_of_the_core_point_one_way(modulo):
    altura = next(numero for numero, capa in enumerate(CAPAS) if modulo in capa)
    permitidos = set().union(*CAPAS[:altura])
    propios = {
        nombre.split(".")[1]
        for nombre in importados(NUCLEO[modulo], "notificaciones")
        if nombre.startswith("notificaciones.")
    }
    # `from . import checks` to register them is what an AppConfig is for.
    assert propios <= permitidos | ({"checks", "sesiones"} if modulo == "apps" else set())


def test_the_protocol_is_pure():
    assert {nombre.split(".")[0] for nombre in importados(NUCLEO["protocolo"], "notificaciones")} <= set(
        sys.stdlib_module_names
    )


def test_the_core_imports_no_other_app():
    ajenas = {
        (archivo, nombre)
        for archivo, arbol in FUENTES.items()
        if de_app(archivo) == "notificaciones"
        for nombre in importados(arbol, "notificaciones")
        if nombre.split(".")[0] in {*APPS, "myproject"} - {"notificaciones"}
    }
    assert not ajenas


def test_each_app_uses_what_it_may_of_the_others_and_nothing_else():
    for archivo, arbol in FUENTES.items():
        app = de_app(archivo)
        if app in {"notificaciones", "myproject"}:
            continue
        ajenos = {n for n in importados(arbol, app) if n.split(".")[0] in {*APPS} - {app}}
        assert all(f"{nombre}.".startswith(PERMITIDAS[app]) for nombre in ajenos), archivo


def test_services_and_models_enqueue_nothing():
    for archivo, arbol in FUENTES.items():
        ruta = Path(archivo)
        if ruta.stem in {"servicios", "models", "bandejas", "borrador"} or ruta.parent.name == "models":
            nombres = list(importados(arbol, de_app(archivo)))
            assert not any("celery" in nombre or ".tasks" in nombre for nombre in nombres), archivo
            assert not {"delay", "apply_async"} & {nombre_de(llamada) for llamada in llamadas(arbol)}, archivo


def test_there_is_one_door_out():
    """Only the layer speaks to Redis, only `entrega` has the layer, and only services and sign-out publish by it."""
    nombres = ("group_send", "publish", "get_channel_layer", "publicar")
    publican: dict[str, set[str]] = {nombre: set() for nombre in nombres}
    for archivo, arbol in FUENTES.items():
        for llamada in llamadas(arbol):
            if nombre_de(llamada) in publican:
                publican[nombre_de(llamada)].add(archivo)
    assert publican == {
        "group_send": set(),
        "publish": {"notificaciones/capa.py"},
        "get_channel_layer": {"notificaciones/entrega.py"},
        "publicar": {"notificaciones/entrega.py", "notificaciones/servicios.py"},
    }


def test_what_a_client_says_never_names_an_attribute():
    for modulo in ("consumers", "acciones", "sesion", "flujo", "protocolo"):
        for llamada in llamadas(NUCLEO[modulo]):
            if nombre_de(llamada) in {"getattr", "setattr", "attrgetter", "eval", "__import__"}:
                assert isinstance(llamada.args[1], ast.Constant), f"{modulo}:{llamada.lineno}"


def test_no_signal_of_a_model_carries_the_flow():
    senales = {"pre_save", "post_save", "pre_delete", "post_delete", "m2m_changed"}
    usan = {
        archivo
        for archivo, arbol in FUENTES.items()
        if senales & {nombre.rsplit(".", 1)[-1] for nombre in importados(arbol, "x")}
    }
    # Accounts are Django's: no service of ours writes them, and their sockets must hear of it.
    assert usan == {"notificaciones/sesiones.py"}


def test_what_leaves_after_the_commit_survives_its_own_failure():
    """On Django 5.2 a partial with robust=True fails itself when the hook does."""
    for archivo, arbol in FUENTES.items():
        for llamada in llamadas(arbol):
            if nombre_de(llamada) == "on_commit":
                opciones = {palabra.arg: ast.unparse(palabra.value) for palabra in llamada.keywords}
                assert opciones.get("robust") == "True", archivo
                assert "partial" not in ast.unparse(llamada.args[0]), archivo


def lineas_de_codigo(arbol: ast.Module, texto: str) -> int:
    """Counts lines without the empty ones, comments and docstrings."""
    prosa = {
        linea
        for nodo in ast.walk(arbol)
        if isinstance(nodo, ast.Expr) and isinstance(nodo.value, ast.Constant)
        for linea in range(nodo.lineno, (nodo.end_lineno or nodo.lineno) + 1)
    }
    lineas = enumerate(texto.splitlines(), 1)
    return sum(bool(linea.strip()) and linea.strip()[0] != "#" and n not in prosa for n, linea in lineas)


@pytest.mark.parametrize("archivo", FUENTES)
def test_a_module_is_short_and_its_functions_shorter(archivo):
    if archivo in TABLAS:
        return
    arbol = FUENTES[archivo]
    assert lineas_de_codigo(arbol, (RAIZ / archivo).read_text()) <= 200
    funciones = (n for n in ast.walk(arbol) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))
    largas = [f.name for f in funciones if (f.end_lineno or 0) - f.lineno >= 30]
    assert not largas
