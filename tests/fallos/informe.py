"""What a run gave, as docs/fallos.json and as the table of docs/fallos.md."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.maquina import maquina, versiones

from .comprobador import FALTAS, Balance
from .filas import Fila, Resultado

RAIZ = Path(__file__).resolve().parent.parent.parent
DOCUMENTO = RAIZ / "docs" / "fallos.md"
CIFRAS = RAIZ / "docs" / "fallos.json"
MARCAS = ("<!-- figures: written by `make faults` -->", "<!-- end of the figures -->")


@dataclass(frozen=True, slots=True)
class Anotada:
    """A row that was run: on which database, and what it gave, or why it failed."""

    fila: Fila
    base: str
    segundos: float
    resultado: Resultado | None = None
    error: str = ""

    def cifras(self) -> dict[str, Any]:
        """Returns it as it stands in the JSON."""
        propias: dict[str, Any] = {"fila": self.fila.titulo, "nombre": self.fila.nombre, "base": self.base}
        propias["segundos"] = round(self.segundos, 1)
        if self.resultado is None:
            return {**propias, "error": self.error}
        return {**propias, **de_balance(self.resultado.balance), **redondas(self.resultado.cifras)}


def de_balance(balance: Balance) -> dict[str, Any]:
    """Returns the figures of a balance by the names under which they are published."""
    return {
        "fallos": balance.fallos,
        "notificaciones": balance.notificaciones,
        **{falta: getattr(balance, falta) for falta in FALTAS},
        "p99_recuperacion_s": round(balance.p99, 3),
    }


def redondas(cifras: dict[str, Any]) -> dict[str, Any]:
    """Returns them without digits that mean nothing."""
    return {clave: round(valor, 3) if isinstance(valor, float) else valor for clave, valor in cifras.items()}


def resumen(anotadas: Sequence[Anotada], segundos: float) -> dict[str, Any]:
    """Returns the figures of a whole run."""
    total = Balance()
    for una in anotadas:
        if una.resultado is not None:
            total.sumar(una.resultado.balance)
    return {
        "fecha": time.strftime("%Y-%m-%d"),
        "segundos": round(segundos),
        "maquina": maquina(),
        "versiones": versiones(),
        "filas": len(anotadas),
        **de_balance(total),
        "fallidas": [una.fila.nombre for una in anotadas if una.resultado is None],
        "por_fila": [una.cifras() for una in anotadas],
    }


def escribir(archivo: Path, cifras: dict[str, Any]) -> None:
    """Puts figures into a file of them, and leaves what else there is of other runs."""
    anteriores = json.loads(archivo.read_text()) if archivo.is_file() else {}
    archivo.parent.mkdir(parents=True, exist_ok=True)
    archivo.write_text(json.dumps({**anteriores, **cifras}, indent=2, ensure_ascii=False) + "\n")


def publicar(cifras: dict[str, Any]) -> None:
    """Writes docs/fallos.json, and its tables into docs/fallos.md."""
    escribir(CIFRAS, cifras)
    texto = DOCUMENTO.read_text()
    principio, fin = (re.escape(marca) for marca in MARCAS)
    cuerpo = "\n".join([MARCAS[0], *tablas(json.loads(CIFRAS.read_text())), MARCAS[1]])
    DOCUMENTO.write_text(re.sub(f"{principio}.*{fin}", lambda _: cuerpo, texto, flags=re.DOTALL))


def tablas(cifras: dict[str, Any]) -> list[str]:
    """Returns the lines that show the figures of docs/fallos.json: those of the rows, and those of the soak."""
    lineas = _de_filas(cifras) if "por_fila" in cifras else []
    return [*lineas, "", *_de_remojo(cifras["remojo"])] if "remojo" in cifras else lineas


def _de_filas(cifras: dict[str, Any]) -> list[str]:
    return [
        f"On {cifras['fecha']}, {cifras['segundos'] // 60} minutes, {cifras['maquina']['nucleos']} cores of "
        f"{cifras['maquina']['cpu']}, Python {cifras['maquina']['python'].split()[-1]}:",
        "",
        "| rows | faults | notifications | lost | duplicated | out of order | another's | whole again, p99 |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
        f"| {cifras['filas']} | {_celdas(cifras)} |",
        "",
        "| row | database | faults | notifications | lost | duplicated | out of order | another's | whole again, p99 | besides |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
        *(_linea(una) for una in cifras["por_fila"]),
    ]


def _celdas(una: dict[str, Any]) -> str:
    numeros = [f"{una[clave]:,}" for clave in ("fallos", "notificaciones", *FALTAS)]
    return " | ".join([*numeros, f"{una['p99_recuperacion_s']:.2f} s"])


def _linea(una: dict[str, Any]) -> str:
    if "error" in una:
        return f"| {una['fila']} | {una['base']} | FAILED: {una['error']} | | | | | | | |"
    comunes = {
        "fila",
        "nombre",
        "base",
        "segundos",
        "fallos",
        "notificaciones",
        "p99_recuperacion_s",
        *FALTAS,
    }
    besides = ", ".join(f"`{clave}` {valor}" for clave, valor in una.items() if clave not in comunes)
    return f"| {una['fila']} | {una['base']} | {_celdas(una)} | {besides} |"


def _de_remojo(remojo: dict[str, Any]) -> list[str]:
    webs = remojo["procesos"]
    return [
        f"A soak of {remojo['minutos']:g} minutes with {remojo['sockets']} sockets, of which {remojo['renovados']:,} were closed "
        f"for good and replaced, {remojo['fallos']:,} faults and {remojo['notificaciones']:,} notifications: lost "
        f"{remojo['perdidas']}, duplicated {remojo['duplicadas']}, out of order {remojo['desordenadas']}.",
        "",
        "| process | memory at the start | at the end | slope, last two thirds | descriptors, start | end |",
        "| --- | --- | --- | --- | --- | --- |",
        *(
            f"| {web} | {una['memoria_mb'][0]} MB | {una['memoria_mb'][1]} MB | {una['mb_por_hora']:+} MB an hour | "
            f"{una['descriptores'][0]} | {una['descriptores'][1]} |"
            for web, una in webs.items()
        ),
    ]
