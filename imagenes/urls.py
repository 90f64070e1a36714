"""Addresses of photos."""

from django.urls import path, register_converter
from django.urls.converters import IntConverter

from . import views, views_archivos, views_moderar, views_subir


class IdDeImagen(IntConverter):
    """An id that a database can hold: a longer one is an address that does not exist."""

    regex = "[0-9]{1,18}"


register_converter(IdDeImagen, "imagen")

app_name = "imagenes"
urlpatterns = [
    path("imagenes/", views.galeria, name="galeria"),
    path("imagenes/subir/", views_subir.SubirImagenView.as_view(), name="subir"),
    path("imagenes/estado/", views.estado, name="estado"),
    path("imagenes/moderar/", views_moderar.moderar, name="moderar"),
    path("imagenes/<imagen:imagen_id>/", views.detalle, name="detalle"),
    path("imagenes/<imagen:imagen_id>/describir/", views.describir, name="describir"),
    path("imagenes/<imagen:imagen_id>/producto/", views.dar, name="dar"),
    path("imagenes/<imagen:imagen_id>/ubicacion/borrar/", views.borrar_ubicacion, name="borrar_ubicacion"),
    path("imagenes/<imagen:imagen_id>/borrar/", views.borrar, name="borrar"),
    path("imagenes/<imagen:imagen_id>/original/", views_archivos.original, name="original"),
    path("imagenes/<imagen:imagen_id>/aprobar/", views_moderar.aprobar, name="aprobar"),
    path("imagenes/<imagen:imagen_id>/rechazar/", views_moderar.rechazar, name="rechazar"),
    path("fotos/<str:nombre>/<str:tamano>.<str:formato>", views_archivos.publica, name="publica"),
]
