"""The console for the queues."""

from django.urls import path

from . import views

app_name = "colas"
urlpatterns = [
    path("", views.estado, name="estado"),
    path("fallidas/reintentar/", views.reintentar_todas, name="reintentar_todas"),
    path("fallidas/descartar/", views.descartar_todas, name="descartar_todas"),
    path("fallidas/<int:fallida_id>/reintentar/", views.reintentar, name="reintentar"),
    path("fallidas/<int:fallida_id>/descartar/", views.descartar, name="descartar"),
    path("cola/<str:cola>/suspender/", views.suspender, name="suspender"),
    path("cola/<str:cola>/reanudar/", views.reanudar, name="reanudar"),
    path("cola/<str:cola>/vaciar/", views.vaciar, name="vaciar"),
]
