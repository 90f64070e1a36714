"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path
from django.views.i18n import JavaScriptCatalog

from . import salud

handler500 = "myproject.ausencia.error_del_servidor"
urlpatterns = [
    path("", include("ventas.urls")),
    path("", include("imagenes.urls")),
    path("notificaciones/", include("notificaciones.urls")),
    path("cuentas/", include("myproject.cuentas")),
    path("buzon/", include("myproject.buzon")),
    path("colas/", include("colas.urls")),
    path("admin/", admin.site.urls),
    path("jsi18n/", JavaScriptCatalog.as_view(domain="djangojs"), name="textos_js"),
    path("livez", salud.livez, name="livez"),
    path("readyz", salud.readyz, name="readyz"),
]
