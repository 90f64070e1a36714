"""The back office: every list opens, and what a sale wrote cannot be rewritten."""

from __future__ import annotations

from django.test import TestCase

from tests.ventas.constructores import (
    crear_carrito,
    crear_producto,
    crear_proveedor,
    crear_usuario,
    crear_venta,
    entrar,
)

MODELOS = ("producto", "proveedor", "venta", "seriefactura", "carritocompra")


class PruebaDelAdmin(TestCase):
    def setUp(self):
        self.ana = crear_usuario("ana")
        self.bruno = crear_usuario("bruno")
        self.pinata = crear_producto(self.ana, proveedor=crear_proveedor(), stock=3, stock_minimo=5)
        self.venta = crear_venta(self.bruno, self.pinata)
        self.carrito = crear_carrito(self.bruno, (self.pinata, 1))
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
        filas = {"venta": self.venta.pk, "seriefactura": self.ana.pk, "carritocompra": self.carrito.pk}
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
