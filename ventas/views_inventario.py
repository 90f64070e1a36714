"""A seller's page of one product's stock: what there is, what moved, and a form that moves more."""

from __future__ import annotations

import secrets

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from myproject.textos import comprobar_texto

from .entrada import leer_clave, leer_pagina, leer_usuario
from .errores import ErrorDeVenta
from .existencias import registrar
from .inventario import UNIDADES_MAXIMAS, UnidadesInvalidas
from .models import MovimientoInventario, Producto

MOVIMIENTOS_POR_PAGINA = 20


def _por_que_no() -> str:
    return UnidadesInvalidas().mensaje


# In the language of each request, and not of the start.
POR_QUE_NO = lazy(_por_que_no, str)()


class FormularioDeMovimiento(forms.Form):
    """Units that came or left, and why."""

    sentido = forms.ChoiceField(
        label=gettext_lazy("Movimiento"),
        choices=[("entrada", gettext_lazy("Entrada")), ("salida", gettext_lazy("Salida"))],
        widget=forms.RadioSelect,
        initial="entrada",
    )
    unidades = forms.IntegerField(
        label=gettext_lazy("Unidades"),
        min_value=1,
        max_value=UNIDADES_MAXIMAS,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), POR_QUE_NO),
    )
    motivo = forms.CharField(
        label=gettext_lazy("Motivo"), max_length=120, required=False, validators=[comprobar_texto]
    )

    def cantidad(self) -> int:
        """Returns what the stock gains; negative for what leaves."""
        unidades: int = self.cleaned_data["unidades"]
        return unidades if self.cleaned_data["sentido"] == "entrada" else -unidades


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def inventario(request: HttpRequest, producto_id: int) -> HttpResponse:
    """The stock of one of the user's own products. A form sent twice moves once."""
    producto = get_object_or_404(Producto, pk=producto_id, vendedor_id=leer_usuario(request))
    if request.method != "POST":
        return _pagina(request, producto, FormularioDeMovimiento())
    formulario = FormularioDeMovimiento(request.POST)
    if not formulario.is_valid():
        return _pagina(request, producto, formulario, estado=400)
    try:
        hecho = _mover(request, producto, formulario)
    except ErrorDeVenta as error:
        producto.refresh_from_db(fields=["stock"])
        return _pagina(request, producto, formulario, error=error.mensaje, estado=error.estado)
    messages.success(request, _dicho(hecho))
    return redirect("inventario", producto_id=producto.pk)


def _mover(
    request: HttpRequest, producto: Producto, formulario: FormularioDeMovimiento
) -> MovimientoInventario:
    clave = leer_clave(request.POST.get("clave")) or secrets.token_urlsafe(18)
    return registrar(
        producto_id=producto.pk,
        cantidad=formulario.cantidad(),
        # A colon is in no key that a browser may send: nobody takes another product's keys beforehand.
        clave=f"formulario:{producto.pk}:{clave}",
        motivo=formulario.cleaned_data["motivo"],
    )


def _dicho(hecho: MovimientoInventario) -> str:
    unidades = abs(hecho.cantidad)
    if hecho.cantidad > 0:
        texto = ngettext(
            "Entró %(n)s unidad: ahora hay %(hay)s.", "Entraron %(n)s unidades: ahora hay %(hay)s.", unidades
        )
    else:
        texto = ngettext(
            "Salió %(n)s unidad: ahora hay %(hay)s.", "Salieron %(n)s unidades: ahora hay %(hay)s.", unidades
        )
    return texto % {"n": unidades, "hay": hecho.existencias}


def _pagina(
    request: HttpRequest,
    producto: Producto,
    formulario: FormularioDeMovimiento,
    *,
    error: str = "",
    estado: int = 200,
) -> HttpResponse:
    contexto = {
        "producto": producto,
        "formulario": formulario,
        "error": error,
        "maximo": str(UNIDADES_MAXIMAS),
        "clave": secrets.token_urlsafe(18),
        "pagina": leer_pagina(request, producto.movimientos.all(), MOVIMIENTOS_POR_PAGINA),
    }
    return render(request, "ventas/inventario.html", contexto, status=estado)
