"""The pages: who sees what, what they say, and what they answer to odd addresses."""

from __future__ import annotations

import re

from django.core.files.base import ContentFile
from django.test import Client, TestCase

from tests.ventas.constructores import crear_producto, crear_usuario, crear_venta, entrar
from ventas.models import Producto, Venta

DESCABELLADO = "9" * 30


class ConTienda(TestCase):
    def setUp(self):
        self.ana = crear_usuario("ana")
        self.bruno = crear_usuario("bruno")
        self.carla = crear_usuario("carla")
        self.pinata = crear_producto(self.ana, "Piñata", "1299.90", stock=10)
        self.cliente = entrar(self.bruno)
        self.compra = f"/ventas/producto/{self.pinata.pk}/comprar/"


class PruebaDelCatalogo(ConTienda):
    def ver(self, consulta="", cliente=None):
        return (cliente or Client()).get("/" + consulta)

    def test_it_shows_prices_and_stock_to_everybody(self):
        crear_producto(self.ana, "Taza", stock=0)
        crear_producto(self.ana, "Rebozo", stock=2, stock_minimo=5)
        respuesta = self.ver()
        for texto in ("Piñata", "$1,299.90", "Agotado", "Quedan 2", "En existencia", "Vende ana"):
            self.assertContains(respuesta, texto)

    def test_it_hides_what_is_not_on_sale_and_what_nobody_attends(self):
        crear_producto(self.ana, "Retirado", activo=False)
        crear_producto(crear_usuario("diego", is_active=False), "Cerrado")
        respuesta = self.ver()
        self.assertNotContains(respuesta, "Retirado")
        self.assertNotContains(respuesta, "Cerrado")

    def test_it_marks_anas_own_products_and_sells_them_to_the_others(self):
        self.assertContains(self.ver(cliente=entrar(self.ana)), "Es tuyo")
        self.assertNotContains(self.ver(cliente=entrar(self.ana)), "Al carrito")
        self.assertNotContains(self.ver(cliente=self.cliente), "Es tuyo")
        self.assertContains(self.ver(cliente=self.cliente), "Al carrito")

    def test_it_finds_by_words_without_accents_or_case(self):
        crear_producto(self.ana, "Café de olla")
        for busqueda in ("PINATA", "piñ", "%20piñata%20"):
            with self.subTest(busqueda=busqueda):
                respuesta = self.ver(f"?q={busqueda}")
                self.assertContains(respuesta, "Piñata")
                self.assertNotContains(respuesta, "Café de olla")
        self.assertContains(self.ver("?q=olla+cafe"), "Café de olla")

    def test_it_says_when_nothing_is_found_and_shows_the_words_as_text(self):
        respuesta = self.ver("?q=<img+src=x+onerror=alert(1)>")
        self.assertContains(respuesta, "Nada se llama como «&lt;img src=x onerror=alert(1)&gt;».")
        self.assertNotContains(respuesta, "<img")

    def test_it_survives_every_search(self):
        for busqueda in ("%00", "%ED%A0%80", "%25", "_", "x" * 5000, "'; DROP", "%FF"):
            with self.subTest(busqueda=busqueda[:20]):
                assert self.ver(f"?q={busqueda}").status_code == 200

    def test_it_turns_pages_and_keeps_the_search(self):
        for numero in range(30):
            crear_producto(self.ana, f"Taza {numero:02}")
        primera = self.ver("?q=taza")
        self.assertContains(primera, "Taza 23")
        self.assertNotContains(primera, "Taza 24")
        self.assertContains(primera, 'href="?q=taza&amp;pagina=2"')
        self.assertContains(self.ver("?q=taza&pagina=2"), "Taza 24")
        self.assertContains(self.ver("?q=taza&pagina=999999"), "Taza 24")

    def test_it_answers_400_to_a_page_that_is_no_number(self):
        for pagina in ("-1", "0", "abc", "1.5", "", "²", DESCABELLADO):
            with self.subTest(pagina=pagina):
                assert self.ver(f"?pagina={pagina}").status_code == 400

    def test_it_says_when_there_is_nothing_to_sell(self):
        Producto.objects.all().delete()
        self.assertContains(self.ver(), "Todavía no hay productos a la venta")

    def test_it_costs_the_same_queries_for_many_products(self):
        with self.assertNumQueries(3):
            self.ver()
        for numero in range(20):
            crear_producto(self.ana, f"Taza {numero}")
        with self.assertNumQueries(3):
            self.ver()


class PruebaDeLaPaginaDeCompra(ConTienda):
    def test_it_buys_one_by_default_and_shows_the_confirmation(self):
        respuesta = self.cliente.post(self.compra, follow=True)
        venta = Venta.objects.get()
        self.assertRedirects(respuesta, f"/ventas/{venta.pk}/confirmacion/")
        assert (venta.cantidad, venta.comprador) == (1, self.bruno)
        self.assertContains(respuesta, "Gracias por tu compra")
        self.assertContains(respuesta, "$1,299.90")

    def test_it_buys_once_for_a_double_click(self):
        pagina = self.cliente.get(self.compra).content.decode()
        clave = re.search(r'name="clave" value="([^"]+)"', pagina)[1]
        primera, segunda = (
            self.cliente.post(self.compra, {"cantidad": "2", "clave": clave}) for _ in range(2)
        )
        assert primera.url == segunda.url
        assert Venta.objects.count() == 1

    def test_it_offers_a_new_key_each_time(self):
        assert (
            self.cliente.get(self.compra).context["clave"] != self.cliente.get(self.compra).context["clave"]
        )

    def test_it_asks_a_stranger_to_sign_in_first(self):
        for metodo in ("get", "post"):
            respuesta = getattr(Client(), metodo)(self.compra)
            self.assertRedirects(
                respuesta, f"/cuentas/login/?next={self.compra}", fetch_redirect_response=False
            )
        assert not Venta.objects.exists()

    def test_it_shows_why_a_quantity_is_refused_and_what_was_typed(self):
        for cantidad in ("0", "-1", "1001", "1.5", "", "uno", "²", "1e3", DESCABELLADO, "<b>"):
            with self.subTest(cantidad=cantidad):
                respuesta = self.cliente.post(self.compra, {"cantidad": cantidad})
                self.assertContains(respuesta, "entre 1 y 1000", status_code=400)
                self.assertNotContains(respuesta, "<b>", status_code=400)
        assert not Venta.objects.exists()

    def test_it_shows_why_a_purchase_cannot_be(self):
        self.assertContains(
            self.cliente.post(self.compra, {"cantidad": "11"}), "quedan 10 unidades", status_code=409
        )
        self.assertContains(
            entrar(self.ana).post(self.compra), "es tuyo: no puedes comprarlo", status_code=409
        )
        Producto.objects.update(stock=0)
        self.assertContains(self.cliente.post(self.compra), "está agotado", status_code=409)
        self.ana.is_active = False
        self.ana.save()
        self.assertContains(self.cliente.post(self.compra), "no atiende la tienda", status_code=409)
        assert not Venta.objects.exists()

    def test_it_refuses_a_key_that_no_page_gave(self):
        for clave in ("", "carrito:1:1", "x" * 65):
            with self.subTest(clave=clave):
                assert self.cliente.post(self.compra, {"clave": clave}).status_code == 400

    def test_it_offers_no_form_for_what_cannot_be_bought(self):
        self.assertNotContains(entrar(self.ana).get(self.compra), 'name="cantidad"')
        Producto.objects.update(stock=0)
        self.assertNotContains(self.cliente.get(self.compra), 'name="cantidad"')

    def test_it_answers_404_to_a_product_that_is_not_there(self):
        retirado = crear_producto(self.ana, activo=False)
        for producto_id in (retirado.pk, 0, 2**63, DESCABELLADO, "9" * 5000, "abc", "-1", "1.5"):
            with self.subTest(producto_id=str(producto_id)[:20]):
                ruta = f"/ventas/producto/{producto_id}/comprar/"
                assert self.cliente.get(ruta).status_code == self.cliente.post(ruta).status_code == 404

    def test_it_shows_a_hostile_name_as_text(self):
        Producto.objects.update(nombre="<img src=x onerror=alert(1)>")
        for cliente, ruta in (
            (self.cliente, "/"),
            (self.cliente, self.compra),
            (entrar(self.ana), "/panel/"),
        ):
            with self.subTest(ruta=ruta):
                respuesta = cliente.get(ruta)
                self.assertContains(respuesta, "&lt;img src=x onerror=alert(1)&gt;")
                self.assertNotContains(respuesta, "<img")

    def test_it_keeps_numbers_in_forms_free_of_separators(self):
        Producto.objects.update(stock=5000)
        self.assertContains(self.cliente.get(self.compra), 'max="1000"')


class PruebaDeLaConfirmacion(ConTienda):
    def setUp(self):
        super().setUp()
        self.venta = crear_venta(self.bruno, self.pinata)
        self.ruta = f"/ventas/{self.venta.pk}/confirmacion/"
        self.factura = f"/ventas/{self.venta.pk}/factura/"

    def test_it_is_for_its_buyer_and_its_seller_alone(self):
        self.assertContains(self.cliente.get(self.ruta), "Gracias por tu compra")
        self.assertContains(entrar(self.ana).get(self.ruta), f"Venta {self.venta.numero}")
        assert entrar(self.carla).get(self.ruta).status_code == 404
        assert Client().get(self.ruta).status_code == 302

    def test_it_answers_404_to_a_sale_that_is_not_there(self):
        for venta_id in (self.venta.pk + 1, 0, 2**63, DESCABELLADO, "abc"):
            for pagina in ("confirmacion", "factura"):
                with self.subTest(venta_id=venta_id, pagina=pagina):
                    assert self.cliente.get(f"/ventas/{venta_id}/{pagina}/").status_code == 404

    def test_it_links_the_invoice_once_there_is_one(self):
        self.assertNotContains(self.cliente.get(self.ruta), self.factura)
        assert self.cliente.get(self.factura).status_code == 404
        self.venta.factura.save(f"factura_{self.venta.numero}.pdf", ContentFile(b"%PDF-"))
        self.assertContains(self.cliente.get(self.ruta), self.factura)
        respuesta = self.cliente.get(self.factura)
        assert b"".join(respuesta.streaming_content) == b"%PDF-"
        assert respuesta["Content-Disposition"] == f'attachment; filename="factura_{self.venta.numero}.pdf"'
        assert respuesta["Content-Type"] == "application/pdf"
        assert entrar(self.carla).get(self.factura).status_code == 404
        self.venta.factura.delete(save=False)
        assert self.cliente.get(self.factura).status_code == 404

    def test_it_is_kept_by_no_cache(self):
        assert "no-store" in self.cliente.get(self.ruta)["Cache-Control"]


class PruebaDeMisCompras(ConTienda):
    def test_it_lists_brunos_purchases_and_nobody_elses(self):
        crear_venta(self.bruno, self.pinata)
        self.assertContains(self.cliente.get("/ventas/compras/"), "1 × Piñata")
        self.assertContains(entrar(self.carla).get("/ventas/compras/"), "Todavía no has comprado nada")


class PruebaDelIngles(ConTienda):
    def test_it_writes_money_alike(self):
        crear_venta(self.bruno, self.pinata)
        respuesta = self.cliente.get("/ventas/compras/", headers={"Accept-Language": "en"})
        self.assertContains(respuesta, "$1,299.90")
