"""The purchase as JSON: the answer to what is right, and to all that may come instead."""

from __future__ import annotations

import json

from django.test import TestCase

from tests.ventas.constructores import crear_producto, crear_usuario, entrar
from ventas.models import Producto, Venta

RUTA = "/ventas/procesar/"


class ConProducto(TestCase):
    def setUp(self):
        self.ana = crear_usuario("ana")
        self.bruno = crear_usuario("bruno")
        self.pinata = crear_producto(self.ana, precio="129.90", stock=10)
        self.cliente = entrar(self.bruno)

    def enviar(self, cuerpo, tipo="application/json"):
        if not isinstance(cuerpo, str | bytes):
            cuerpo = json.dumps(cuerpo)
        # The test client sends no type with an empty body unless it is named like this.
        return self.cliente.post(RUTA, cuerpo, content_type=tipo, CONTENT_TYPE=tipo)

    def pedir(self, **cambios):
        return self.enviar({"producto_id": self.pinata.pk, "cantidad": 1} | cambios)

    def afirmar_rechazo(self, respuesta, estado, codigo):
        cuerpo = respuesta.json()
        assert (respuesta.status_code, cuerpo["status"], cuerpo["codigo"]) == (estado, "error", codigo)
        assert cuerpo["mensaje"]
        assert not Venta.objects.exists()
        assert Producto.objects.get(pk=self.pinata.pk).stock == 10


class PruebaDeLaCompra(ConProducto):
    def test_it_answers_201_with_the_sale(self):
        respuesta = self.pedir(cantidad=2)
        venta = Venta.objects.get()
        assert respuesta.status_code == 201
        assert respuesta.json() == {
            "status": "ok",
            "venta_id": venta.pk,
            "numero": f"A{self.ana.pk}-000001",
            "monto": "259.80",
        }

    def test_it_buys_for_who_signed_in_whatever_else_the_body_says(self):
        respuesta = self.pedir(usuario=self.ana.pk, comprador_id=self.ana.pk, monto="0.01", is_staff=True)
        assert respuesta.status_code == 201
        venta = Venta.objects.get()
        assert (venta.comprador, venta.monto_publico) == (self.bruno, "129.90")

    def test_it_answers_a_repeated_key_with_the_same_sale(self):
        primera, segunda = (self.pedir(clave="una-clave-0001") for _ in range(2))
        assert primera.status_code == segunda.status_code == 201
        assert primera.json() == segunda.json()
        assert Venta.objects.count() == 1

    def test_it_takes_a_charset_in_the_content_type(self):
        cuerpo = json.dumps({"producto_id": self.pinata.pk, "cantidad": 1})
        assert self.enviar(cuerpo, tipo="application/json; charset=utf-8").status_code == 201


class PruebaDeLoQueNoEsUnaCompra(ConProducto):
    def test_it_answers_json_to_who_has_not_signed_in(self):
        self.cliente.logout()
        self.afirmar_rechazo(self.pedir(), 401, "sin_sesion")

    def test_it_answers_405_to_everything_but_post(self):
        for metodo in ("get", "put", "patch", "delete"):
            with self.subTest(metodo=metodo):
                assert getattr(self.cliente, metodo)(RUTA).status_code == 405

    def test_it_answers_403_without_a_csrf_token(self):
        self.cliente = entrar(self.bruno, enforce_csrf_checks=True)
        assert self.pedir().status_code == 403
        assert not Venta.objects.exists()

    def test_it_answers_415_to_a_body_of_another_type(self):
        for tipo in (
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "",
        ):
            with self.subTest(tipo=tipo):
                self.afirmar_rechazo(self.enviar("{}", tipo=tipo), 415, "tipo_no_admitido")

    def test_it_answers_413_to_more_than_10_kib(self):
        relleno = json.dumps({"producto_id": self.pinata.pk, "cantidad": 1, "relleno": ""})
        justo = relleno.replace('""', '"' + "x" * (10 * 1024 - len(relleno)) + '"')
        self.afirmar_rechazo(self.enviar(justo + " "), 413, "cuerpo_excesivo")
        assert self.enviar(justo).status_code == 201

    def test_it_answers_400_to_what_is_not_an_object_in_strict_json(self):
        cuerpos = [
            "",
            " ",
            '{"producto_id":',
            "[1]",
            '"x"',
            "null",
            "7",
            "[" * 5000,
            '{"a":' * 2000,
            '{"producto_id": NaN}',
            '{"producto_id": -Infinity}',
            '{"producto_id": ' + "9" * 5000 + "}",
            b"\xff\xfe",
            '{"producto_id": 1}'.encode("utf-16"),
            "\ufeff{}",
        ]
        for cuerpo in cuerpos:
            with self.subTest(cuerpo=cuerpo[:30]):
                self.afirmar_rechazo(self.enviar(cuerpo), 400, "json_invalido")

    def test_it_answers_400_to_a_quantity_that_is_none(self):
        for cantidad in (0, -1, 1001, 2**63, 2**70, 10**4000, 1.0, 1e400, True, "1", "", None, [1], {}):
            with self.subTest(cantidad=str(cantidad)[:20]):
                self.afirmar_rechazo(
                    self.enviar(
                        json.dumps({"producto_id": self.pinata.pk, "cantidad": cantidad}).replace(
                            "Infinity", "1e400"
                        )
                    ),
                    400,
                    "cantidad_invalida",
                )
        self.afirmar_rechazo(self.enviar({"producto_id": self.pinata.pk}), 400, "cantidad_invalida")

    def test_it_answers_400_to_a_product_id_of_another_type(self):
        for producto_id in (1.0, True, "1", None, [], {}):
            with self.subTest(producto_id=producto_id):
                self.afirmar_rechazo(self.pedir(producto_id=producto_id), 400, "campo_invalido")
        self.afirmar_rechazo(self.enviar({"cantidad": 1}), 400, "campo_invalido")

    def test_it_answers_400_to_a_key_that_is_none(self):
        for clave in (
            "",
            "corta",
            "x" * 65,
            "con espacio",
            "carrito:1:1",
            "\ud800" * 8,
            "nul\0nul\0nul",
            12345678,
            [],
        ):
            with self.subTest(clave=str(clave)[:20].encode("ascii", "replace")):
                self.afirmar_rechazo(self.pedir(clave=clave), 400, "campo_invalido")

    def test_it_answers_404_to_a_product_that_is_not_there(self):
        for producto_id in (self.pinata.pk + 1, 0, -1, 2**63, 2**70):
            with self.subTest(producto_id=producto_id):
                self.afirmar_rechazo(self.pedir(producto_id=producto_id), 404, "producto_desconocido")

    def test_it_answers_409_to_a_purchase_that_cannot_be(self):
        self.afirmar_rechazo(self.pedir(cantidad=11), 409, "sin_existencias")
        self.cliente = entrar(self.ana)
        self.afirmar_rechazo(self.pedir(), 409, "producto_propio")
        self.ana.is_active = False
        self.ana.save()
        self.cliente = entrar(self.bruno)
        self.afirmar_rechazo(self.pedir(), 409, "vendedor_inactivo")
