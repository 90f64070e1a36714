"""Where photos are kept: a disk that may be full, and a bucket that may be away."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from typing import Any
from unittest import mock

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.test import override_settings

from imagenes import servicios, tasks
from imagenes.almacenes import Disco
from imagenes.errores import SinAlmacen
from imagenes.models import ImagenUsuario
from myproject.hijos import puerto_libre
from myproject.settings import leer_almacen
from tests.ventas.constructores import crear_usuario

from .constructores import foto, subir
from .cubeta import cubeta


def en(url: str) -> Any:
    """Settings with which photos are kept in the bucket of that address."""
    propios = {nombre: leer_almacen(url, carpeta) for nombre, carpeta in CARPETAS.items()}
    return override_settings(STORAGES={**settings.STORAGES, **propios})


CARPETAS = {"privadas": "originales", "publicas": "fotos"}


@pytest.fixture(scope="module")
def balde() -> Iterator[tuple[str, Any]]:
    with cubeta() as abierta:
        yield abierta


def test_a_file_is_there_whole_or_not_at_all(tmp_path):
    disco = Disco(location=tmp_path)
    disco.save("a/foto.jpg", ContentFile(b"la primera"))
    disco.save("a/foto.jpg", ContentFile(b"la segunda"))
    with disco.open("a/foto.jpg") as archivo:
        assert archivo.read() == b"la segunda"

    class Lleno(ContentFile):
        def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
            yield b"media"
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        disco.save("a/foto.jpg", Lleno(b"x"))
    with disco.open("a/foto.jpg") as archivo:
        assert archivo.read() == b"la segunda"
    assert [ruta.name for ruta in (tmp_path / "a").iterdir()] == ["foto.jpg"]


def test_no_name_leads_out_of_the_folder(tmp_path):
    disco = Disco(location=tmp_path)
    for nombre in ("../fuera.jpg", "/etc/fuera.jpg", "a/../../fuera.jpg"):
        with pytest.raises(Exception, match=r"outside|traversal"):
            disco.save(nombre, ContentFile(b"x"))


@pytest.mark.django_db(transaction=True)
def test_a_photo_lives_and_dies_in_a_bucket(balde):
    url, vista = balde
    ana = crear_usuario("ana")
    with en(url):
        imagen = subir(ana, foto(800, 600))
        tasks.generar_thumbnails(imagen.pk)
        tasks.extraer_metadatos(imagen.pk)
        imagen.refresh_from_db()
        assert imagen.con_fallo == []
        nombres = {objeto.key for objeto in vista.objects.all()}
        assert f"originales/{imagen.archivo_original.name}" in nombres
        assert f"fotos/{imagen.archivo_de('large', 'webp')}" in nombres
        assert len(nombres) == 7
        with storages["publicas"].open(imagen.archivo_thumbnail.name) as archivo:
            assert archivo.read().startswith(b"\xff\xd8\xff")
        suyos = servicios.archivos.de(imagen)
        servicios.borrar(usuario_id=ana.pk, imagen_id=imagen.pk)
        tasks.borrar_archivos(suyos)
        tasks.borrar_archivos(suyos)
    assert not list(vista.objects.all())


def test_what_is_not_in_the_bucket_is_not_found(balde):
    with en(balde[0]), pytest.raises(FileNotFoundError):
        storages["publicas"].open("nada/large.jpg")


@pytest.mark.django_db(transaction=True)
def test_a_bucket_that_is_away_is_a_clear_error_and_leaves_nothing():
    ana = crear_usuario("ana")
    with en(f"s3+http://a:b@127.0.0.1:{puerto_libre()}/tienda"), pytest.raises(SinAlmacen):
        subir(ana)
    assert not ImagenUsuario.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_bucket_that_does_not_let_us_in_is_one_too(balde):
    ana = crear_usuario("ana")
    with en(balde[0].replace("/tienda", "/otra")), pytest.raises(SinAlmacen):
        subir(ana)
    assert not ImagenUsuario.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_files_that_cannot_be_deleted_now_are_deleted_later():
    imagen = subir(crear_usuario("ana"), foto(60, 40))
    suyos = servicios.archivos.de(imagen)
    with (
        mock.patch.object(Disco, "delete", side_effect=OSError("the disk is away")),
        pytest.raises(OSError, match="away"),
    ):
        tasks.borrar_archivos(suyos)
    assert OSError in tasks.borrar_archivos.reintentar_por
    tasks.borrar_archivos(suyos)
    assert not imagen.archivo_original.storage.exists(imagen.archivo_original.name)
