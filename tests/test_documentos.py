"""docs/protocolo.md, the server and the browser's client name the same frames, actions, errors and close codes."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from notificaciones.consultas import EstadoBandeja
from notificaciones.models import Notificacion
from notificaciones.protocolo import (
    ACCIONES,
    EFIMEROS,
    TIPOS,
    Accion,
    Cierre,
    Cuentas,
    ErrorDeProtocolo,
    trama_actualizada,
    trama_efimera,
    trama_notificacion,
)
from notificaciones.sesion import Sesion
from notificaciones.titular import Titular

RAIZ = Path(__file__).resolve().parent.parent
DOCUMENTO = (RAIZ / "docs" / "protocolo.md").read_text()
MARCOS_JS = (RAIZ / "static" / "js" / "marcos.js").read_text()
FUENTES = [ast.parse(ruta.read_text()) for ruta in sorted((RAIZ / "notificaciones").glob("*.py"))]


def tabla(titulo: str) -> list[list[str]]:
    """Returns the rows of the table under a heading of docs/protocolo.md, without its head."""
    seccion = DOCUMENTO.split(f"## {titulo}\n", 1)[1].split("\n## ", 1)[0]
    filas = [linea[1:-1].split("|") for linea in seccion.splitlines() if linea.startswith("|")]
    return [[celda.strip() for celda in fila] for fila in filas[2:]]


def palabras(celda: str) -> set[str]:
    """Returns what stands in backquotes, up to its first sign: `ok: true` is ok."""
    return {re.split(r"[^\w]", palabra, maxsplit=1)[0] for palabra in re.findall(r"`([^`]+)`", celda)}


def es_reservada(fila: list[str]) -> bool:
    return "*reserved*" in " ".join(fila)


def tramas_documentadas(*, reservadas: bool = False) -> set[str]:
    filas = [fila for fila in tabla("Server to browser") if es_reservada(fila) is reservadas]
    return set().union(*(palabras(fila[0]) for fila in filas)) - {"notificacion_id", "secuencia"}


def constantes(clave: str) -> Iterator[str]:
    """Yields every text that the core writes under this key of a dictionary."""
    for arbol in FUENTES:
        for nodo in ast.walk(arbol):
            if isinstance(nodo, ast.Dict):
                for nombre, valor in zip(nodo.keys, nodo.values, strict=True):
                    if getattr(nombre, "value", None) == clave and isinstance(valor, ast.Constant):
                        yield str(valor.value)


def errores_del_codigo() -> set[str]:
    return {
        str(ast.literal_eval(nodo.args[0]))
        for arbol in FUENTES
        for nodo in ast.walk(arbol)
        if isinstance(nodo, ast.Call) and getattr(nodo.func, "id", "") == "ErrorDeProtocolo"
    }


def cierres() -> set[int]:
    return {valor for nombre, valor in vars(Cierre).items() if nombre.isupper()}


def conjunto_de_js(nombre: str) -> set[str]:
    cuerpo = re.search(rf"{nombre} = new Set\(\[(.*?)\]\)", MARCOS_JS, re.DOTALL)
    assert cuerpo, f"{nombre} is not in static/js/marcos.js"
    return set(re.findall(r"[\w]+", cuerpo[1].replace("CODIGO_SIN_SESION", str(Cierre.SIN_SESION))))


def test_every_frame_is_documented_and_every_documented_frame_is_sent():
    del_codigo = {tipo for tipo in constantes("type") if "." not in tipo}
    de_clases = set(TIPOS) | {forma.tipo for forma in EFIMEROS.values()}
    assert tramas_documentadas() == del_codigo | de_clases
    assert not tramas_documentadas(reservadas=True) & (del_codigo | de_clases)


def test_every_action_is_documented_with_its_fields():
    documentadas = {fila[0].strip("`"): fila[1] for fila in tabla("Browser to server")}
    assert documentadas.keys() == ACCIONES.keys()
    for accion, campos in ACCIONES.items():
        assert campos.keys() <= palabras(documentadas[accion])
        nombrados = {
            palabra.split("`")[1]
            for palabra in re.split(r"[;,] (?=`)", documentadas[accion])
            if "`" in palabra
        }
        assert nombrados - {"no_leidas", "archivadas"} == campos.keys()


def test_every_error_is_documented():
    assert {fila[0].strip("`") for fila in tabla("Errors")} == errores_del_codigo()


def test_every_close_code_is_documented_and_the_reserved_ones_are_not_sent():
    filas = tabla("Close codes")
    assert {int(fila[0]) for fila in filas if not es_reservada(fila)} == cierres()
    assert not {int(fila[0]) for fila in filas if es_reservada(fila)} & cierres()


def test_the_browsers_client_stops_after_the_codes_that_say_stop():
    finales = {fila[0] for fila in tabla("Close codes") if fila[2] == "stop"}
    assert conjunto_de_js("CODIGOS_FINALES") == finales


def test_the_browsers_client_knows_which_frames_nobody_is_to_see():
    todas = tramas_documentadas() | tramas_documentadas(reservadas=True)
    assert conjunto_de_js("DE_CONTROL") == todas - TIPOS.keys() - {forma.tipo for forma in EFIMEROS.values()}


def fila(tipo: str) -> Notificacion:
    datos = dict.fromkeys(TIPOS[tipo].claves, "1")
    return Notificacion(
        pk=1,
        numero=1,
        secuencia=1,
        tipo=tipo,
        titulo="x",
        datos=datos,
        creada=datetime(2026, 11, 21, tzinfo=UTC),
    )


def claves_documentadas(tipo: str) -> set[str]:
    return next(palabras(f[1]) for f in tabla("Server to browser") if tipo in palabras(f[0]))


async def ejemplos() -> dict[str, Any]:
    cuentas = Cuentas(1, 1)
    progreso = {"type": "imagen_progreso", "imagen_id": 1, "paso": "x", "hecho": 1, "de": 3, "fallo": False}
    venta = {"type": "venta_progreso", "venta_id": 1, "paso": "x", "hecho": 1, "de": 3, "fallo": False}
    central = SimpleNamespace(con_retraso=False)
    saludo = Sesion(Titular(1), central)._saludar(EstadoBandeja("e", 1, cuentas))  # type: ignore[arg-type]
    return {
        **{tipo: trama_notificacion(fila(tipo), cuentas, 1) for tipo in TIPOS},
        "connection_established": saludo,
        "notificacion_actualizada": trama_actualizada([1], {}, cuentas, 1),
        "imagen_progreso": trama_efimera(progreso),
        "venta_progreso": trama_efimera(venta),
        "colas_cambio": trama_efimera({"type": "colas_cambio"}),
        "respuesta": Accion("ping", ref=1).respuesta({}),
        "error": ErrorDeProtocolo("x", "y", ref=1).trama(),
    }


DE_CONTROL = ("connection_established", "notificacion_actualizada", "respuesta", "error")


@pytest.mark.parametrize(
    "tipo",
    sorted({*TIPOS, *(forma.tipo for forma in EFIMEROS.values()), *DE_CONTROL}),
)
async def test_every_key_of_a_frame_is_documented(tipo):
    enviadas = json.loads((await ejemplos())[tipo]).keys() - {"type"}
    assert enviadas <= claves_documentadas(tipo)
    if tipo not in TIPOS:
        assert claves_documentadas(tipo) - enviadas <= {"leida", "vista", "archivada", "eliminada"}


def test_the_documented_push_is_one_that_is_shown():
    ejemplo = re.search(r'group_send\("(\w+)", (\{.*\})\)', DOCUMENTO)
    assert ejemplo
    assert json.loads(trama_efimera(json.loads(ejemplo[2])))["type"] == "nueva_venta"
