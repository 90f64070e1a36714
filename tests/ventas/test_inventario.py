"""Stock that comes and goes without a sale: by the service, and by ana's page. Runs on SQLite and on PostgreSQL."""

from __future__ import annotations

import re
from functools import partial

import pytest
from django.test import Client, TestCase, TransactionTestCase

from tests.ventas.constructores import crear_producto, crear_usuario, crear_venta, entrar
from tests.ventas.simultaneo import a_la_vez, en_la_puerta
from ventas.errores import CantidadInvalida, ProductoDesconocido, SinExistencias
from ventas.inventario import EXISTENCIAS_MAXIMAS, MovimientoRepetido, mover
from ventas.models import MovimientoInventario, Producto
from ventas.servicios import vender


class PruebaDeMover(TestCase):
    def setUp(self):
        self.ana = crear_usuario("ana")
        self.taza = crear_producto(self.ana, "Taza", stock=10)

    def mover(self, cantidad, clave="resurtido-1", producto_id=None):
        return mover(producto_id=producto_id or self.taza.pk, cantidad=cantidad, clave=clave, motivo="Prueba")

    def hay(self):
        return Producto.objects.get(pk=self.taza.pk).stock

    def test_it_adds_and_takes_and_writes_down_what_was_left(self):
        self.mover(5, "llegan")
        self.mover(-12, "se rompen")
        assert self.hay() == 3
        filas = MovimientoInventario.objects.order_by("pk").values_list("cantidad", "existencias", "motivo")
        assert list(filas) == [(5, 15, "Prueba"), (-12, 3, "Prueba")]

    def test_it_moves_once_for_one_key_and_gives_the_first_row_again(self):
        assert self.mover(5) == self.mover(5) == self.mover(5)
        assert self.hay() == 15
        assert MovimientoInventario.objects.count() == 1

    def test_it_repeats_a_movement_that_today_would_not_fit(self):
        primera = self.mover(-10)
        assert self.mover(-10) == primera
        assert self.hay() == 0

    def test_it_refuses_the_key_of_another_movement(self):
        self.mover(5)
        with pytest.raises(MovimientoRepetido):
            self.mover(6)
        with pytest.raises(MovimientoRepetido):
            self.mover(5, producto_id=crear_producto(self.ana).pk)
        assert self.hay() == 15

    def test_it_takes_no_more_than_there_is_and_says_how_much_that_is(self):
        with pytest.raises(SinExistencias, match="de «Taza» quedan 10 unidades"):
            self.mover(-11)
        assert self.hay() == 10
        assert not MovimientoInventario.objects.exists()

    def test_it_moves_whole_numbers_alone_and_no_fleet_of_trucks(self):
        for cantidad in (0, True, 1.0, "1", None, 1_000_001, -1_000_001, 10**5000):
            with (
                self.subTest(cantidad=str(type(cantidad))),
                pytest.raises(CantidadInvalida, match="1,000,000"),
            ):
                self.mover(cantidad)
        self.mover(1_000_000)
        assert self.hay() == 1_000_010

    def test_it_stops_at_what_every_database_can_hold(self):
        Producto.objects.update(stock=EXISTENCIAS_MAXIMAS - 1)
        with pytest.raises(CantidadInvalida, match="no caben"):
            self.mover(2)
        self.mover(1)
        assert self.hay() == EXISTENCIAS_MAXIMAS

    def test_it_knows_no_product_with_an_odd_id(self):
        for producto_id in (self.taza.pk + 1, -1, 2**63, 10**400):
            with self.subTest(producto_id=str(producto_id)[:20]), pytest.raises(ProductoDesconocido):
                self.mover(1, producto_id=producto_id)

    def test_it_fills_a_product_that_is_not_on_sale_yet(self):
        Producto.objects.update(activo=False)
        self.mover(1)
        assert self.hay() == 11

    def test_it_needs_a_key_that_the_table_can_hold(self):
        for clave in ("", "x" * 129):
            with self.subTest(clave=clave[:10]), pytest.raises(ValueError, match="1 to 128"):
                self.mover(1, clave)


class PruebaDeMovimientosSimultaneos(TransactionTestCase):
    def setUp(self):
        self.ana, self.bruno = crear_usuario("ana"), crear_usuario("bruno")
        self.taza = crear_producto(self.ana, "Taza", stock=10)

    def test_it_moves_once_when_one_task_runs_in_two_workers(self):
        resurtir = partial(mover, producto_id=self.taza.pk, cantidad=5, clave="resurtido-1")
        primera, segunda = en_la_puerta(resurtir, resurtir)
        assert primera == segunda
        assert Producto.objects.get().stock == 15
        assert MovimientoInventario.objects.count() == 1

    def test_it_loses_no_unit_between_sales_returns_and_corrections(self):
        vueltas = [partial(mover, producto_id=self.taza.pk, cantidad=3, clave=f"m{n}") for n in range(3)]
        salidas = [partial(mover, producto_id=self.taza.pk, cantidad=-2, clave=f"s{n}") for n in range(2)]
        compra = partial(vender, comprador_id=self.bruno.pk, producto_id=self.taza.pk, cantidad=1)
        resultados = en_la_puerta(*vueltas, *salidas, compra, compra)
        assert [resultado for resultado in resultados if isinstance(resultado, Exception)] == []
        assert Producto.objects.get().stock == 10 + 9 - 4 - 2

    def test_it_moves_one_of_two_products_with_the_same_key(self):
        rebozo = crear_producto(self.ana, "Rebozo", stock=10)
        resultados = a_la_vez(
            *(partial(mover, producto_id=p.pk, cantidad=1, clave="misma") for p in (self.taza, rebozo))
        )
        assert sorted(type(resultado).__name__ for resultado in resultados) == [
            "MovimientoInventario",
            "MovimientoRepetido",
        ]
        assert sum(Producto.objects.values_list("stock", flat=True)) == 21


class PruebaDeLaPagina(TestCase):
    def setUp(self):
        self.ana, self.carla = crear_usuario("ana"), crear_usuario("carla")
        self.taza = crear_producto(self.ana, "Taza", stock=10, stock_minimo=5)
        self.cliente = entrar(self.ana)
        self.ruta = f"/ventas/producto/{self.taza.pk}/inventario/"

    def enviar(self, unidades="5", sentido="entrada", **campos):
        return self.cliente.post(self.ruta, {"unidades": unidades, "sentido": sentido, **campos})

    def hay(self):
        return Producto.objects.get(pk=self.taza.pk).stock

    def test_ana_fills_up_and_reads_what_happened(self):
        respuesta = self.cliente.post(
            self.ruta, {"sentido": "entrada", "unidades": "5", "motivo": "Llegó el pedido"}, follow=True
        )
        self.assertRedirects(respuesta, self.ruta)
        self.assertContains(respuesta, "Entraron 5 unidades: ahora hay 15.")
        self.assertContains(respuesta, "Llegó el pedido")
        self.assertContains(respuesta, "+5")
        assert self.hay() == 15

    def test_ana_takes_out_what_broke(self):
        self.enviar("1", "salida")
        self.assertContains(self.cliente.get(self.ruta), "Salió 1 unidad: ahora hay 9.")
        assert self.hay() == 9

    def test_a_double_click_moves_once(self):
        pagina = self.cliente.get(self.ruta).content.decode()
        clave = re.search(r'name="clave" value="([^"]+)"', pagina)[1]
        for _ in range(2):
            self.assertRedirects(self.enviar(clave=clave), self.ruta, fetch_redirect_response=False)
        assert self.hay() == 15
        self.assertContains(self.enviar("6", clave=clave), "ya se hizo", status_code=409)

    def test_two_forms_in_a_row_move_twice(self):
        claves = {self.cliente.get(self.ruta).context["clave"] for _ in range(2)}
        for clave in claves:
            self.enviar(clave=clave)
        assert self.hay() == 20

    def test_it_is_anas_alone_and_says_no_more_to_the_others(self):
        admin = crear_usuario("admin", is_staff=True, is_superuser=True)
        for otro in (self.carla, admin):
            assert entrar(otro).get(self.ruta).status_code == 404
            assert entrar(otro).post(self.ruta, {"unidades": "5", "sentido": "entrada"}).status_code == 404
        for metodo in ("get", "post"):
            respuesta = getattr(Client(), metodo)(self.ruta)
            self.assertRedirects(
                respuesta, f"/cuentas/login/?next={self.ruta}", fetch_redirect_response=False
            )
        assert self.hay() == 10

    def test_carla_cannot_spend_the_keys_of_anas_forms(self):
        suyo = crear_producto(self.carla, "Cuaderno")
        entrar(self.carla).post(
            f"/ventas/producto/{suyo.pk}/inventario/",
            {"unidades": "5", "sentido": "entrada", "clave": "la-de-ana"},
        )
        self.enviar(clave="la-de-ana")
        assert self.hay() == 15

    def test_it_answers_404_to_a_product_that_is_not_there(self):
        for producto_id in (self.taza.pk + 1, 0, 2**63, "9" * 30, "abc", "-1"):
            with self.subTest(producto_id=producto_id):
                assert self.cliente.get(f"/ventas/producto/{producto_id}/inventario/").status_code == 404

    def test_it_shows_why_a_form_is_refused_and_keeps_what_was_typed(self):
        for unidades in ("0", "-1", "1000001", "1.5", "", "uno", "9" * 5000, "<b>", "\0"):
            with self.subTest(unidades=unidades[:10]):
                respuesta = self.enviar(unidades, motivo="Me equivoqué")
                self.assertContains(respuesta, 'id="unidades-error"', status_code=400)
                self.assertContains(respuesta, "un número entero entre 1 y 1,000,000", status_code=400)
                self.assertContains(respuesta, 'value="Me equivoqué"', status_code=400)
                self.assertNotContains(respuesta, "<b>", status_code=400)
        self.assertContains(self.enviar(sentido="arriba"), 'id="sentido-error"', status_code=400)
        self.assertContains(self.enviar(motivo="x" * 121), 'id="motivo-error"', status_code=400)
        self.assertContains(self.enviar(motivo="\0"), 'id="motivo-error"', status_code=400)
        assert self.enviar(clave="formulario:1:x").status_code == 400
        assert self.hay() == 10

    def test_it_says_when_there_is_not_so_much_to_take(self):
        respuesta = self.enviar("11", "salida")
        self.assertContains(respuesta, "de «Taza» quedan 10 unidades", status_code=409)
        self.assertContains(respuesta, 'value="11"', status_code=409)
        self.assertContains(respuesta, 'value="salida" checked', status_code=409)

    def test_it_ignores_fields_that_are_not_in_the_form(self):
        self.enviar(producto_id=crear_producto(self.carla).pk, vendedor=self.carla.pk, stock="99")
        assert self.hay() == 15

    def test_it_shows_the_newest_movements_first_and_hostile_reasons_as_text(self):
        self.assertContains(self.cliente.get(self.ruta), "Todavía no hay movimientos")
        for numero in range(25):
            self.enviar("1", motivo=f"<img src=x onerror=alert({numero})>")
        respuesta = self.cliente.get(self.ruta)
        self.assertContains(respuesta, "&lt;img src=x onerror=alert(24)&gt;")
        self.assertNotContains(respuesta, "<img")
        self.assertNotContains(respuesta, "alert(4)")
        self.assertContains(self.cliente.get(f"{self.ruta}?pagina=2"), "alert(4)")
        assert self.cliente.get(f"{self.ruta}?pagina=-1").status_code == 400

    def test_it_keeps_sales_out_of_the_list_but_counts_them_in_the_stock(self):
        crear_venta(crear_usuario("bruno"), self.taza, cantidad=3)
        respuesta = self.cliente.get(self.ruta)
        self.assertContains(respuesta, "<strong>7</strong>")
        self.assertContains(respuesta, "Todavía no hay movimientos")

    def test_it_takes_no_form_without_its_token(self):
        cliente = entrar(self.ana, enforce_csrf_checks=True)
        assert cliente.post(self.ruta, {"unidades": "5", "sentido": "entrada"}).status_code == 403
        assert self.hay() == 10

    def test_it_keeps_numbers_in_the_form_free_of_separators(self):
        self.assertContains(self.cliente.get(self.ruta), 'max="1000000"')
        self.assertContains(self.enviar("5000", "salida"), 'value="5000"', status_code=409)
