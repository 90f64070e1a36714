"""What the runs of the comparison say: medians, ratios, and what was lost. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from statistics import median
from typing import Any

from bench.cifras import redondear
from bench.pares.servidores import NUESTROS

# Where a figure stands in a run.
CIFRAS = {
    "cpu_us": ("rapido", "cpu_us"),
    "por_segundo": ("rapido", "por_segundo"),
    "generador_us": ("rapido", "generador_us"),
    "generador_ocupado": ("rapido", "generador_ocupado"),
    "p50_ms": ("ritmo", "ms", "p50"),
    "p99_ms": ("ritmo", "ms", "p99"),
    "p999_ms": ("ritmo", "ms", "p999"),
    "difusion_us": ("difusion", "cpu_us"),
    "conexion_us": ("conexion", "cpu_us"),
    "conexiones_por_segundo": ("conexion", "por_segundo"),
    "kib": ("memoria", "kib"),
    "kib_despues": ("memoria", "kib_despues"),
    "filas_us": ("filas", "cpu_us"),
    "filas_por_segundo": ("filas", "por_segundo"),
    "filas_productor_us": ("filas", "productor_us"),
    "tormenta_us": ("tormenta", "cpu_us"),
    "tormenta_s": ("tormenta", "segundos"),
}
TRABAJOS = ("rapido", "ritmo", "difusion", "filas", "tormenta")
# The most that each ratio may be: on the better of our servers, and on Daphne where that has an aim of its own.
METAS: dict[str, tuple[float, float | None]] = {
    "cpu": (0.6, 0.75),
    "piso": (2.0, None),
    "difusion": (0.8, None),
    "productor": (0.3, None),
    "p99_1000": (1.0, None),
    "memoria": (0.7, None),
    "conexion": (1.2, None),
    "crecimiento_4000": (1.15, None),
}


def medianas(corridas: list[dict[str, Any]]) -> dict[str, Any]:
    """Returns each figure's median over those runs that lost and repeated nothing in that work, and what went wrong in all."""
    halladas: dict[str, Any] = {"corridas": len(corridas), **faltas(corridas)}
    for nombre, camino in CIFRAS.items():
        valores = [valor for corrida in corridas for valor in _valores(corrida, camino)]
        if valores:
            halladas[nombre] = redondear(median(valores))
    return halladas


def faltas(corridas: Iterable[dict[str, Any]]) -> dict[str, int]:
    """Returns how many notifications were published, lost and repeated."""
    trabajos = [corrida[trabajo] for corrida in corridas for trabajo in TRABAJOS if trabajo in corrida]
    nombres = {"notificaciones": "notificaciones", "perdidas": "perdidas", "duplicadas": "repetidas"}
    return {nombre: sum(uno[clave] for uno in trabajos) for nombre, clave in nombres.items()}


def _valores(corrida: dict[str, Any], camino: tuple[str, ...]) -> Iterable[float]:
    """Yields the figure of one run, where it was taken and counts."""
    valor: Any = corrida.get(camino[0])
    if valor is None or valor.get("perdidas") or valor.get("repetidas"):
        return
    for clave in camino[1:]:
        valor = valor[clave]
    yield valor


def razones(pocos: dict[str, Any], muchos: dict[str, Any], productor: dict[str, float]) -> dict[str, Any]:
    """Returns the ratios of ours to Socket.IO's; `piso` to the floor's, `crecimiento_4000` to our own with few sockets."""
    return {
        "cpu": _de_los_nuestros(pocos, "cpu_us", pocos.get("socketio")),
        "piso": _de_los_nuestros(pocos, "cpu_us", pocos.get("piso")),
        "difusion": _de_los_nuestros(pocos, "difusion_us", pocos.get("socketio")),
        "productor": _entre(productor["entera"], productor.get("socketio")),
        "p99_1000": _de_los_nuestros(pocos, "p99_ms", pocos.get("socketio")),
        "memoria": _de_los_nuestros(muchos, "kib", muchos.get("socketio")),
        "memoria_despues": _de_los_nuestros(muchos, "kib_despues", muchos.get("socketio")),
        "conexion": _de_los_nuestros(pocos, "conexion_us", pocos.get("socketio"), "_sin_sesion"),
        "conexion_con_sesion": _de_los_nuestros(pocos, "conexion_us", pocos.get("socketio")),
        "crecimiento_4000": {
            nombre: _entre(muchos.get(nombre, {}).get("cpu_us"), pocos.get(nombre, {}).get("cpu_us"))
            for nombre in NUESTROS
        },
    }


def _de_los_nuestros(
    todos: dict[str, Any], cifra: str, otro: dict[str, Any] | None, apellido: str = ""
) -> dict[str, float | None]:
    return {
        nombre: _entre(todos.get(nombre + apellido, {}).get(cifra), (otro or {}).get(cifra))
        for nombre in NUESTROS
    }


def _entre(nuestra: float | None, otra: float | None) -> float | None:
    """Returns the ratio; None where one was not taken, or does not count."""
    return redondear(nuestra / otra) if nuestra is not None and otra else None


def logradas(razon: Any, meta: tuple[float, float | None]) -> bool | None:
    """Returns whether the aim was met; None where nothing was taken to say so."""
    mejor, en_daphne = meta
    if not isinstance(razon, dict):
        return None if razon is None else bool(razon <= mejor)
    tomadas = [valor for valor in razon.values() if valor is not None]
    if not tomadas:
        return None
    return min(tomadas) <= mejor and (
        en_daphne is None or razon["daphne"] is None or razon["daphne"] <= en_daphne
    )
