"""`manage.py datos_demo`."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.core.serializers import serialize
from django.test import TestCase, override_settings
from django.urls import reverse
from django.utils import timezone

from notificaciones.models import Notificacion
from tests.ventas.constructores import crear_producto, crear_usuario, crear_venta
from ventas.consultas import dia_de_la_tienda
from ventas.management.commands.datos_demo import asentar_ventas_pasadas
from ventas.models import Producto, Proveedor, SerieFactura, Venta


def cargar(**opciones):
    salida = StringIO()
    call_command("datos_demo", stdout=salida, **opciones)
    return salida.getvalue()


def fotografia():
    return [serialize("json", modelo.objects.order_by("pk")) for modelo in (User, Proveedor, Producto, Venta)]


@override_settings(DEBUG=True)
class PruebaDeLaCarga(TestCase):
    def test_it_makes_four_people_who_sign_in_with_demo(self):
        cargar()
        for nombre in ("ana", "bruno", "carla", "admin"):
            entrada = self.client.post(reverse("login"), {"username": nombre, "password": "demo"})
            self.assertRedirects(entrada, "/", fetch_redirect_response=False)
            self.client.logout()
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


# Nobody signs in here: the real hashing of passwords takes seconds.
@override_settings(DEBUG=True, PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"])
class PruebaDeLasVentasPasadas(TestCase):
    def test_ana_and_carla_sold_for_five_weeks_but_nothing_today(self):
        cargar()
        hoy, _ = dia_de_la_tienda(timezone.now())
        ventas = Venta.objects.order_by("fecha_creacion")
        assert len(ventas) == 120
        assert ventas[0].fecha_creacion > hoy - dt.timedelta(days=36)
        assert hoy - dt.timedelta(days=1) < ventas[119].fecha_creacion < hoy
        por_vendedor = Counter(venta.vendedor.username for venta in ventas)
        assert por_vendedor == {"ana": 96, "carla": 24}
        assert {venta.contabilizada for venta in ventas} == {False}

    def test_they_are_numbered_in_their_order_and_the_next_one_follows(self):
        cargar()
        ana, bruno = User.objects.get(username="ana"), User.objects.get(username="bruno")
        folios = Venta.objects.filter(vendedor=ana).order_by("fecha_creacion").values_list("folio", flat=True)
        assert list(folios) == list(range(1, 97))
        assert SerieFactura.objects.get(vendedor=ana).ultimo == 96
        assert (
            crear_venta(bruno, Producto.objects.get(nombre="Taza de talavera")).numero == f"A{ana.pk}-000097"
        )

    def test_they_are_the_same_in_every_shop(self):
        def vendido():
            return list(
                Venta.objects.order_by("pk").values_list("numero", "descripcion", "monto", "fecha_creacion")
            )

        cargar()
        ahora, vistas = timezone.now(), []
        for _ in range(2):
            Venta.objects.all().delete()
            SerieFactura.objects.all().delete()
            assert asentar_ventas_pasadas(ahora) == 120
            vistas.append(vendido())
        assert vistas[0] == vistas[1]

    def test_they_ring_no_bell_and_take_no_stock(self):
        cargar()
        assert not Notificacion.objects.exists()
        assert Producto.objects.get(nombre="Taza de talavera").stock == 900
        assert not Producto.objects.filter(alertas_stock__gt=0).exists()

    def test_a_shop_that_has_sold_keeps_its_own_history(self):
        crear_venta(crear_usuario("diego"), crear_producto(crear_usuario("eva")))
        cargar()
        assert Venta.objects.count() == 1


class PruebaSinDebug(TestCase):
    def test_it_refuses_where_strangers_may_come(self):
        with pytest.raises(CommandError, match="contraseña pública"):
            cargar()
        assert not User.objects.exists()
