"""Addresses of the inbox; each action is a POST that also works without JavaScript."""

from django.urls import path

from . import flujo, views, views_token

app_name = "notificaciones"
urlpatterns = [
    path("", views.bandeja, name="bandeja"),
    path("flujo/", flujo.flujo, name="flujo"),
    path("token/", views_token.token, name="token"),
    path("todas/leida/", views.marcar_todas_leidas, name="marcar_todas_leidas"),
    path("<int:notificacion_id>/leida/", views.marcar_leida, name="marcar_leida"),
    path("<int:notificacion_id>/archivar/", views.archivar, name="archivar"),
]
