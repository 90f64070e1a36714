"""The admin as support uses it: search, filter, send again, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client

from notificaciones import servicios
from notificaciones.models import Bandeja, Notificacion

from .aparatos import avisar, crear_usuario

pytestmark = pytest.mark.django_db
LISTA = "/admin/notificaciones/notificacion/"


def soporte(*permisos: str) -> Client:
    """A browser of staff who has these permissions of the core and no other."""
    quien: Any = get_user_model().objects.create_user("sofia", is_staff=True)
    quien.user_permissions.set(Permission.objects.filter(codename__in=permisos))
    cliente = Client()
    cliente.force_login(quien)
    return cliente


@pytest.fixture
def staff():
    return soporte("view_notificacion", "change_notificacion", "view_bandeja")


def titulos(cliente: Client, **filtros: str) -> set[str]:
    return {fila.titulo for fila in cliente.get(LISTA, filtros).context["cl"].result_list}


def reenviar(cliente: Client, *filas: Notificacion) -> Any:
    return cliente.post(
        LISTA, {"action": "reenviar", "_selected_action": [fila.pk for fila in filas]}, follow=True
    )


def test_it_finds_by_user_by_text_and_by_key(staff):
    avisar(crear_usuario("ana"), "de ana", clave="venta-7")
    avisar(crear_usuario("carla"), "de carla", mensaje="paquete en camino")
    assert titulos(staff, q="ana@ejemplo.mx") == {"de ana"}
    assert titulos(staff, q="camino") == {"de carla"}
    assert titulos(staff, q="venta-7") == {"de ana"}
    assert staff.get(LISTA, {"q": "\x00"}).status_code == 400


def test_it_filters_by_kind_and_by_the_furthest_state(staff):
    ana = crear_usuario("ana")
    filas = {estado: avisar(ana, estado) for estado in ("archivada", "leida", "vista")}
    servicios.marcar_vistas(usuario_id=ana.pk)
    servicios.marcar_leida(usuario_id=ana.pk, notificacion_id=filas["leida"].pk)
    servicios.archivar(usuario_id=ana.pk, notificacion_id=filas["archivada"].pk)
    avisar(ana, "nueva", tipo="nueva_venta", datos={"monto": "1.00"})
    for estado in ("nueva", "vista", "leida", "archivada"):
        assert titulos(staff, estado=estado) == {estado}
    assert titulos(staff, tipo="nueva_venta") == {"nueva"}


def test_sent_again_it_is_unread_and_told_so(staff, monkeypatch, django_capture_on_commit_callbacks):
    enviados: list[Any] = []
    monkeypatch.setattr("notificaciones.entrega.publicar", enviados.extend)
    ana = crear_usuario("ana")
    filas = [avisar(ana) for _ in range(2)]
    servicios.marcar_todas_leidas(usuario_id=ana.pk)
    with django_capture_on_commit_callbacks(execute=True):
        respuesta = reenviar(staff, *filas)
    assert "Se enviaron de nuevo 2 notificaciones." in respuesta.content.decode()
    assert Notificacion.objects.no_leidas().count() == Bandeja.objects.get().no_leidas == 2
    assert ["reenviada" in envio.trama for envio in enviados] == [True, True]


def test_who_may_only_look_cannot_send_again():
    fila = avisar(crear_usuario("ana"))
    servicios.marcar_leida(usuario_id=fila.usuario_id, notificacion_id=fila.pk)
    reenviar(soporte("view_notificacion"), fila)
    fila.refresh_from_db()
    assert fila.leida


@pytest.mark.parametrize("modelo", ["notificacion", "bandeja"])
def test_nothing_can_be_written_by_hand(modelo):
    fila = avisar(crear_usuario("ana"))
    cliente = soporte(*(f"{que}_{modelo}" for que in ("view", "add", "change", "delete")))
    pk = fila.pk if modelo == "notificacion" else fila.usuario_id
    lista = f"/admin/notificaciones/{modelo}/"
    assert cliente.get(lista).status_code == 200
    assert cliente.get(f"{lista}{pk}/change/").status_code == 200
    assert cliente.post(f"{lista}{pk}/change/", {"titulo": "otro", "no_leidas": "9"}).status_code == 403
    assert cliente.post(f"{lista}add/").status_code == 403
    assert cliente.post(f"{lista}{pk}/delete/", {"post": "yes"}).status_code == 403
    fila.refresh_from_db()
    assert (fila.titulo, Bandeja.objects.get().no_leidas) == ("Hola", 1)


def test_the_texts_of_a_notification_are_shown_as_text(staff):
    avisar(crear_usuario("ana"), "<img src=x onerror=alert(1)>")
    assert "<img src=x" not in staff.get(LISTA).content.decode()


def test_who_is_no_staff_is_sent_to_the_door():
    cliente = Client()
    cliente.force_login(crear_usuario("ana"))
    assert cliente.get(LISTA).status_code == 302


def test_an_account_can_still_be_deleted_with_its_inbox():
    ana = crear_usuario("ana")
    avisar(ana)
    jefa: Any = get_user_model().objects.create_superuser("jefa")
    cliente = Client()
    cliente.force_login(jefa)
    respuesta = cliente.post(f"/admin/auth/user/{ana.pk}/delete/", {"post": "yes"})
    assert respuesta.status_code == 302
    assert not Notificacion.objects.exists()
