"""The back office: every list opens, what a sale wrote cannot be rewritten, and what was sold stays sold."""

from __future__ import annotations

import datetime as dt
from functools import partial

from django.contrib.auth.models import Permission
from django.test import TestCase, TransactionTestCase

from colas.models import Pendiente
from notificaciones.models import Notificacion
from tests.ventas.constructores import (
    crear_carrito,
    crear_producto,
    crear_proveedor,
    crear_usuario,
    crear_venta,
    entrar,
)
from tests.ventas.simultaneo import en_la_puerta
from ventas.inventario import alertar, mover
from ventas.models import BajaDeCorreo, MovimientoInventario, Producto, ReporteDiario
from ventas.servicios import vender

MODELOS = (
    "producto",
    "proveedor",
    "venta",
    "seriefactura",
    "carritocompra",
    "movimientoinventario",
    "reportediario",
    "bajadecorreo",
)


def campos(producto: Producto, **cambios) -> dict[str, str]:
    """What the page of a product sends, with what it showed."""
    return {
        "nombre": producto.nombre,
        "precio": str(producto.precio),
        "stock": str(producto.stock),
        "initial-stock": str(producto.stock),
        "stock_minimo": str(producto.stock_minimo),
        "vendedor": str(producto.vendedor_id),
        "activo": "on",
        **{campo: str(valor) for campo, valor in cambios.items()},
    }


class PruebaDelAdmin(TestCase):
    def setUp(self):
        self.ana = crear_usuario("ana")
        self.bruno = crear_usuario("bruno")
        self.pinata = crear_producto(self.ana, proveedor=crear_proveedor(), stock=3, stock_minimo=5)
        self.venta = crear_venta(self.bruno, self.pinata)
        self.carrito = crear_carrito(self.bruno, (self.pinata, 1))
        self.movimiento = mover(producto_id=self.pinata.pk, cantidad=1, clave="m1", motivo="Resurtido")
        dia = dt.date(2025, 11, 20)
        self.reporte = ReporteDiario.objects.create(dia=dia, archivo="reportes/x.csv", ventas=1, total=1)
        BajaDeCorreo.objects.create(usuario=self.bruno)
        self.cliente = entrar(crear_usuario("admin", is_staff=True, is_superuser=True))

    def test_it_lists_and_searches_everything(self):
        for modelo in MODELOS:
            for consulta in ("", "?q=ana"):
                with self.subTest(modelo=modelo, consulta=consulta):
                    assert self.cliente.get(f"/admin/ventas/{modelo}/{consulta}").status_code == 200

    def test_it_filters_what_must_be_refilled(self):
        crear_producto(self.ana, "Taza", stock=0)
        crear_producto(self.ana, "Rebozo", stock=50)
        bajos = self.cliente.get("/admin/ventas/producto/?existencias=bajo").context["cl"].queryset
        agotados = self.cliente.get("/admin/ventas/producto/?existencias=agotado").context["cl"].queryset
        assert [producto.nombre for producto in bajos] == ["Piñata"]
        assert [producto.nombre for producto in agotados] == ["Taza"]

    def test_it_shows_a_sale_but_changes_adds_and_deletes_none(self):
        filas = {
            "venta": self.venta.pk,
            "seriefactura": self.ana.pk,
            "carritocompra": self.carrito.pk,
            "movimientoinventario": self.movimiento.pk,
            "reportediario": self.reporte.pk,
            "bajadecorreo": self.bruno.pk,
        }
        for modelo, pk in filas.items():
            with self.subTest(modelo=modelo):
                base = f"/admin/ventas/{modelo}/"
                assert self.cliente.get(f"{base}{pk}/change/").status_code == 200
                assert self.cliente.post(f"{base}{pk}/change/", {"monto": "1"}).status_code == 403
                assert self.cliente.post(f"{base}{pk}/delete/", {"post": "yes"}).status_code == 403
                assert self.cliente.get(f"{base}add/").status_code == 403

    def test_it_refuses_a_product_without_a_price(self):
        respuesta = self.cliente.post(
            f"/admin/ventas/producto/{self.pinata.pk}/change/",
            {"nombre": "Piñata", "precio": "0", "stock": "1", "stock_minimo": "0", "vendedor": self.ana.pk},
        )
        assert "precio" in respuesta.context["adminform"].form.errors
        self.pinata.refresh_from_db()
        assert self.pinata.precio > 0

    def test_it_finds_movements_by_reason_and_unsubscribed_people_by_name(self):
        for modelo, palabra in (("movimientoinventario", "resurtido"), ("bajadecorreo", "bruno")):
            for busqueda, hallados in ((palabra, 1), ("nadie", 0)):
                with self.subTest(modelo=modelo, busqueda=busqueda):
                    lista = self.cliente.get(f"/admin/ventas/{modelo}/?q={busqueda}").context["cl"]
                    assert lista.result_count == hallados

    def test_it_leads_to_the_file_of_a_report_and_names_no_file_of_ours(self):
        for ruta in ("", f"{self.reporte.pk}/change/"):
            self.assertContains(
                self.cliente.get(f"/admin/ventas/reportediario/{ruta}"), 'href="/reportes/2025-11-20/"'
            )
        self.venta.factura.name = "facturas/factura_x.pdf"
        self.venta.save(update_fields=["factura"])
        self.assertNotContains(self.cliente.get(f"/admin/ventas/venta/{self.venta.pk}/change/"), "factura_x")


class PruebaDeEditarExistencias(TestCase):
    def setUp(self):
        self.ana, self.bruno = crear_usuario("ana"), crear_usuario("bruno")
        self.taza = crear_producto(self.ana, "Taza", stock=10, stock_minimo=5)
        self.cliente = entrar(crear_usuario("admin", is_staff=True, is_superuser=True))
        self.ruta = f"/admin/ventas/producto/{self.taza.pk}/change/"

    def guardar(self, **cambios):
        return self.cliente.post(self.ruta, campos(self.taza, **cambios))

    def ahora(self) -> Producto:
        return Producto.objects.get(pk=self.taza.pk)

    def test_a_correction_is_a_movement_with_its_author(self):
        assert self.guardar(stock=7).status_code == 302
        assert self.ahora().stock == 7
        movimiento = MovimientoInventario.objects.get()
        assert (movimiento.cantidad, movimiento.motivo) == (-3, "Corrección de admin")

    def test_saving_a_name_leaves_what_was_sold_meanwhile_sold(self):
        crear_venta(self.bruno, self.taza, cantidad=4)
        assert self.guardar(nombre="Tazón").status_code == 302
        assert (self.ahora().nombre, self.ahora().stock) == ("Tazón", 6)
        assert not MovimientoInventario.objects.exists()

    def test_a_correction_of_what_changed_meanwhile_is_asked_again(self):
        crear_venta(self.bruno, self.taza, cantidad=4)
        respuesta = self.guardar(stock=12)
        self.assertContains(respuesta, "las existencias pasaron a 6")
        self.assertContains(respuesta, '<input type="hidden" name="initial-stock" value="6"')
        assert self.ahora().stock == 6
        assert self.guardar(stock=12, **{"initial-stock": 6}).status_code == 302
        assert self.ahora().stock == 12

    def test_a_double_click_corrects_once(self):
        for _ in range(2):
            self.guardar(stock=12)
        assert self.ahora().stock == 12
        assert MovimientoInventario.objects.count() == 1

    def test_the_page_says_which_stock_it_showed(self):
        self.assertContains(
            self.cliente.get(self.ruta), '<input type="hidden" name="initial-stock" value="10"'
        )

    def test_no_correction_is_larger_than_a_movement_may_be(self):
        for stock in (1_000_011, -1, "abc", "", 2**70):
            with self.subTest(stock=stock):
                assert "stock" in self.guardar(stock=stock).context["adminform"].form.errors
        assert self.ahora().stock == 10

    def test_stock_that_is_raised_resolves_the_alert_and_a_lower_minimum_too(self):
        for cambio in ({"stock": 5}, {"stock_minimo": 4}):
            Producto.objects.update(stock=4, stock_minimo=5)
            self.taza.refresh_from_db()
            assert alertar(producto_id=self.taza.pk)
            self.guardar(**cambio)
            assert self.ahora().alerta_stock is None
            assert not Notificacion.objects.filter(usuario=self.ana, archivada_en=None).exists()

    def test_stock_that_is_lowered_promises_the_alert_and_a_higher_minimum_too(self):
        for cambio in ({"stock": 4}, {"stock_minimo": 11}):
            Producto.objects.update(stock=10, stock_minimo=5)
            self.taza.refresh_from_db()
            self.guardar(**cambio)
            assert Pendiente.objects.get().argumentos == [self.taza.pk]
            Pendiente.objects.all().delete()

    def test_the_alert_is_shown_and_cannot_be_written(self):
        Producto.objects.update(stock=1)
        alertar(producto_id=self.taza.pk)
        self.taza.refresh_from_db()
        self.guardar(alerta_stock="", alertas_stock="7", nombre="Tazón")
        assert self.ahora().alerta_stock == self.taza.alerta_stock
        assert self.ahora().alertas_stock == 1
        self.assertContains(self.cliente.get(self.ruta), "En alerta desde")

    def test_a_new_product_begins_with_its_stock(self):
        nuevo = campos(self.taza, nombre="Rebozo", stock=30)
        assert self.cliente.post("/admin/ventas/producto/add/", nuevo).status_code == 302
        assert Producto.objects.get(nombre="Rebozo").stock == 30
        assert not MovimientoInventario.objects.exists()

    def test_who_may_only_look_sees_the_page(self):
        eva = crear_usuario("eva", is_staff=True)
        eva.user_permissions.add(Permission.objects.get(codename="view_producto"))
        assert entrar(eva).get(self.ruta).status_code == 200
        assert entrar(eva).post(self.ruta, campos(self.taza, stock=1)).status_code == 403


class PruebaDeEditarALaVez(TransactionTestCase):
    def setUp(self):
        self.ana = crear_usuario("ana")
        self.taza = crear_producto(self.ana, "Taza", stock=100)
        self.cliente = entrar(crear_usuario("admin", is_staff=True, is_superuser=True))

    def guardar(self, **cambios):
        ruta = f"/admin/ventas/producto/{self.taza.pk}/change/"
        return lambda: self.cliente.post(ruta, campos(self.taza, **cambios)).status_code

    def test_no_sale_at_that_moment_is_undone(self):
        compradores = [crear_usuario(f"bruno{numero}") for numero in range(4)]
        compras = [
            partial(vender, comprador_id=comprador.pk, producto_id=self.taza.pk, cantidad=1)
            for comprador in compradores
        ]
        resultados = en_la_puerta(self.guardar(nombre="Tazón"), *compras)
        assert resultados[0] == 302
        assert [resultado for resultado in resultados if isinstance(resultado, Exception)] == []
        assert Producto.objects.get().stock == 96

    def test_a_double_click_corrects_once(self):
        assert sorted(en_la_puerta(self.guardar(stock=120), self.guardar(stock=120))) == [200, 302]
        assert Producto.objects.get().stock == 120
        assert MovimientoInventario.objects.count() == 1
