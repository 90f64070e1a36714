"""docs/fallos.md names, for every fault, tests that there are; and its figures are those of docs/fallos.json."""

from __future__ import annotations

import ast
import json
import re

from . import filas_base, filas_clientes, filas_procesos, filas_publicar, filas_redis
from .filas import FILAS
from .informe import CIFRAS, DOCUMENTO, MARCAS, RAIZ, tablas

MODULOS = {
    modulo.__name__ for modulo in (filas_base, filas_clientes, filas_procesos, filas_publicar, filas_redis)
}
TEXTO = DOCUMENTO.read_text()


def nombrados() -> list[tuple[str, str, str]]:
    """Returns what stands in the last column of the table of faults: files, tests and their parameters."""
    faltas = TEXTO.split("## Faults\n", 1)[1].split("\n## ", 1)[0]
    return re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?(?:\[(\w+)\])?`", faltas)


def pruebas(archivo: str) -> set[str]:
    arbol = ast.parse((RAIZ / archivo).read_text())
    funciones = (n for n in ast.walk(arbol) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))
    return {funcion.name for funcion in funciones}


def test_every_fault_names_a_test_that_there_is():
    filas = [linea for linea in TEXTO.split("## Faults\n", 1)[1].splitlines() if linea.startswith("| ")][2:]
    assert all("`tests/" in fila.rsplit(" | ", 1)[1] for fila in filas)
    for archivo, prueba, _ in nombrados():
        assert (RAIZ / archivo).is_file(), archivo
        assert not prueba or prueba in pruebas(archivo), f"{archivo}::{prueba}"


def test_every_row_of_the_harness_stands_in_the_table():
    parametros = {parametro for *_, parametro in nombrados() if parametro}
    a_mano = {"redis_ausente", "medio_abiertos"}
    assert {fila.correr.__module__ for fila in FILAS.values()} == MODULOS
    assert parametros | a_mano == FILAS.keys()


def test_the_figures_of_the_page_are_those_of_the_run():
    cifras = json.loads(CIFRAS.read_text())
    publicadas = TEXTO.split(MARCAS[0], 1)[1].split(MARCAS[1], 1)[0].strip().splitlines()
    assert publicadas == tablas(cifras)
    assert cifras["filas"] == len(cifras["por_fila"])
    for clave in ("fallos", "notificaciones", "perdidas", "duplicadas", "desordenadas"):
        assert cifras[clave] == sum(fila.get(clave, 0) for fila in cifras["por_fila"])
