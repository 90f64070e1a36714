"""The pages of the shop, and the purchase as JSON."""

from __future__ import annotations

import secrets

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from . import consultas
from .encolado import comprar
from .entrada import leer_cantidad, leer_clave, leer_pagina, leer_pedido, leer_usuario
from .errores import CANTIDAD_MAXIMA, ErrorDeVenta, ProductoDesconocido
from .models import Producto, Venta
from .pasos import pasos_de
from .servicios import Pedido

PRODUCTOS_POR_PAGINA = 24
COMPRAS_POR_PAGINA = 20
BUSQUEDA_MAXIMA = 100


@require_GET
def catalogo(request: HttpRequest) -> HttpResponse:
    """Everything on sale; `q` searches, `pagina` turns the page."""
    busqueda = request.GET.get("q", "").replace("\0", "").strip()[:BUSQUEDA_MAXIMA]
    pagina = leer_pagina(request, consultas.catalogo(busqueda), PRODUCTOS_POR_PAGINA)
    return render(request, "ventas/catalogo.html", {"pagina": pagina, "busqueda": busqueda})


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def crear_venta(request: HttpRequest, producto_id: int) -> HttpResponse:
    """The page of one product; its form buys."""
    producto = get_object_or_404(Producto.objects.select_related("vendedor"), pk=producto_id, activo=True)
    if request.method != "POST":
        return _pagina_de_compra(request, producto)
    try:
        pedido = Pedido(
            producto_id=producto.pk,
            cantidad=leer_cantidad(request.POST.get("cantidad", "1")),
            clave=leer_clave(request.POST.get("clave")),
        )
        venta = comprar(comprador_id=leer_usuario(request), pedido=pedido)
    except ProductoDesconocido as error:
        raise Http404(error.mensaje) from None
    except ErrorDeVenta as error:
        producto.refresh_from_db(fields=["stock"])
        return _pagina_de_compra(request, producto, error)
    return redirect("confirmacion_venta", venta_id=venta.pk)


@require_POST
def procesar_venta(request: HttpRequest) -> JsonResponse:
    """Buys by JSON: 201 with the sale, or the error with its status."""
    if not request.user.is_authenticated:
        return _error_json("sin_sesion", _("Entra en tu cuenta para comprar."), 401)
    try:
        venta = comprar(comprador_id=leer_usuario(request), pedido=leer_pedido(request))
    except ErrorDeVenta as error:
        return _error_json(error.codigo, error.mensaje, error.estado)
    hecha = {"status": "ok", "venta_id": venta.pk, "numero": venta.numero, "monto": venta.monto_publico}
    return JsonResponse(hecha, status=201)


@login_required
@never_cache
@vary_on_headers("X-Parcial")
@require_GET
def confirmacion_venta(request: HttpRequest, venta_id: int) -> HttpResponse:
    """One sale, for its buyer and its seller alone; with the header `X-Parcial: 1` only its steps."""
    venta = _venta_propia(request, venta_id)
    vivo = request.headers.get("X-Parcial") == "1"
    pasos = pasos_de(venta, usuario_id=leer_usuario(request), ahora=timezone.now())
    plantilla = "ventas/_pasos.html" if vivo else "ventas/confirmacion.html"
    return render(request, plantilla, {"venta": venta, "pasos": pasos})


@login_required
@never_cache
@require_GET
def factura_venta(request: HttpRequest, venta_id: int) -> HttpResponseBase:
    """The invoice of one sale, for its buyer and its seller alone; 404 with a page that says so while there is none."""
    venta = _venta_propia(request, venta_id)
    try:
        archivo = venta.factura.open("rb")
    except (ValueError, FileNotFoundError):
        return render(request, "ventas/sin_factura.html", {"venta": venta}, status=404)
    return FileResponse(archivo, as_attachment=True, filename=f"factura_{venta.numero}.pdf")


@login_required
@never_cache
@require_GET
def mis_compras(request: HttpRequest) -> HttpResponse:
    """What the user bought, the newest first."""
    compras = Venta.objects.filter(comprador_id=leer_usuario(request)).select_related("producto", "vendedor")
    return render(
        request, "ventas/compras.html", {"pagina": leer_pagina(request, compras, COMPRAS_POR_PAGINA)}
    )


@login_required
@never_cache
@vary_on_headers("X-Parcial")
@require_GET
def panel(request: HttpRequest) -> HttpResponse:
    """The seller's page; with the header `X-Parcial: 1` only what changes on it."""
    vivo = request.headers.get("X-Parcial") == "1"
    contexto = {"panel": consultas.panel(leer_usuario(request), timezone.now())}
    return render(request, "ventas/_panel.html" if vivo else "ventas/panel.html", contexto)


def _pagina_de_compra(
    request: HttpRequest, producto: Producto, error: ErrorDeVenta | None = None
) -> HttpResponse:
    contexto = {
        "producto": producto,
        "error": error,
        "cantidad": request.POST.get("cantidad", "1"),
        "maximo": str(min(CANTIDAD_MAXIMA, producto.stock)),
        "clave": secrets.token_urlsafe(18),
    }
    return render(request, "ventas/comprar.html", contexto, status=error.estado if error else 200)


def _venta_propia(request: HttpRequest, venta_id: int) -> Venta:
    """Returns the sale, or 404: another's sale and no sale look the same."""
    de_quien = Q(comprador_id=leer_usuario(request)) | Q(vendedor_id=leer_usuario(request))
    ventas = Venta.objects.select_related("producto", "comprador", "vendedor")
    return get_object_or_404(ventas, de_quien, pk=venta_id)


def _error_json(codigo: str, mensaje: str, estado: int) -> JsonResponse:
    return JsonResponse({"status": "error", "codigo": codigo, "mensaje": mensaje}, status=estado)
