"""Tasks that failed for good: a row each that staff can run again or put aside."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from celery import current_app
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from notificaciones.servicios import empujar, notificar_muchos

from .encolado import encolar
from .models import TareaFallida

LARGO_DE_ARGUMENTOS = 10_000
LARGO_DE_TRAZA = 20_000
# How the key of a promise begins that staff made by running a failure again.
REINTENTO = "fallida-"


def abiertas() -> QuerySet[TareaFallida]:
    """Returns the failures that nobody has run again or put aside."""
    return TareaFallida.objects.filter(reintentada_en__isnull=True, descartada_en__isnull=True)


def registrar(  # noqa: PLR0913  (the columns of a row)
    *,
    tarea: str,
    tarea_id: str,
    error: BaseException | str,
    args: Iterable[Any] = (),
    kwargs: dict[str, Any] | None = None,
    cola: str = "",
    traza: str = "",
    intentos: int = 1,
    trabajador: str = "",
) -> bool:
    """Records a final failure and tells staff; False when it is recorded already: a message may come twice."""
    motivo = error if isinstance(error, str) else f"{type(error).__name__}: {error}"
    campos = {
        "tarea": _limpio(tarea)[:200],
        "argumentos": _guardables(list(args), []),
        "opciones": _guardables(kwargs or {}, {}),
        "cola": _limpio(cola)[:64],
        "error": _limpio(motivo)[:500],
        "traza": _limpio(traza)[-LARGO_DE_TRAZA:],
        "intentos": intentos,
        "trabajador": _limpio(trabajador)[:120],
    }
    with transaction.atomic():
        fila, nueva = TareaFallida.objects.get_or_create(tarea_id=_limpio(tarea_id)[:64], defaults=campos)
        if nueva:
            _avisar(fila)
    return nueva


def reintentar(ids: Iterable[int], *, quien_id: int | None = None) -> int:
    """Enqueues again those of these failures that are open; returns how many. Each is a new run with all its tries."""
    hechas = 0
    for fallida_id in ids:
        with transaction.atomic():
            fila = _tomar(fallida_id, reintentada_en=timezone.now(), atendida_por_id=quien_id)
            if fila is not None:
                tarea = current_app.tasks[fila.tarea]
                encolar(tarea, *fila.argumentos, _kwargs=fila.opciones, clave=f"{REINTENTO}{fila.pk}")
                hechas += 1
    decir_que_cambio()
    return hechas


def descartar(ids: Iterable[int], *, quien_id: int | None = None) -> int:
    """Puts aside those of these failures that are open; returns how many."""
    hechas = abiertas().filter(pk__in=list(ids))
    cuantas = hechas.update(descartada_en=timezone.now(), atendida_por_id=quien_id)
    decir_que_cambio()
    return cuantas


def personal() -> list[int]:
    """Returns the ids of the active staff: whom trouble with background work concerns."""
    usuarios = get_user_model().objects.filter(is_staff=True, is_active=True)
    return list(usuarios.values_list("pk", flat=True))


def _tomar(fallida_id: int, **campos: Any) -> TareaFallida | None:
    """Returns the failure if it was open and is ours now: of two people who press the button, one runs it again."""
    fila = TareaFallida.objects.filter(pk=fallida_id).first()
    if fila is None or fila.tarea not in current_app.tasks or _es_recorte(fila):
        return None
    return fila if abiertas().filter(pk=fallida_id).update(**campos) else None


def _avisar(fila: TareaFallida) -> None:
    ahora = timezone.localtime()
    with translation.override(settings.LANGUAGE_CODE):
        notificar_muchos(
            usuario_ids=personal(),
            tipo="tarea_fallida",
            titulo=_("Falló una tarea"),
            mensaje=f"{fila.tarea}: {fila.error}"[:200],
            datos={"tarea": fila.tarea, "fallida_id": fila.pk},
            enlace=reverse("colas:estado"),
            # One an hour and task: when the mail server is down, a thousand of these tell nobody more.
            clave=f"fallida-{fila.tarea}-{ahora:%Y%m%d%H}"[:100],
        )
    decir_que_cambio()


def decir_que_cambio() -> None:
    """Tells the open pages of staff to look at the queues again."""
    empujar(usuario_ids=personal(), evento={"type": "colas_cambio"})


def _guardables(valor: Any, recortado: Any) -> Any:
    """Returns what a JSON column may hold of the arguments; huge ones leave only their size, and cannot run again."""
    try:
        texto = json.dumps(valor)
    except (TypeError, ValueError):
        return recortado
    if len(texto) > LARGO_DE_ARGUMENTOS or "\\u0000" in texto:
        return {"recortado": len(texto)} if isinstance(recortado, dict) else [{"recortado": len(texto)}]
    return valor


def _es_recorte(fila: TareaFallida) -> bool:
    return any(
        isinstance(valor, dict) and "recortado" in valor for valor in [fila.opciones, *fila.argumentos]
    )


def _limpio(texto: str) -> str:
    return texto.replace("\0", "").encode(errors="replace").decode()
