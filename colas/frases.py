"""What was done to the queues, in a sentence: the command and the page say the same."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def reintentadas(cuantas: int) -> str:
    return ngettext("Se encoló de nuevo %d tarea.", "Se encolaron de nuevo %d tareas.", cuantas) % cuantas


def no_reintentadas(cuantas: int) -> str:
    texto = ngettext(
        "No se puede reintentar %d tarea: ya no existe con ese nombre, o sus argumentos eran demasiado grandes para guardarlos.",
        "No se pueden reintentar %d tareas: ya no existen con ese nombre, o sus argumentos eran demasiado grandes.",
        cuantas,
    )
    return texto % cuantas


def descartadas(cuantas: int) -> str:
    return ngettext("Se descartó %d tarea.", "Se descartaron %d tareas.", cuantas) % cuantas


def suspendidas(cuantas: int) -> str:
    return ngettext("Se suspendió %d cola.", "Se suspendieron %d colas.", cuantas) % cuantas


def reanudadas(cuantas: int) -> str:
    return ngettext("Se reanudó %d cola.", "Se reanudaron %d colas.", cuantas) % cuantas


def vaciada(cola: str, cuantas: int) -> str:
    texto = ngettext("Se tiró %(n)d tarea de %(cola)s.", "Se tiraron %(n)d tareas de %(cola)s.", cuantas)
    return texto % {"n": cuantas, "cola": cola}


def sin_redis(motivo: str) -> str:
    return _("Redis no responde, y sin él no se sabe qué hacen los trabajadores: %(motivo)s") % {
        "motivo": motivo
    }


def sin_intermediario(motivo: object) -> str:
    return _("El intermediario de las colas no responde: %(motivo)s") % {"motivo": motivo}
