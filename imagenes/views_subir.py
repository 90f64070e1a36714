"""Photos come in: from the page's script one by one, from a plain form up to twenty at a time."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from . import servicios
from .carga import LimiteDeCarga
from .errores import BYTES_MAXIMOS, ArchivoGrande, ErrorDeImagen
from .fichas import Ficha
from .models import LARGO_DE_DESCRIPCION, ImagenUsuario
from .peticion import error_json, leer_usuario, quiere_json

CAMPO = "archivos"
FOTOS_POR_PETICION = 20
# What the form itself adds to its files.
CUERPO_MAXIMO = FOTOS_POR_PETICION * BYTES_MAXIMOS + 1024 * 1024
TIPOS = ("image/jpeg", "image/png", "image/webp")
NOMBRE_VISIBLE = 80


class SinArchivos(ErrorDeImagen):
    """The form came without a file."""

    codigo = "sin_archivos"

    def __init__(self) -> None:
        super().__init__(_("Elige al menos una foto."))


class DemasiadosArchivos(ErrorDeImagen):
    """More files than a request may bring; none of them was kept."""

    codigo = "demasiadas"

    def __init__(self) -> None:
        super().__init__(
            _("Llegaron más de %(n)s fotos: no se guardó ninguna. Súbelas por partes.")
            % {"n": FOTOS_POR_PETICION}
        )


class CuerpoGrande(ErrorDeImagen):
    """The request declares more than all its files may weigh together; nothing of it was read."""

    codigo = "demasiado_grande"
    estado = 413

    def __init__(self) -> None:
        super().__init__(_("El envío es demasiado grande. Sube menos fotos a la vez."))


@dataclass(frozen=True, slots=True)
class Rechazo:
    """One file that was not taken, by the name that its sender gave it."""

    nombre: str
    error: ErrorDeImagen

    def en_json(self) -> dict[str, str]:
        return {"nombre": self.nombre, "codigo": self.error.codigo, "mensaje": self.error.mensaje}


@method_decorator([csrf_exempt, never_cache], name="dispatch")
class SubirImagenView(View):
    """The upload page. A program that accepts JSON alone gets JSON: 201 when at least one photo was taken."""

    http_method_names = ["get", "head", "post", "options"]
    limite: LimiteDeCarga

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        # The token is in the body: who sends it and how long it is are looked at before any of it is read.
        if not request.user.is_authenticated:
            if quiere_json(request):
                return error_json("sin_sesion", _("Entra en tu cuenta para subir fotos."), 401)
            return redirect_to_login(request.path)
        if request.method == "POST":
            if int(request.META.get("CONTENT_LENGTH") or 0) > CUERPO_MAXIMO:
                return self._negar(request, CuerpoGrande())
            self.limite = LimiteDeCarga(
                campo=CAMPO, bytes_por_archivo=BYTES_MAXIMOS, archivos=FOTOS_POR_PETICION
            )
            request.upload_handlers.insert(0, self.limite)
        return self._protegida(request)

    @method_decorator(csrf_protect)
    def _protegida(self, request: HttpRequest) -> HttpResponseBase:
        return super().dispatch(request)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._pagina(request)

    def post(self, request: HttpRequest) -> HttpResponse:
        recibidas, rechazos = self._recibir(request)
        if self.limite.sobran:
            return self._negar(request, DemasiadosArchivos())
        if not recibidas and not rechazos:
            return self._negar(request, SinArchivos())
        if quiere_json(request):
            return self._en_json(recibidas, rechazos)
        if rechazos:
            estado = 200 if recibidas else rechazos[0].error.estado
            descripcion = request.POST.get("descripcion", "")
            return self._pagina(
                request, estado, rechazos=rechazos, recibidas=len(recibidas), descripcion=descripcion
            )
        n = len(recibidas)
        texto = ngettext("Se recibió %(n)s foto.", "Se recibieron %(n)s fotos.", n)
        messages.success(request, texto % {"n": n})
        return redirect("imagenes:galeria")

    def _recibir(self, request: HttpRequest) -> tuple[list[ImagenUsuario], list[Rechazo]]:
        # First of all: it is this that has the body read.
        archivos = request.FILES.getlist(CAMPO)
        if self.limite.sobran:
            return [], []
        recibidas = []
        rechazos = [Rechazo(nombre[:NOMBRE_VISIBLE], ArchivoGrande()) for nombre in self.limite.excesivos]
        descripcion = request.POST.get("descripcion", "")
        for archivo in archivos:
            try:
                recibidas.append(
                    servicios.recibir(
                        usuario_id=leer_usuario(request), archivo=archivo, descripcion=descripcion
                    )
                )
            except ErrorDeImagen as error:
                rechazos.append(Rechazo((archivo.name or "")[:NOMBRE_VISIBLE], error))
        return recibidas, rechazos

    def _en_json(self, recibidas: list[ImagenUsuario], rechazos: list[Rechazo]) -> JsonResponse:
        datos = {
            "status": "ok" if recibidas else "error",
            "imagenes": [Ficha(imagen).en_json() for imagen in recibidas],
            "rechazos": [rechazo.en_json() for rechazo in rechazos],
        }
        if recibidas:
            return JsonResponse(datos, status=201)
        error = rechazos[0].error
        return JsonResponse({**datos, "codigo": error.codigo, "mensaje": error.mensaje}, status=error.estado)

    def _negar(self, request: HttpRequest, error: ErrorDeImagen) -> HttpResponse:
        if quiere_json(request):
            return error_json(error.codigo, error.mensaje, error.estado)
        return self._pagina(request, error.estado, error=error)

    def _pagina(self, request: HttpRequest, estado: int = 200, **contexto: object) -> HttpResponse:
        limites = {
            "maximo": str(BYTES_MAXIMOS),
            "megas": BYTES_MAXIMOS // 1024 // 1024,
            "por_vez": FOTOS_POR_PETICION,
            "descripcion": LARGO_DE_DESCRIPCION,
            "tipos": ",".join(TIPOS),
        }
        return render(request, "imagenes/subir.html", {"limites": limites, **contexto}, status=estado)
