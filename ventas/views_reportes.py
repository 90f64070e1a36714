"""The reports of past days, for staff alone."""

from __future__ import annotations

import datetime as dt

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from .entrada import leer_pagina
from .models import ReporteDiario

REPORTES_POR_PAGINA = 31


@never_cache
@require_GET
def reportes(request: HttpRequest) -> HttpResponse:
    """Every report, the newest first."""
    _exigir_personal(request)
    pagina = leer_pagina(request, ReporteDiario.objects.all(), REPORTES_POR_PAGINA)
    return render(request, "ventas/reportes.html", {"pagina": pagina})


@never_cache
@require_GET
def descargar_reporte(request: HttpRequest, dia: dt.date) -> FileResponse:
    """The file of one day."""
    _exigir_personal(request)
    reporte = get_object_or_404(ReporteDiario, dia=dia)
    try:
        archivo = reporte.archivo.open("rb")
    except FileNotFoundError:
        raise Http404(f"The file of {dia} is gone.") from None
    return FileResponse(
        archivo,
        as_attachment=True,
        filename=f"ventas_{dia.isoformat()}.csv",
        content_type="text/csv; charset=utf-8",
    )


def _exigir_personal(request: HttpRequest) -> None:
    # Not 403: that there is such a page is nobody else's business.
    if not request.user.is_staff:
        raise Http404("For staff alone.")
