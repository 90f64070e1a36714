"""What is shown of the figures, and what is kept of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.encargo import tabla_de_encargo
from bench.estadisticas import tabla_de_estadisticas
from bench.fotos import tabla_de_fotos
from bench.maquina import maquina, versiones
from bench.pares.grafica import svg
from bench.pares.tabla import pagina, tabla_de_pares
from bench.trabajo import tabla_de_trabajo

OBJETIVO_P50_MS = 30
OBJETIVO_RAZON = 1.2
# What others look for at the top of the file.
DE_PARES = ("ratios", "perdidas", "duplicadas")
OPERACIONES = {
    "conectar": "connect, 10 behind",
    "listar_todas": "drawer",
    "listar_no_leidas": "drawer, unread",
    "listar_archivadas": "drawer, archived",
}


def escribir(archivo: Path, figuras: dict[str, Any]) -> None:
    """Puts the figures into the file; others that were taken on this very machine and these versions stay in it."""
    contenido: dict[str, Any] = json.loads(archivo.read_text(encoding="utf-8")) if archivo.is_file() else {}
    cabecera = {"maquina": maquina(), "versiones": versiones()}
    mismas = all(contenido.get(nombre) == valor for nombre, valor in cabecera.items())
    anteriores = contenido.get("figuras", {}) if mismas else {}
    contenido |= {**cabecera, "figuras": {**anteriores, **figuras}}
    contenido |= {clave: figuras["pares"][clave] for clave in DE_PARES if "pares" in figuras}
    archivo.parent.mkdir(parents=True, exist_ok=True)
    archivo.write_text(json.dumps(contenido, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def documentar(carpeta: Path, figuras: dict[str, Any]) -> None:
    """Writes the table and the chart of the comparison, where it was made, into a folder of documents."""
    if "pares" in figuras:
        texto = pagina(figuras["pares"], maquina(), versiones())
        (carpeta / "comparacion.md").write_text(texto, encoding="utf-8")
        (carpeta / "comparacion.svg").write_text(svg(figuras["pares"]), encoding="utf-8")


def mostrar(consola: Console, nombre: str, figura: dict[str, Any]) -> None:
    """Prints the table of one figure, and loudly what was left out."""
    consola.print(TABLAS[nombre](figura))
    for clave, donde in {"postgresql": "PostgreSQL", "rabbitmq": "RabbitMQ", "socketio": "Socket.IO"}.items():
        if "omitida" in figura.get(clave, {}):
            consola.print(f"SKIPPED: {nombre} on {donde}. {figura[clave]['omitida']}", style="bold red")


def tabla_de_compra(figura: dict[str, Any]) -> Table:
    """Returns the milliseconds from the POST of a purchase to its answer and to the seller's frame."""
    tabla = Table(
        *("", "p50", "p95", "p99", "max"),
        title=f"A purchase, {figura['por_segundo']:g} a second for {figura['segundos']:g} s, milliseconds",
        caption=f"aim: p50 under {OBJETIVO_P50_MS} ms; {figura['compras']} purchases, lost {figura['perdidas']}, "
        f"repeated {figura['repetidas']}, out of order {figura['fuera_de_orden']}, refused {figura['rechazadas']}"
        + ("" if figura["valida"] else ". THIS RUN DOES NOT COUNT"),
    )
    logrado = figura["valida"] and figura["hasta_la_trama_ms"]["p50"] < OBJETIVO_P50_MS
    filas = {
        f"POST to the seller's frame {_marca(logrado)}": "hasta_la_trama_ms",
        "POST to its answer": "respuesta_ms",
        "how late the load generator was": "retraso_del_generador_ms",
    }
    for titulo, clave in filas.items():
        tabla.add_row(titulo, *(f"{valor:.1f}" for valor in (figura[clave] or {}).values()))
    return tabla


def tabla_de_notificar(figura: dict[str, Any]) -> Table:
    """Returns calls and rows a second, and the queries they take."""
    tabla = Table(
        *("", "a second", "seconds", "queries", "first time"),
        title="notificar and notificar_muchos",
        caption="queries besides BEGIN and COMMIT; first time: with inboxes to make; aim: no more a user than for the first",
    )
    for base, cifras in _medidas(figura):
        uno = cifras["uno"]
        p50 = f"{uno['ms']['p50'] / 1000:.4f}"
        tabla.add_row(
            f"{base}: one user, calls", f"{uno['por_segundo']:,.0f}", p50, str(uno["consultas"]), ""
        )
        for fila in cifras["muchos"]:
            tabla.add_row(
                f"{base}: {fila['usuarios']:,} users, rows",
                f"{fila['filas_por_segundo']:,.0f}",
                f"{fila['segundos']:.3f}",
                f"{fila['consultas']} {_marca(_es_plana(fila, cifras['muchos'][0], 'consultas'))}",
                f"{fila['consultas_con_bandejas_nuevas']} "
                + _marca(_es_plana(fila, cifras["muchos"][0], "consultas_con_bandejas_nuevas")),
            )
        tabla.add_section()
    return tabla


def tabla_de_bandeja(figura: dict[str, Any]) -> Table:
    """Returns medians for each inbox, and how many times that of the small one they are."""
    tabla = Table(
        *("", "small", "huge", "ratio", "handled", "ratio"), title="Inboxes, medians in milliseconds"
    )
    completos: list[str] = []
    for base, cifras in _medidas(figura):
        tabla.add_row(f"[b]{base}[/]")
        for donde, titulo in {"consultas": "queries", "socket": "socket"}.items():
            for operacion, medianas in cifras[donde].items():
                tabla.add_row(f"{titulo}: {OPERACIONES[operacion]}", *_fila_de_bandeja(medianas))
        tabla.add_section()
        completos += cifras["recorridos_completos"]
    cuantas = figura["sqlite"]["notificaciones"]
    tabla.caption = (
        f"{cuantas['chica']:,} and {cuantas['grande']:,} notifications; handled: as huge, nearly all read and "
        f"archived; aim: ratio up to {OBJETIVO_RAZON:g}; "
        f"queries that read a whole table: {', '.join(completos) or 'none'}"
    )
    return tabla


def _es_plana(fila: dict[str, Any], primera: dict[str, Any], clave: str) -> bool:
    """Returns whether many users take no more queries a user than the first, smallest number of them."""
    return bool(fila[clave] / fila["usuarios"] <= primera[clave] / primera["usuarios"])


def _fila_de_bandeja(medianas: dict[str, float]) -> Iterator[str]:
    yield f"{medianas['chica_ms']:.2f}"
    for nombre in ("grande", "despachada"):
        razon = medianas[f"{nombre}_entre_chica"]
        yield f"{medianas[f'{nombre}_ms']:.2f}"
        yield f"{razon:.2f} {_marca(razon <= OBJETIVO_RAZON)}"


def _medidas(figura: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yields the databases that were measured."""
    for clave, base in {"sqlite": "SQLite", "postgresql": "PostgreSQL"}.items():
        if "omitida" not in figura[clave]:
            yield base, figura[clave]


def _marca(logrado: bool) -> str:
    return "[green]✓[/]" if logrado else "[red]✗[/]"


TABLAS = {
    "compra": tabla_de_compra,
    "notificar": tabla_de_notificar,
    "bandeja": tabla_de_bandeja,
    "estadisticas": tabla_de_estadisticas,
    "encargo": tabla_de_encargo,
    "pares": tabla_de_pares,
    "trabajo": tabla_de_trabajo,
    "fotos": tabla_de_fotos,
}
