"""The queues as pages, for staff alone: what `manage.py colas` shows and does, without a terminal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest
from django.core.paginator import Page, Paginator
from django.db.models import Max, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from . import consola, fallidas, frases, intermediarios, mando
from .estado import leer, nombres
from .models import TareaFallida

POR_PAGINA = 10
TRAZA_VISIBLE = 4000
Vista = Callable[..., HttpResponse]


def solo_personal(vista: Vista) -> Vista:
    """For others there is no such page; who has not signed in may be staff, and is asked to."""

    @wraps(vista)
    def envuelta(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not request.user.is_staff:
            raise Http404("For staff alone.")
        return vista(request, *args, **kwargs)

    return never_cache(envuelta)


@dataclass(frozen=True, slots=True)
class Filtro:
    """Which failures are looked at: of a queue, with a text, and none that came after the page was shown."""

    cola: str = ""
    q: str = ""
    hasta: int | None = None

    @classmethod
    def de(cls, request: HttpRequest) -> Filtro:
        """Raises BadRequest for a place that is none."""
        textos = {
            clave: request.GET.get(clave, "").replace("\0", "").strip()[:100] for clave in ("cola", "q")
        }
        hasta = request.GET.get("hasta", "")
        return cls(**textos, hasta=_natural("hasta", hasta) if hasta else None)

    def filas(self) -> QuerySet[TareaFallida]:
        filas = fallidas.abiertas()
        if self.cola:
            filas = filas.filter(cola=self.cola)
        if self.q:
            filas = filas.filter(Q(tarea__icontains=self.q) | Q(error__icontains=self.q))
        return filas if self.hasta is None else filas.filter(pk__lte=self.hasta)

    def consulta(self, hasta: int | None) -> str:
        """Returns the query string that names just what this page shows."""
        return urlencode([("cola", self.cola), ("q", self.q), ("hasta", hasta or 0)])


@solo_personal
@vary_on_headers("X-Parcial")
@require_safe
def estado(request: HttpRequest) -> HttpResponse:
    """Queues, workers and failures; with the header `X-Parcial: 1` only what changes on the page."""
    filtro, leido = Filtro.de(request), leer()
    filas = filtro.filas()
    pagina = _pagina(request, filas)
    contexto = {
        "estado": leido,
        "colas": [(cola, consola.celdas(cola)) for cola in leido.colas],
        "notas": consola.notas(leido),
        "quejas": consola.quejas(leido),
        "filtro": filtro,
        "pagina": pagina,
        "fallidas": [(f, consola.argumentos(f), f.traza[-TRAZA_VISIBLE:]) for f in pagina],
        "consulta": filtro.consulta(filas.aggregate(ultima=Max("pk"))["ultima"]),
    }
    vivo = request.headers.get("X-Parcial") == "1"
    return render(request, "colas/_vivo.html" if vivo else "colas/estado.html", contexto)


@solo_personal
@require_POST
def reintentar(request: HttpRequest, fallida_id: int) -> HttpResponse:
    """Runs one failure again."""
    fila = get_object_or_404(TareaFallida, pk=fallida_id)
    return _reintentar(request, [fila.pk])


@solo_personal
@require_POST
def reintentar_todas(request: HttpRequest) -> HttpResponse:
    """Runs again all that the page showed."""
    return _reintentar(request, list(Filtro.de(request).filas().values_list("pk", flat=True)))


@solo_personal
@require_POST
def descartar(request: HttpRequest, fallida_id: int) -> HttpResponse:
    """Puts one failure aside."""
    fila = get_object_or_404(TareaFallida, pk=fallida_id)
    return _volver(request, frases.descartadas(fallidas.descartar([fila.pk], quien_id=request.user.pk)))


@solo_personal
@require_http_methods(["GET", "POST"])
def descartar_todas(request: HttpRequest) -> HttpResponse:
    """Puts aside all that the page showed, once that was confirmed."""
    filas = Filtro.de(request).filas()
    if request.method == "POST":
        ids = list(filas.values_list("pk", flat=True))
        return _volver(request, frases.descartadas(fallidas.descartar(ids, quien_id=request.user.pk)))
    cuantas = filas.count()
    pregunta = ngettext("¿Descartar %d tarea fallida?", "¿Descartar %d tareas fallidas?", cuantas) % cuantas
    aviso = _("No volverán a intentarse, y dejarán de verse aquí.")
    return _preguntar(request, pregunta, aviso, _("Descartar"))


@solo_personal
@require_POST
def suspender(request: HttpRequest, cola: str) -> HttpResponse:
    """Leaves a queue alone."""
    _exigir_cola(cola)
    return _volver(request, frases.suspendidas(mando.suspender([cola], por=request.user.get_username())))


@solo_personal
@require_POST
def reanudar(request: HttpRequest, cola: str) -> HttpResponse:
    """Lets a queue be served again."""
    _exigir_cola(cola)
    return _volver(request, frases.reanudadas(mando.reanudar([cola])))


@solo_personal
@require_http_methods(["GET", "POST"])
def vaciar(request: HttpRequest, cola: str) -> HttpResponse:
    """Throws away what waits in a queue, once that was confirmed."""
    _exigir_cola(cola)
    try:
        if request.method == "POST":
            return _volver(request, frases.vaciada(cola, mando.vaciar(cola)))
        cuantas = intermediarios.leer([cola])[cola].mensajes
    except intermediarios.SinIntermediario as error:
        messages.error(request, frases.sin_intermediario(error))
        return redirect("colas:estado")
    texto = ngettext("¿Tirar %(n)d tarea de %(cola)s?", "¿Tirar %(n)d tareas de %(cola)s?", cuantas)
    aviso = _("Lo que ya corre termina; lo que espera no se hará nunca.")
    return _preguntar(request, texto % {"n": cuantas, "cola": cola}, aviso, _("Vaciar"))


def _reintentar(request: HttpRequest, ids: list[int]) -> HttpResponse:
    cuantas = fallidas.reintentar(ids, quien_id=request.user.pk)
    # Those that somebody else has just dealt with are no trouble; those still open are.
    quedan = fallidas.abiertas().filter(pk__in=ids).count()
    if quedan:
        messages.error(request, frases.no_reintentadas(quedan))
    return _volver(request, frases.reintentadas(cuantas))


def _volver(request: HttpRequest, hecho: str) -> HttpResponse:
    """Says what was done where the form was sent from."""
    messages.success(request, hecho)
    volver = request.POST.get("volver", "")
    if not volver.startswith("/") or not url_has_allowed_host_and_scheme(volver, allowed_hosts=None):
        volver = reverse("colas:estado")
    return redirect(volver)


def _preguntar(request: HttpRequest, pregunta: str, aviso: str, boton: str) -> HttpResponse:
    contexto: dict[str, Any] = {"pregunta": pregunta, "aviso": aviso, "boton": boton}
    return render(request, "colas/confirmar.html", contexto)


def _exigir_cola(cola: str) -> None:
    if cola not in nombres():
        raise Http404(f"There is no queue {cola!r}.")


def _pagina(request: HttpRequest, filas: QuerySet[TareaFallida]) -> Page[TareaFallida]:
    # The last page where there are not so many any more: failures are dealt with while one looks.
    return Paginator(filas, POR_PAGINA).get_page(_natural("pagina", request.GET.get("pagina", "1")) or 1)


def _natural(nombre: str, texto: str) -> int:
    if not (texto.isascii() and texto.isdigit() and len(texto) < 19):
        raise BadRequest(f"{nombre}={texto[:20]!r} is not a whole number.")
    return int(texto)
