"""`manage.py colas`: how the queues are, and what to do about it."""

from __future__ import annotations

import json
import time
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterable
from typing import Any

import yaml
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from rich.console import Console, RenderableType
from rich.live import Live

from colas import consola, fallidas, frases, intermediarios, mando
from colas.estado import Estado, leer, nombres
from colas.models import TareaFallida

# Wide enough for a whole row: what reads a pipe does not want it wrapped.
ANCHO_SIN_TERMINAL = 180
FILAS_MAXIMAS = 100
ORDENES = {
    "fallidas": "las tareas que fallaron; con un ID, una con su traza",
    "reintentar": "vuelve a encolar tareas que fallaron",
    "descartar": "aparta tareas que fallaron",
    "trabajadores": "quién trabaja, y en qué",
    "suspender": "deja colas sin atender",
    "reanudar": "vuelve a atender colas suspendidas",
    "vaciar": "tira lo que espera en una cola",
}


class Command(BaseCommand):
    help = "Muestra cómo están las colas de trabajo; lista, reintenta y descarta lo que falló; suspende y vacía colas."

    def add_arguments(self, parser: ArgumentParser) -> None:
        formato = parser.add_mutually_exclusive_group()
        formato.add_argument("--json", action="store_true", help="escribe JSON")
        formato.add_argument("--yaml", action="store_true", help="escribe YAML")
        parser.add_argument(
            "--interval", type=_segundos, metavar="S", help="de nuevo cada S segundos, hasta Ctrl-C"
        )
        ordenes = parser.add_subparsers(dest="orden", metavar="ORDEN")
        partes = {nombre: ordenes.add_parser(nombre, help=ayuda) for nombre, ayuda in ORDENES.items()}
        for nombre in ("fallidas", "trabajadores"):
            partes[nombre].add_argument("--json", action="store_true", help="escribe JSON")
        for nombre in ("fallidas", "reintentar", "descartar"):
            partes[nombre].add_argument("ids", nargs="*", type=int, metavar="ID")
        for nombre in ("suspender", "reanudar"):
            partes[nombre].add_argument("colas", nargs="*", metavar="COLA")
        for nombre in ("reintentar", "descartar", "suspender", "reanudar"):
            partes[nombre].add_argument("--todas", action="store_true", help="todas las que hay")
        partes["vaciar"].add_argument("cola", metavar="COLA")
        partes["vaciar"].add_argument("--si", action="store_true", help="sin preguntar")

    def handle(self, *args: Any, **opciones: Any) -> None:
        atender = {
            None: self._estado,
            "fallidas": self._fallidas,
            "reintentar": self._reintentar,
            "descartar": self._descartar,
            "trabajadores": self._trabajadores,
            "suspender": self._suspender,
            "reanudar": self._reanudar,
            "vaciar": self._vaciar,
        }
        try:
            atender[opciones["orden"]](opciones)
        except KeyboardInterrupt:
            return

    def _estado(self, opciones: dict[str, Any]) -> None:
        if opciones["interval"]:
            self._repetir(opciones)
        estado = leer()
        self._escribir_estado(estado, opciones)
        _exigir_respuesta(estado)

    def _repetir(self, opciones: dict[str, Any]) -> None:
        """Until Ctrl-C: a table that changes in its place on a terminal, line after line elsewhere."""
        if opciones["json"] or opciones["yaml"] or not self.stdout.isatty():
            while True:
                self._escribir_estado(leer(), opciones)
                self.stdout.flush()
                time.sleep(opciones["interval"])
        with Live(console=Console(), auto_refresh=False) as vivo:
            while True:
                vivo.update(consola.tabla_de_colas(leer()), refresh=True)
                time.sleep(opciones["interval"])

    def _escribir_estado(self, estado: Estado, opciones: dict[str, Any]) -> None:
        if opciones["json"]:
            self._json(estado.como_dict(), una_linea=bool(opciones["interval"]))
        elif opciones["yaml"]:
            texto = yaml.safe_dump(estado.como_dict(), allow_unicode=True, sort_keys=False)
            self.stdout.write(f"---\n{texto}" if opciones["interval"] else texto)
        elif opciones["interval"]:
            self.stdout.write("\n".join([*consola.lineas(estado), *consola.quejas(estado)]))
        else:
            self._mostrar(consola.tabla_de_colas(estado))

    def _trabajadores(self, opciones: dict[str, Any]) -> None:
        estado = leer()
        if opciones["json"]:
            self._json(estado.como_dict()["trabajadores"])
        else:
            self._mostrar(consola.tabla_de_trabajadores(estado.trabajadores))
        _exigir_respuesta(estado)

    def _fallidas(self, opciones: dict[str, Any]) -> None:
        filas = list(fallidas.abiertas())
        if opciones["ids"]:
            filas = list(TareaFallida.objects.filter(pk__in=_en_rango(opciones["ids"])))
            _exigir_ids(opciones["ids"], filas)
        if opciones["json"]:
            self._json([_como_dict(fila) for fila in filas])
        elif opciones["ids"]:
            self.stdout.write("\n\n".join(consola.detalle(fila) for fila in filas))
        elif filas:
            self._mostrar(consola.tabla_de_fallidas(filas[:FILAS_MAXIMAS]))
            if len(filas) > FILAS_MAXIMAS:
                self.stdout.write(_("Y %d más; --json las da todas.") % (len(filas) - FILAS_MAXIMAS))
        else:
            self.stdout.write(_("Ninguna tarea ha fallado."))

    def _reintentar(self, opciones: dict[str, Any]) -> None:
        filas = _elegidas(opciones)
        cuantas = fallidas.reintentar([fila.pk for fila in filas])
        self.stdout.write(frases.reintentadas(cuantas))
        if cuantas < len(filas):
            raise CommandError(frases.no_reintentadas(len(filas) - cuantas))

    def _descartar(self, opciones: dict[str, Any]) -> None:
        cuantas = fallidas.descartar([fila.pk for fila in _elegidas(opciones)])
        self.stdout.write(frases.descartadas(cuantas))

    def _suspender(self, opciones: dict[str, Any]) -> None:
        cuantas = mando.suspender(_colas(opciones), por=_("la línea de comandos"))
        self.stdout.write(frases.suspendidas(cuantas))

    def _reanudar(self, opciones: dict[str, Any]) -> None:
        self.stdout.write(frases.reanudadas(mando.reanudar(_colas(opciones))))

    def _vaciar(self, opciones: dict[str, Any]) -> None:
        cola = opciones["cola"]
        _exigir_colas([cola])
        pregunta = _("¿Tirar todo lo que espera en la cola %(cola)s? Escribe sí: ") % {"cola": cola}
        if not opciones["si"] and input(pregunta).strip().lower() not in {"s", "si", "sí", "y", "yes"}:
            raise CommandError(_("No se tiró nada."))
        try:
            self.stdout.write(frases.vaciada(cola, mando.vaciar(cola)))
        except intermediarios.SinIntermediario as error:
            raise CommandError(frases.sin_intermediario(error)) from error

    def _mostrar(self, que: RenderableType) -> None:
        console = Console() if self.stdout.isatty() else Console(width=ANCHO_SIN_TERMINAL)
        with console.capture() as captura:
            console.print(que)
        self.stdout.write(captura.get())

    def _json(self, datos: object, *, una_linea: bool = False) -> None:
        self.stdout.write(json.dumps(datos, ensure_ascii=False, indent=None if una_linea else 2))


def _elegidas(opciones: dict[str, Any]) -> list[TareaFallida]:
    """Returns the open failures that were named, all of them with --todas."""
    if opciones["todas"]:
        return list(fallidas.abiertas())
    if not opciones["ids"]:
        raise CommandError(_("Di qué tareas, por su id, o --todas."))
    filas = list(fallidas.abiertas().filter(pk__in=_en_rango(opciones["ids"])))
    _exigir_ids(opciones["ids"], filas)
    return filas


def _colas(opciones: dict[str, Any]) -> list[str]:
    if opciones["todas"]:
        return nombres()
    if not opciones["colas"]:
        raise CommandError(_("Di qué colas, o --todas."))
    _exigir_colas(opciones["colas"])
    return list(opciones["colas"])


def _exigir_colas(pedidas: Iterable[str]) -> None:
    conocidas = nombres()
    for cola in pedidas:
        if cola not in conocidas:
            datos = {"cola": cola, "conocidas": ", ".join(conocidas)}
            raise CommandError(_("No hay ninguna cola %(cola)s. Las que hay: %(conocidas)s.") % datos)


def _exigir_ids(pedidos: Iterable[int], filas: Iterable[TareaFallida]) -> None:
    hay = {fila.pk for fila in filas}
    faltan = [str(uno) for uno in pedidos if uno not in hay]
    if faltan:
        raise CommandError(_("No hay ninguna tarea fallida %(ids)s.") % {"ids": ", ".join(faltan)})


def _en_rango(ids: Iterable[int]) -> list[int]:
    """Returns those that a database can compare: SQLite refuses greater numbers with an error of its own."""
    return [uno for uno in ids if 0 < uno < 2**63]


def _exigir_respuesta(estado: Estado) -> None:
    """Ends with code 1, and says why, where something does not answer."""
    if estado.problemas:
        raise CommandError("\n".join(consola.quejas(estado)))


def _como_dict(fila: TareaFallida) -> dict[str, Any]:
    return {
        "id": fila.pk,
        "tarea": fila.tarea,
        "argumentos": fila.argumentos,
        "opciones": fila.opciones,
        "cola": fila.cola,
        "error": fila.error,
        "intentos": fila.intentos,
        "trabajador": fila.trabajador,
        "fallida_en": fila.fallida_en.isoformat(),
        "traza": fila.traza,
    }


def _segundos(texto: str) -> float:
    try:
        segundos = float(texto)
    except ValueError:
        segundos = 0
    if not 0.1 <= segundos <= 3600:
        raise ArgumentTypeError(f"{texto!r} no es un número de segundos de 0.1 a 3600")
    return segundos
