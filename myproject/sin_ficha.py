"""The answer to a form without its token, or with that of another session."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from .peticion import negar


def sin_ficha(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: a page that says what to do, or JSON for a program. `reason` is for the log alone."""
    mensaje = _("Falta la ficha del formulario, o caducó. No se guardó nada.")
    return negar(request, "403_csrf.html", codigo="sin_ficha", mensaje=mensaje, estado=403)
