"""The files of photos: the original for its owner alone, the versions for everybody once they are approved."""

from __future__ import annotations

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.test import Client

from imagenes.models import ImagenUsuario
from tests.imagenes.fotos_de_prueba import ConFotos, contenido, crear_foto
from tests.ventas.constructores import crear_usuario, entrar

VERSIONES = [f"{tamano}.{tipo}" for tamano in ("thumbnail", "medium", "large") for tipo in ("jpg", "webp")]


def cuerpo(respuesta) -> bytes:
    """Reads the answer to its end, which closes its file."""
    return b"".join(respuesta.streaming_content) if respuesta.streaming else respuesta.content


def estado(respuesta) -> int:
    cuerpo(respuesta)
    return respuesta.status_code


class PruebaDelOriginal(ConFotos):
    def test_its_owner_keeps_it_as_it_came(self):
        imagen = crear_foto(self.ana)
        respuesta = self.cliente.get(f"/imagenes/{imagen.pk}/original/")
        assert cuerpo(respuesta) == contenido()
        assert respuesta["Content-Disposition"] == f'attachment; filename="foto_{imagen.pk}.jpg"'
        assert respuesta["Content-Type"] == "image/jpeg"
        assert respuesta["X-Content-Type-Options"] == "nosniff"
        assert "private" in respuesta["Cache-Control"]

    def test_nobody_else_gets_it_not_even_staff_nor_when_it_is_approved(self):
        imagen = crear_foto(self.ana, moderacion="aprobada")
        for nombre, campos in (("bruno", {}), ("admin", {"is_staff": True})):
            otro = entrar(crear_usuario(nombre, **campos))
            assert otro.get(f"/imagenes/{imagen.pk}/original/").status_code == 404
        assert Client().get(f"/fotos/{imagen.nombre_publico}/original.jpg").status_code == 404
        assert Client().get(f"/media/{imagen.archivo_original.name}").status_code == 404

    def test_a_file_that_is_gone_is_404(self):
        imagen = crear_foto(self.ana)
        storages["privadas"].delete(imagen.archivo_original.name)
        assert self.cliente.get(f"/imagenes/{imagen.pk}/original/").status_code == 404


class PruebaDeLasVersiones(ConFotos):
    def estados(self, imagen: ImagenUsuario, cliente: Client) -> set[int]:
        return {estado(cliente.get(f"/fotos/{imagen.nombre_publico}/{una}")) for una in VERSIONES}

    def test_once_approved_everybody_sees_them_and_keeps_them_for_a_year(self):
        imagen = crear_foto(self.ana, moderacion="aprobada")
        for una in VERSIONES:
            respuesta = Client().get(f"/fotos/{imagen.nombre_publico}/{una}")
            assert respuesta["Cache-Control"] == "public, max-age=31536000, immutable"
            assert respuesta["Content-Type"] == {"jpg": "image/jpeg", "webp": "image/webp"}[una.split(".")[1]]
            assert respuesta["X-Content-Type-Options"] == "nosniff"
            assert "Cookie" not in respuesta.get("Vary", "")
            assert cuerpo(respuesta)[:2] in {b"\xff\xd8", b"RI"}

    def test_until_then_its_owner_and_staff_see_them_and_no_cache_keeps_them(self):
        admin = entrar(crear_usuario("admin", is_staff=True))
        for campos in ({}, {"moderacion": "rechazada", "motivo": "No"}):
            imagen = crear_foto(self.ana, **campos)
            for cliente in (self.cliente, admin):
                assert self.estados(imagen, cliente) == {200}
                respuesta = cliente.get(f"/fotos/{imagen.nombre_publico}/medium.jpg")
                assert respuesta["Cache-Control"] == "private, no-store"
                assert cuerpo(respuesta)
            for cliente in (Client(), entrar(self.carla)):
                assert self.estados(imagen, cliente) == {404}

    def test_what_is_no_version_is_404_for_everybody(self):
        imagen = crear_foto(self.ana, moderacion="aprobada")
        for ruta in (
            "enorme.jpg",
            "medium.png",
            "medium.jpg.exe",
            "original.jpg",
            "medium",
            "../medium.jpg",
            "%2e%2e/medium.jpg",
            "medium.jpg/",
        ):
            assert estado(self.cliente.get(f"/fotos/{imagen.nombre_publico}/{ruta}")) == 404, ruta
        for nombre in ("x", "%00", imagen.nombre_publico[:-1], "ñ" * 300):
            assert self.cliente.get(f"/fotos/{nombre}/medium.jpg").status_code == 404

    def test_before_there_are_any_they_are_404(self):
        assert self.estados(crear_foto(self.ana, procesada=False), self.cliente) == {404}

    def test_a_storage_that_does_not_work_is_503_and_kept_by_nobody(self):
        imagen = crear_foto(self.ana, procesada=False)
        nombre = imagen.nombre_publico
        ImagenUsuario.objects.filter(pk=imagen.pk).update(archivo_medium=f"{nombre}/medium.jpg")
        # A file where the folder should be.
        storages["publicas"].save(nombre, ContentFile(b"x"))
        respuesta = self.cliente.get(f"/fotos/{nombre}/medium.jpg")
        assert (respuesta.status_code, respuesta["Cache-Control"]) == (503, "no-store")
        assert int(respuesta["Retry-After"]) > 0

    def test_they_are_read_and_nothing_else(self):
        imagen = crear_foto(self.ana, moderacion="aprobada")
        ruta = f"/fotos/{imagen.nombre_publico}/medium.jpg"
        assert estado(Client().head(ruta)) == 200
        assert Client().post(ruta).status_code == 405
