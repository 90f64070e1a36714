"""The tables and sentences of `manage.py colas`, for a terminal and for a pipe."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from . import frases
from .estado import Cola, Estado, Trabajador
from .models import TareaFallida

NADA = "—"
LARGO = 60


def tabla_de_colas(estado: Estado) -> RenderableType:
    """Returns the table of all queues, and below it what does not answer."""
    tabla = Table(_("Cola"))
    for titulo in (
        _("Esperan"),
        _("Corren"),
        _("Programadas"),
        _("Reintentos hoy"),
        _("Fallidas"),
        _("Hechas hoy"),
        _("Más antigua"),
        _("Trabajadores"),
    ):
        tabla.add_column(titulo, justify="right")
    for cola in estado.colas:
        tabla.add_row(_nombre(cola), *celdas(cola))
    return Group(tabla, *(Text(linea) for linea in notas(estado)))


def celdas(cola: Cola) -> list[str]:
    """Returns the figures of a queue in the order of the table's columns."""
    cifras = [
        cola.esperando,
        cola.corriendo,
        cola.programadas,
        cola.reintentadas,
        cola.fallidas,
        cola.terminadas,
    ]
    textos = [NADA if cifra is None else str(cifra) for cifra in cifras]
    cuantos = NADA if cola.trabajadores is None else str(cola.trabajadores)
    return [*textos, duracion(cola.antiguedad), cuantos]


def notas(estado: Estado) -> list[str]:
    """Returns what is to be said beside the table: promised work, the scheduler, who does not answer."""
    lineas = [_("Por encolar: %(cuantas)s") % {"cuantas": estado.por_encolar}]
    if estado.planificador is None:
        lineas.append(_("Planificador: nunca visto"))
    else:
        hace = duracion((estado.momento - estado.planificador).total_seconds())
        lineas.append(_("Planificador: visto hace %(hace)s") % {"hace": hace})
    return [*lineas, *quejas(estado)]


def quejas(estado: Estado) -> list[str]:
    """Returns a sentence for each server that does not answer."""
    dichas = {"redis": frases.sin_redis, "intermediario": frases.sin_intermediario}
    return [dichas[quien](motivo) for quien, motivo in estado.problemas.items()]


def lineas(estado: Estado) -> list[str]:
    """Returns one line a queue, for logs and pipes: no borders, names before figures."""
    momento = timezone.localtime(estado.momento).isoformat(timespec="seconds")
    nombres = (
        "esperan",
        "corren",
        "programadas",
        "reintentos",
        "fallidas",
        "hechas",
        "antigua",
        "trabajadores",
    )
    return [
        " ".join(
            [
                momento,
                cola.nombre,
                *(f"{n}={c}" for n, c in zip(nombres, celdas(cola), strict=True)),
                *(["suspendida"] if cola.suspendida else []),
            ]
        )
        for cola in estado.colas
    ]


def tabla_de_trabajadores(trabajadores: Sequence[Trabajador]) -> Table:
    tabla = Table(_("Trabajador"), _("PID"), _("Colas"), _("A la vez"), _("En curso"), _("Desde"))
    for uno in trabajadores:
        en_curso = ", ".join(f"{cola} {cuantas}" for cola, cuantas in sorted(uno.en_curso.items())) or "0"
        tabla.add_row(
            uno.nombre, str(uno.pid), ", ".join(uno.colas), str(uno.concurrencia), en_curso, hora(uno.desde)
        )
    return tabla


def tabla_de_fallidas(filas: Sequence[TareaFallida]) -> Table:
    tabla = Table(_("Id"), _("Tarea"), _("Argumentos"), _("Error"), _("Cuándo"), _("Intentos"))
    for fila in filas:
        tabla.add_row(
            str(fila.pk),
            Text(fila.tarea),
            Text(argumentos(fila)),
            Text(_corto(fila.error)),
            hora(fila.fallida_en),
            str(fila.intentos),
        )
    return tabla


def detalle(fila: TareaFallida) -> str:
    """Returns all that is known of one failure."""
    cabeza = [
        f"{fila.pk}  {fila.tarea}({argumentos(fila, largo=2000)})",
        _("Error: %(error)s") % {"error": fila.error},
        _("Falló: %(cuando)s, tras %(intentos)s intentos, en la cola %(cola)s (%(trabajador)s)")
        % {
            "cuando": hora(fila.fallida_en),
            "intentos": fila.intentos,
            "cola": fila.cola or NADA,
            "trabajador": fila.trabajador or NADA,
        },
    ]
    if fila.reintentada_en:
        cabeza.append(_("Reintentada: %(cuando)s") % {"cuando": hora(fila.reintentada_en)})
    if fila.descartada_en:
        cabeza.append(_("Descartada: %(cuando)s") % {"cuando": hora(fila.descartada_en)})
    return "\n".join([*cabeza, "", fila.traza or _("Sin traza.")])


def argumentos(fila: TareaFallida, largo: int = LARGO) -> str:
    """Returns the arguments as they would be written in a call, shortened."""
    con_nombre = [f"{nombre}={_valor(valor)}" for nombre, valor in dict(fila.opciones).items()]
    return _corto(", ".join([*map(_valor, fila.argumentos), *con_nombre]), largo)


def duracion(segundos: float | None) -> str:
    """Returns a length of time as people say it, in its largest unit."""
    if segundos is None:
        return NADA
    for tamano, unidad in ((86_400, "d"), (3600, "h"), (60, "min")):
        if segundos >= tamano:
            return f"{int(segundos // tamano)} {unidad}"
    return f"{int(segundos)} s"


def hora(cuando: datetime) -> str:
    return timezone.localtime(cuando).strftime("%Y-%m-%d %H:%M:%S")


def _nombre(cola: Cola) -> Text:
    if cola.suspendida:
        return Text(_("%(cola)s (suspendida)") % {"cola": cola.nombre}, style="yellow")
    return Text(cola.nombre)


def _valor(valor: object) -> str:
    return json.dumps(valor, ensure_ascii=False)


def _corto(texto: str, largo: int = LARGO) -> str:
    return texto if len(texto) <= largo else f"{texto[: largo - 1]}…"
