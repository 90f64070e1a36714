"""`manage.py datos_demo`."""

from __future__ import annotations

from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.core.serializers import serialize
from django.test import TestCase, override_settings

from tests.ventas.constructores import crear_producto, crear_usuario
from ventas.models import Producto, Proveedor


def cargar(**opciones):
    salida = StringIO()
    call_command("datos_demo", stdout=salida, **opciones)
    return salida.getvalue()


def fotografia():
    return [serialize("json", modelo.objects.order_by("pk")) for modelo in (User, Proveedor, Producto)]


@override_settings(DEBUG=True)
class PruebaDeLaCarga(TestCase):
    def test_it_makes_four_people_who_sign_in_with_demo(self):
        cargar()
        for nombre in ("ana", "bruno", "carla", "admin"):
            assert self.client.login(username=nombre, password="demo")
        assert list(User.objects.filter(is_staff=True, is_superuser=True)) == [
            User.objects.get(username="admin")
        ]

    def test_it_makes_products_for_ana_and_carla_whose_names_are_spanish(self):
        cargar()
        assert set(Producto.objects.values_list("vendedor__username", flat=True)) == {"ana", "carla"}
        assert Producto.objects.filter(nombre__contains="ñ").exists()
        assert Producto.objects.filter(stock=1).exists()

    def test_it_changes_nothing_the_second_time_and_says_so(self):
        cargar()
        antes = fotografia()
        assert "no cambió nada" in cargar()
        assert fotografia() == antes

    def test_it_leaves_an_ana_who_was_there_as_she_is(self):
        ana = crear_usuario("ana", password="su contraseña", email="ana@example.com")
        cargar()
        ana.refresh_from_db()
        assert ana.check_password("su contraseña")
        assert ana.email == "ana@example.com"

    def test_it_does_not_touch_a_shop_with_products_when_told_so(self):
        crear_producto(crear_usuario("diego"))
        assert "no se cargó nada" in cargar(si_vacia=True)
        assert User.objects.count() == 1

    def test_it_fills_an_empty_shop_when_told_so(self):
        assert "Datos de demostración cargados" in cargar(si_vacia=True)
        assert Producto.objects.exists()


class PruebaSinDebug(TestCase):
    def test_it_refuses_where_strangers_may_come(self):
        with pytest.raises(CommandError, match="contraseña pública"):
            cargar()
        assert not User.objects.exists()
