"""The sale: what it writes, what it refuses, and that a refusal writes nothing."""

from __future__ import annotations

from decimal import Decimal
from unittest import mock

import pytest
from django.db import transaction
from django.test import TestCase
from django.utils import translation

from notificaciones.models import Notificacion
from tests.ventas.constructores import crear_producto, crear_usuario, crear_venta
from ventas.errores import (
    CantidadInvalida,
    ClaveRepetida,
    ErrorDeVenta,
    ProductoDesconocido,
    ProductoPropio,
    SinExistencias,
    VendedorInactivo,
)
from ventas.models import Producto, SerieFactura, Venta
from ventas.servicios import Pedido, vender, vender_varios


class ConTienda(TestCase):
    def setUp(self):
        self.ana = crear_usuario("ana")
        self.bruno = crear_usuario("bruno")
        self.carla = crear_usuario("carla")
        self.pinata = crear_producto(self.ana, "Piñata", "129.90", stock=10)

    def comprar(self, cantidad=1, **cambios):
        datos = {"comprador_id": self.bruno.pk, "producto_id": self.pinata.pk, "cantidad": cantidad}
        return vender(**(datos | cambios))

    def existencias(self):
        return Producto.objects.get(pk=self.pinata.pk).stock

    def afirmar_nada_escrito(self):
        assert self.existencias() == 10
        assert not Venta.objects.exists()
        assert not SerieFactura.objects.exists()
        assert not Notificacion.objects.exists()


class PruebaDeUnaVenta(ConTienda):
    def test_it_takes_the_stock_and_keeps_the_amount_to_the_cent(self):
        venta = self.comprar(cantidad=3)
        venta.refresh_from_db()
        assert self.existencias() == 7
        assert venta.monto == Decimal("389.70")
        assert venta.monto_publico == "389.70"
        assert (venta.comprador, venta.vendedor, venta.producto) == (self.bruno, self.ana, self.pinata)
        assert venta.email_enviado is False
        assert not venta.factura

    def test_it_keeps_the_price_of_the_day_when_ana_changes_it_later(self):
        venta = self.comprar()
        Producto.objects.update(precio=Decimal("999.00"))
        venta.refresh_from_db()
        assert venta.monto_publico == "129.90"

    def test_it_keeps_the_greatest_amount_exact(self):
        Producto.objects.update(precio=Decimal("99999999.99"), stock=1000)
        venta = self.comprar(cantidad=1000)
        venta.refresh_from_db()
        assert venta.monto_publico == "99999999990.00"

    def test_it_numbers_each_sellers_sales_without_gaps_and_apart(self):
        de_carla = crear_producto(self.carla, "Lotería")
        numeros = [self.comprar().numero, self.comprar(producto_id=de_carla.pk).numero]
        with pytest.raises(SinExistencias):
            self.comprar(cantidad=500)
        numeros.append(self.comprar().numero)
        assert numeros == [f"A{self.ana.pk}-000001", f"A{self.carla.pk}-000001", f"A{self.ana.pk}-000002"]

    def test_it_gives_the_number_back_when_the_transaction_around_it_fails(self):
        with transaction.atomic():
            self.comprar()
            transaction.set_rollback(True)
        self.afirmar_nada_escrito()
        assert self.comprar().folio == 1

    def test_it_sells_the_last_unit_and_then_no_more(self):
        self.comprar(cantidad=10)
        with pytest.raises(SinExistencias, match="agotado"):
            self.comprar()
        assert self.existencias() == 0

    def test_it_tells_ana_and_nobody_else(self):
        venta = self.comprar(cantidad=2)
        aviso = Notificacion.objects.get()
        assert (aviso.usuario, aviso.tipo, aviso.clave) == (self.ana, "nueva_venta", f"venta-{venta.pk}")
        assert aviso.titulo == "Nueva venta"
        assert aviso.mensaje == "bruno compró 2 × Piñata"
        assert aviso.datos["monto"] == "259.80"
        assert aviso.enlace == f"/ventas/{venta.pk}/confirmacion/"

    def test_it_speaks_to_ana_in_the_shops_language_whatever_brunos_browser_speaks(self):
        idiomas = []

        def notificar(**_):
            idiomas.append(translation.get_language())

        with mock.patch("ventas.avisos.notificar", notificar), translation.override("en"):
            self.comprar()
        assert idiomas == ["es-mx"]

    def test_it_sells_nothing_when_ana_cannot_be_told(self):
        imposible = mock.patch("ventas.avisos.notificar", side_effect=ZeroDivisionError)
        with imposible, pytest.raises(ZeroDivisionError):
            self.comprar()
        self.afirmar_nada_escrito()

    def test_it_announces_nothing_when_the_transaction_around_it_fails(self):
        with self.captureOnCommitCallbacks() as avisos, transaction.atomic():
            self.comprar()
            transaction.set_rollback(True)
        assert avisos == []


class PruebaDeLoRechazado(ConTienda):
    def test_it_refuses_every_quantity_that_is_no_whole_number_from_1_to_1000(self):
        for cantidad in (0, -1, 1001, 2**31, 2**63, 2**70, 1.0, 1.5, True, "1", None, [1], float("nan")):
            with self.subTest(cantidad=cantidad), pytest.raises(CantidadInvalida, match="entre 1 y 1000"):
                self.comprar(cantidad=cantidad)
        self.afirmar_nada_escrito()

    def test_it_refuses_a_product_that_nobody_has(self):
        for producto_id in (self.pinata.pk + 1, 0, -1, 2**63, 2**70):
            with self.subTest(producto_id=producto_id), pytest.raises(ProductoDesconocido):
                self.comprar(producto_id=producto_id)
        self.afirmar_nada_escrito()

    def test_it_refuses_a_product_that_is_not_on_sale_any_more(self):
        Producto.objects.update(activo=False)
        with pytest.raises(ProductoDesconocido, match="«Piñata» ya no está a la venta"):
            self.comprar()
        self.afirmar_nada_escrito()

    def test_it_does_not_let_ana_buy_from_herself(self):
        with pytest.raises(ProductoPropio, match="«Piñata» es tuyo"):
            self.comprar(comprador_id=self.ana.pk)
        self.afirmar_nada_escrito()

    def test_it_does_not_sell_for_a_seller_whose_account_is_closed(self):
        self.ana.is_active = False
        self.ana.save()
        with pytest.raises(VendedorInactivo, match="Piñata"):
            self.comprar()
        self.afirmar_nada_escrito()

    def test_it_says_how_many_are_left(self):
        with pytest.raises(SinExistencias, match="quedan 10 unidades") as caso:
            self.comprar(cantidad=11)
        assert caso.value.quedan == 10
        self.afirmar_nada_escrito()

    def test_it_gives_each_refusal_a_code_of_its_own(self):
        clases = ErrorDeVenta.__subclasses__()
        assert len({clase.codigo for clase in clases}) == len(clases)
        assert all(400 <= clase.estado < 500 for clase in clases)


class PruebaDeLaRepeticion(ConTienda):
    def test_it_answers_a_repeated_key_with_the_first_sale(self):
        primera = self.comprar(cantidad=2, clave="doble-clic")
        segunda = self.comprar(cantidad=2, clave="doble-clic")
        assert primera == segunda
        assert self.existencias() == 8
        assert Notificacion.objects.count() == 1

    def test_it_answers_a_repeated_key_after_the_last_unit_went_and_the_product_with_it(self):
        primera = self.comprar(cantidad=10, clave="doble-clic")
        Producto.objects.update(activo=False)
        assert self.comprar(cantidad=10, clave="doble-clic") == primera

    def test_it_refuses_the_key_for_another_quantity_or_product(self):
        otra = crear_producto(self.carla)
        self.comprar(cantidad=2, clave="doble-clic")
        for cambios in ({"cantidad": 3}, {"cantidad": 2, "producto_id": otra.pk}):
            with self.subTest(cambios=cambios), pytest.raises(ClaveRepetida):
                self.comprar(clave="doble-clic", **cambios)
        assert Venta.objects.count() == 1

    def test_it_takes_the_same_key_of_another_buyer_as_another_purchase(self):
        self.comprar(clave="la-misma-clave")
        self.comprar(clave="la-misma-clave", comprador_id=self.carla.pk)
        assert Venta.objects.count() == 2

    def test_it_sells_again_where_there_is_no_key(self):
        assert crear_venta(self.bruno, self.pinata) != crear_venta(self.bruno, self.pinata)


class PruebaDeVariasLineas(ConTienda):
    def test_it_sells_all_lines_with_the_numbers_of_their_sellers(self):
        loteria = crear_producto(self.carla, "Lotería", "89.90")
        taza = crear_producto(self.ana, "Taza", "50.00")
        ventas = vender_varios(
            comprador_id=self.bruno.pk,
            pedidos=[Pedido(loteria.pk, 1), Pedido(self.pinata.pk, 2), Pedido(taza.pk, 3)],
        )
        assert {venta.producto.nombre: venta.folio for venta in ventas} == {
            "Piñata": 1,
            "Taza": 2,
            "Lotería": 1,
        }
        assert Notificacion.objects.filter(usuario=self.ana).count() == 2
        assert Notificacion.objects.filter(usuario=self.carla).count() == 1

    def test_it_sells_none_where_one_cannot_be_sold(self):
        muneca = crear_producto(self.carla, "Muñeca", stock=0)
        with pytest.raises(SinExistencias, match="Muñeca"):
            vender_varios(
                comprador_id=self.bruno.pk, pedidos=[Pedido(self.pinata.pk, 1), Pedido(muneca.pk, 1)]
            )
        self.afirmar_nada_escrito()
