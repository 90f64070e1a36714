"""What runs out is told once for each time that it falls below its minimum, and resolves itself when it is back."""

from __future__ import annotations

from functools import partial

import pytest
from django.test import TestCase, TransactionTestCase
from django.utils import timezone, translation

from colas.models import Pendiente
from notificaciones.models import Bandeja, Notificacion
from tests.ventas.constructores import crear_producto, crear_usuario, crear_venta, entrar
from tests.ventas.simultaneo import a_la_vez, en_la_puerta
from ventas.avisos import AvisoDeFallo
from ventas.inventario import alertar, hay_que_alertar, mover, revisar
from ventas.models import Producto


class ConTaza(TestCase):
    def setUp(self):
        self.ana, self.bruno = crear_usuario("ana"), crear_usuario("bruno")
        self.taza = crear_producto(self.ana, "Taza", stock=10, stock_minimo=5)
        self.movimientos = 0

    def mover(self, cantidad):
        self.movimientos += 1
        mover(producto_id=self.taza.pk, cantidad=cantidad, clave=f"m{self.movimientos}")

    def alertar(self):
        return alertar(producto_id=self.taza.pk)

    def en_alerta(self):
        return Producto.objects.get(pk=self.taza.pk).alerta_stock is not None

    def avisos(self, **campos):
        return Notificacion.objects.filter(usuario=self.ana, tipo="stock_bajo", **campos)


class PruebaDeLaAlerta(ConTaza):
    def test_it_says_nothing_while_there_is_enough(self):
        self.mover(-5)
        assert not hay_que_alertar(self.taza.pk)
        assert self.alertar() is None
        assert not Notificacion.objects.exists()

    def test_it_tells_ana_once_however_often_it_runs(self):
        self.mover(-6)
        assert hay_que_alertar(self.taza.pk)
        assert [self.alertar() for _ in range(3)] == [1, None, None]
        assert not hay_que_alertar(self.taza.pk)
        aviso = self.avisos().get()
        assert aviso.clave == f"stock-bajo-{self.taza.pk}-1"
        assert aviso.mensaje == "De «Taza» quedan 4 unidades; su mínimo es 5."
        assert aviso.enlace == f"/ventas/producto/{self.taza.pk}/inventario/"
        assert aviso.datos["cruce"] == 1
        assert self.en_alerta()

    def test_it_says_how_little_is_left(self):
        for quedan, frase in (
            (1, "De «Taza» queda 1 unidad; su mínimo es 5."),
            (0, "«Taza» está agotado; su mínimo es 5."),
        ):
            Producto.objects.update(stock=quedan, alerta_stock=None)
            self.alertar()
            assert self.avisos(mensaje=frase).count() == 1, frase

    def test_it_speaks_the_language_of_the_shop(self):
        self.mover(-6)
        with translation.override("en"):
            self.alertar()
        assert self.avisos().get().titulo == "Pocas existencias"

    def test_it_does_not_repeat_itself_while_the_stock_goes_on_falling(self):
        self.mover(-6)
        self.alertar()
        self.mover(-1)
        self.mover(2)
        assert not hay_que_alertar(self.taza.pk)
        assert self.alertar() is None
        assert self.avisos().count() == 1

    def test_it_resolves_itself_when_stock_is_back_at_the_minimum(self):
        self.mover(-6)
        self.alertar()
        self.mover(1)
        assert not self.en_alerta()
        aviso = self.avisos().get()
        assert aviso.leida
        assert aviso.archivada
        assert Bandeja.objects.get(usuario=self.ana).no_leidas == 0

    def test_each_crossing_is_told_by_its_number(self):
        for cruce in (1, 2, 3):
            self.mover(-6)
            assert self.alertar() == cruce
            self.mover(6)
        assert self.avisos(archivada_en__isnull=False).count() == 3
        assert len(set(self.avisos().values_list("clave", flat=True))) == 3

    def test_it_notices_stock_that_came_back_past_it(self):
        self.mover(-6)
        self.alertar()
        Producto.objects.update(stock=50)
        assert self.alertar() is None
        assert not self.en_alerta()
        assert self.avisos().get().archivada

    def test_a_sale_that_crosses_is_seen_and_one_that_does_not_is_not(self):
        crear_venta(self.bruno, self.taza, cantidad=5)
        assert not hay_que_alertar(self.taza.pk)
        crear_venta(self.bruno, self.taza)
        assert hay_que_alertar(self.taza.pk)
        assert self.alertar() == 1

    def test_it_leaves_an_ana_who_archived_it_herself_in_peace(self):
        self.mover(-6)
        self.alertar()
        archivada_en = timezone.now()
        self.avisos().update(archivada_en=archivada_en)
        self.mover(6)
        assert self.avisos().get().archivada_en == archivada_en

    def test_it_knows_no_product_with_an_odd_id(self):
        for producto_id in (self.taza.pk + 1, 0, -1, 2**63):
            with self.subTest(producto_id=producto_id):
                assert alertar(producto_id=producto_id) is None
                assert revisar(producto_id=producto_id) is False
                assert hay_que_alertar(producto_id) is False

    def test_it_tells_nobody_and_marks_nothing_when_the_notification_fails(self):
        Producto.objects.update(nombre="x" * 120, stock=1)
        with pytest.MonkeyPatch.context() as cambio:
            cambio.setattr("ventas.avisos.AvisoDeStockBajo.titulo", lambda aviso: "")
            with pytest.raises(ValueError, match="titulo"):
                self.alertar()
        assert not self.en_alerta()
        assert self.alertar() == 1


class PruebaDeAlertasSimultaneas(TransactionTestCase):
    def setUp(self):
        self.ana = crear_usuario("ana")
        self.taza = crear_producto(self.ana, "Taza", stock=4, stock_minimo=5)

    def test_two_workers_tell_once(self):
        avisar = partial(alertar, producto_id=self.taza.pk)
        assert sorted(en_la_puerta(avisar, avisar), key=str) == [1, None]
        assert Notificacion.objects.count() == Producto.objects.get().alertas_stock == 1

    def test_a_restock_at_the_moment_of_the_alert_leaves_no_alert_behind(self):
        for vuelta in range(5):
            Producto.objects.update(stock=4)
            resurtir = partial(mover, producto_id=self.taza.pk, cantidad=10, clave=f"m{vuelta}")
            resultados = a_la_vez(partial(alertar, producto_id=self.taza.pk), resurtir)
            assert [r for r in resultados if isinstance(r, Exception)] == []
            assert Producto.objects.get().alerta_stock is None
            assert not Notificacion.objects.filter(archivada_en=None).exists()


class PruebaDeLaPromesa(ConTaza):
    """Ana's own form: what she takes out may cross the minimum too."""

    def enviar(self, unidades, sentido):
        ruta = f"/ventas/producto/{self.taza.pk}/inventario/"
        return entrar(self.ana).post(ruta, {"unidades": unidades, "sentido": sentido})

    def test_it_promises_the_alert_with_the_movement(self):
        self.enviar("5", "salida")
        assert not Pendiente.objects.exists()
        self.enviar("1", "salida")
        promesa = Pendiente.objects.get()
        assert (promesa.tarea, promesa.argumentos) == ("ventas.tasks.notificar_stock_bajo", [self.taza.pk])

    def test_it_shows_the_alert_until_stock_is_back(self):
        self.enviar("6", "salida")
        self.alertar()
        ruta = f"/ventas/producto/{self.taza.pk}/inventario/"
        self.assertContains(entrar(self.ana).get(ruta), "En alerta desde")
        self.enviar("6", "entrada")
        self.assertNotContains(entrar(self.ana).get(ruta), "En alerta desde")
        assert not self.en_alerta()


class PruebaDelFallo(ConTaza):
    def test_bruno_hears_once_which_step_failed_and_that_the_shop_knows(self):
        venta = crear_venta(self.bruno, self.taza)
        for paso in ("correo", "factura", "correo"):
            AvisoDeFallo(venta, paso).enviar()
        avisos = Notificacion.objects.filter(usuario=self.bruno).order_by("numero")
        assert [aviso.mensaje for aviso in avisos] == [
            f"No pudimos completar el correo de tu compra {venta.numero}; la tienda ya lo sabe.",
            f"No pudimos completar la factura de tu compra {venta.numero}; la tienda ya lo sabe.",
        ]
        assert {aviso.tipo for aviso in avisos} == {"aviso"}
        assert avisos[0].clave == f"fallo-correo-{venta.pk}"
