"""The table of the comparison: on the terminal, and as a page of the documentation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.console import Group
from rich.table import Table

from bench.pares.razones import METAS, logradas
from bench.pares.servidores import PARES, SIN_SESION

COLUMNAS = {
    "cpu_us": ("µs each", "{:.1f}"),
    "por_segundo": ("a second", "{:,.0f}"),
    "p50_ms": ("p50 ms", "{:.2f}"),
    "p99_ms": ("p99 ms", "{:.2f}"),
    "p999_ms": ("p99.9 ms", "{:.2f}"),
    "difusion_us": ("group, µs", "{:.1f}"),
    "conexion_us": ("connect, µs", "{:,.0f}"),
    "conexiones_por_segundo": ("connects a second", "{:,.0f}"),
    "kib": ("KiB", "{:.1f}"),
    "kib_despues": ("KiB after work", "{:.1f}"),
    "generador_ocupado": ("generator busy", "{:.0%}"),
}
RAZONES = {
    "cpu": "processor time a notification",
    "piso": "the same, to the floor's",
    "difusion": "processor time a notification, one message to a group of all",
    "productor": "processor time of the producer, without rows",
    "p99_1000": "p99 at a steady pace",
    "memoria": "memory a socket, many sockets",
    "memoria_despues": "the same, after the work",
    "conexion": "processor time a connection, without the session check",
    "conexion_con_sesion": "processor time a connection",
    "crecimiento_4000": "processor time a notification, many sockets to few, both ours",
}
# No terminal is wide enough for all.
EN_PANTALLA = ("cpu_us", "p99_ms", "difusion_us", "conexion_us", "kib")
MARCAS = {True: "✓", False: "✗", None: ""}


def tabla_de_pares(figura: dict[str, Any]) -> Group:
    """Returns the medians of each server, with few sockets and with many, and the ratios."""
    servidores = Table(
        "sockets", "", *(COLUMNAS[cifra][0] for cifra in EN_PANTALLA), title="Delivery, beside that of others"
    )
    for cuantos, titulo, celdas in filas(figura):
        vistas = (celda for cifra, celda in zip(COLUMNAS, celdas, strict=True) if cifra in EN_PANTALLA)
        servidores.add_row(f"{cuantos:,}", titulo, *vistas)
    razones = Table("ours to Socket.IO's", "", caption="; ".join(notas(figura)))
    for titulo, texto in razones_en_texto(figura):
        razones.add_row(titulo, texto)
    return Group(servidores, razones)


def filas(figura: dict[str, Any]) -> Iterator[tuple[int, str, list[str]]]:
    """Yields how many sockets, each server's name, and its figures."""
    for clave, cuantos in {
        "servidores": figura["enchufes"],
        "servidores_con_muchos": figura["muchos"],
    }.items():
        for nombre, cifras in figura[clave].items():
            if nombre in SIN_SESION:
                continue
            perdio = cifras["perdidas"] + cifras["duplicadas"]
            aviso = f", LOST {cifras['perdidas']}, REPEATED {cifras['duplicadas']}" if perdio else ""
            celdas = [
                forma.format(cifras[cifra]) if cifra in cifras else ""
                for cifra, (_, forma) in COLUMNAS.items()
            ]
            yield cuantos, PARES[nombre].titulo + aviso, celdas


def razones_en_texto(figura: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yields what each ratio is called, and what it is: on Daphne, on uvicorn, its aim and whether that is met."""
    for nombre, titulo in RAZONES.items():
        razon = figura["ratios"][nombre]
        valores = razon if isinstance(razon, dict) else {"": razon}
        texto = ", ".join(f"{cual} {_numero(valor)}".strip() for cual, valor in valores.items())
        if nombre in METAS:
            mejor, en_daphne = METAS[nombre]
            en_daphne_texto = f", Daphne ≤ {en_daphne:g}" if en_daphne is not None else ""
            texto += f" (aim: ≤ {mejor:g}{en_daphne_texto}) {MARCAS[logradas(razon, METAS[nombre])]}"
        yield titulo, texto.strip()


def _numero(valor: float | None) -> str:
    return "not taken" if valor is None else f"{valor:.2f}"


def notas(figura: dict[str, Any]) -> Iterator[str]:
    """Yields what else there is to say of the run."""
    yield (
        f"ours: {figura['notificaciones']:,} notifications, lost {figura['perdidas']}, "
        f"repeated {figura['duplicadas']}" + ("" if figura["valida"] else ". THIS RUN DOES NOT COUNT")
    )
    yield f"medians of {figura['rondas']} rounds; paced at {figura['por_segundo']:,} a second"
    nombres = {
        "entera": "ours",
        "con_rastro": "with its trace",
        "ya_codificada": "frame encoded before",
        "socketio": "Socket.IO's emitter",
    }
    yield "producer, µs: " + ", ".join(
        f"{nombres[nombre]} {valor:.1f}" for nombre, valor in figura["productor_us"].items()
    )
    for nombre, cifras in figura["servidores"].items():
        if "filas_us" in cifras:
            yield (
                f"{PARES[nombre].titulo}, with rows: {cifras['filas_por_segundo']:,.0f} a second from notificar_muchos to "
                f"the sockets, server {cifras['filas_us']:.0f} µs, producer {cifras['filas_productor_us']:.0f} µs"
            )
        if "tormenta_s" in cifras:
            yield (
                f"{PARES[nombre].titulo}, all {figura['enchufes']:,} back at once: {cifras['tormenta_s']:.1f} s, "
                f"{cifras['tormenta_us']:,.0f} µs each"
            )


def pagina(figura: dict[str, Any], maquina: dict[str, Any], versiones: dict[str, str]) -> str:
    """Returns the page, in Markdown."""
    titulos = ["sockets", "", *(titulo for titulo, _ in COLUMNAS.values())]
    lineas = [
        "# Delivery, beside that of others",
        "",
        "Written by `make bench`; [rendimiento.md](rendimiento.md) says how it is measured.",
        "µs: processor time of the server, of one notification each to people at random, of one message to a group",
        "of all sockets, and of a connection. KiB: memory a socket.",
        "",
        "![Processor time, latency and memory of each server](comparacion.svg)",
        "",
        _fila(titulos),
        _fila(["---"] * len(titulos)),
        *(_fila([f"{cuantos:,}", titulo, *celdas]) for cuantos, titulo, celdas in filas(figura)),
        "",
        _fila(["ours to Socket.IO's", ""]),
        _fila(["---", "---"]),
        *(_fila([titulo, texto]) for titulo, texto in razones_en_texto(figura)),
        "",
        *(f"- {nota}" for nota in notas(figura)),
        f"- {', '.join(str(valor) for valor in maquina.values())}",
        f"- {', '.join(f'{nombre} {version}' for nombre, version in versiones.items())}",
    ]
    return "\n".join(lineas) + "\n"


def _fila(celdas: list[str]) -> str:
    return f"| {' | '.join(celdas)} |"
