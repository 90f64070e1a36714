"""The cart: a page, and a form for each change."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from . import carritos, consultas, encolado
from .entrada import leer_cantidad, leer_usuario
from .errores import CANTIDAD_MAXIMA, ErrorDeVenta


@login_required
@never_cache
@require_GET
def carrito(request: HttpRequest) -> HttpResponse:
    """What the user means to buy."""
    return _pagina(request)


def cambio(vista: Callable[..., str]) -> Callable[..., HttpResponse]:
    """A POST that changes the cart; `vista` names the page to show next. A refusal shows the cart and why."""

    @require_POST
    @wraps(vista)
    def envuelta(request: HttpRequest, **kwargs: int) -> HttpResponse:
        if not request.user.is_authenticated:
            # Not back to this address: after signing in the browser comes with GET.
            return redirect_to_login(reverse("carrito"))
        try:
            return redirect(vista(request, **kwargs))
        except ErrorDeVenta as error:
            return _pagina(request, error)

    return envuelta


@cambio
def agregar(request: HttpRequest, producto_id: int) -> str:
    cantidad = leer_cantidad(request.POST.get("cantidad", "1"))
    linea = carritos.agregar(usuario_id=leer_usuario(request), producto_id=producto_id, cantidad=cantidad)
    messages.success(request, _("«%(producto)s» está en tu carrito.") % {"producto": linea.producto.nombre})
    return "carrito"


@cambio
def cambiar(request: HttpRequest, producto_id: int) -> str:
    cantidad = leer_cantidad(request.POST.get("cantidad", ""))
    carritos.cambiar(usuario_id=leer_usuario(request), producto_id=producto_id, cantidad=cantidad)
    return "carrito"


@cambio
def quitar(request: HttpRequest, producto_id: int) -> str:
    carritos.quitar(usuario_id=leer_usuario(request), producto_id=producto_id)
    return "carrito"


@cambio
def comprar_carrito(request: HttpRequest, carrito_id: int) -> str:
    """Buys all of the cart or nothing of it; pressed twice, it buys once."""
    ventas = encolado.comprar_carrito(usuario_id=leer_usuario(request), carrito_id=carrito_id)
    texto = ngettext("Compraste %(cuantos)s producto.", "Compraste %(cuantos)s productos.", len(ventas))
    messages.success(request, texto % {"cuantos": len(ventas)})
    return "mis_compras"


def _pagina(request: HttpRequest, error: ErrorDeVenta | None = None) -> HttpResponse:
    abierto, lineas = consultas.carrito_abierto(leer_usuario(request))
    contexto = {
        "carrito": abierto,
        "lineas": lineas,
        "total": sum(linea.importe for linea in lineas),
        "maximo": str(CANTIDAD_MAXIMA),
        "error": error,
    }
    return render(request, "ventas/carrito.html", contexto, status=error.estado if error else 200)
