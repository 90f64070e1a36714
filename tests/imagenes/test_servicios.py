"""Ana's photos: taken in or refused whole, hers alone until they are approved, and gone with their files."""

from __future__ import annotations

import resource
import threading
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import storages
from django.db import connection
from django.test import TransactionTestCase, override_settings

from colas.models import Pendiente
from imagenes import errores, servicios, tasks
from imagenes.models import ImagenUsuario
from notificaciones.models import Notificacion
from tests.ventas.constructores import crear_producto, crear_usuario

from .constructores import foto, foto_rota, gif_de, png_de, subida, subir

MALAS = {
    "una página": (b"<html><script>alert(1)</script></html>", "formato", 400),
    "un SVG": (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "formato", 400),
    "un PDF": (b"%PDF-1.7\n", "formato", 400),
    "un ZIP": (b"PK\x03\x04" + bytes(100), "formato", 400),
    "un GIF": (gif_de(1), "formato", 400),
    "nada": (b"", "vacia", 400),
    "media foto": (foto()[:5000], "truncada", 400),
    "50,000 × 50,000": (png_de(50_000, 50_000), "demasiados_pixeles", 400),
    "10,000 cuadros": (gif_de(10_000), "demasiados_pixeles", 400),
    "16 MB": (foto(100, 100) + bytes(16 * 1024 * 1024), "demasiado_grande", 413),
}


def archivos() -> set[str]:
    """Returns every file of photos that there is on the disk."""
    raiz = Path(settings.MEDIA_ROOT)
    return {
        ruta.relative_to(raiz).as_posix()
        for carpeta in ("originales", "fotos")
        for ruta in (raiz / carpeta).rglob("*")
        if ruta.is_file()
    }


def revelar(imagen: ImagenUsuario) -> None:
    """Does the work on a photo here and now."""
    for paso in (tasks.generar_thumbnails, tasks.extraer_metadatos, tasks.analizar_contenido):
        paso(imagen.pk)
    tasks.finalizar_procesamiento(imagen.pk)
    imagen.refresh_from_db()


class PruebaDeFotos(TransactionTestCase):
    def setUp(self):
        self.ana, self.carla = crear_usuario("ana"), crear_usuario("carla")
        self.admin = crear_usuario("admin", is_staff=True)
        self.antes = archivos()

    def nuevos(self) -> set[str]:
        return archivos() - self.antes


class PruebaDeSubir(PruebaDeFotos):
    def test_ana_s_photo_is_kept_and_the_work_on_it_promised(self):
        imagen = subir(self.ana, foto(1200, 800), descripcion="  Mi taza ")
        imagen.refresh_from_db()
        assert (imagen.descripcion, imagen.formato, imagen.ancho, imagen.alto) == (
            "Mi taza",
            "JPEG",
            1200,
            800,
        )
        assert self.nuevos() == {f"originales/{self.ana.pk}/{imagen.nombre_publico}.jpg"}
        assert Pendiente.objects.get().argumentos == [imagen.pk]
        assert (imagen.moderacion, imagen.procesamiento_completo) == ("pendiente", False)

    def test_what_is_no_photo_is_refused_and_nothing_is_kept(self):
        for nombre, (contenido, codigo, estado) in MALAS.items():
            with self.subTest(nombre):
                with pytest.raises(errores.ErrorDeImagen) as error:
                    subir(self.ana, contenido)
                assert (error.value.codigo, error.value.estado) == (codigo, estado)
                assert error.value.mensaje
        assert not ImagenUsuario.objects.exists()
        assert not Pendiente.objects.exists()
        assert not self.nuevos()

    def test_to_refuse_a_giant_takes_less_than_200_megabytes(self):
        antes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for contenido in (png_de(50_000, 50_000), gif_de(10_000)):
            with pytest.raises(errores.DemasiadosPixeles):
                subir(self.ana, contenido)
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - antes < 200_000

    def test_the_name_of_a_file_is_not_looked_at(self):
        for nombre in ("../../x.jpg", "a.php%00.jpg", "x" * 300 + ".jpg", "a\nb.jpg", "foto.svg"):
            servicios.recibir(usuario_id=self.ana.pk, archivo=subida(foto(60, 40), nombre))
        assert ImagenUsuario.objects.count() == 5
        assert all(ruta.startswith(f"originales/{self.ana.pk}/") for ruta in self.nuevos())
        assert all(len(Path(ruta).stem) == 22 for ruta in self.nuevos())

    def test_a_photo_that_is_also_something_else_is_drawn_anew(self):
        imagen = subir(self.ana, foto(60, 40) + b"<script>alert(1)</script>PK\x03\x04")
        revelar(imagen)
        with storages["publicas"].open(imagen.archivo_large.name) as publica:
            assert b"script" not in publica.read()

    @override_settings(CUOTA_DE_FOTOS=1)
    def test_ana_s_photos_have_a_limit_together_and_carla_s_another(self):
        grande = foto(60, 40) + bytes(600_000)
        subir(self.ana, grande)
        with pytest.raises(errores.CuotaLlena):
            subir(self.ana, grande)
        subir(self.carla, grande)
        assert ImagenUsuario.objects.count() == 2

    @override_settings(CUOTA_DE_FOTOS=1)
    def test_two_uploads_at_once_do_not_share_the_last_place(self):
        fallos: list[Exception] = []

        def una() -> None:
            try:
                subir(self.ana, foto(60, 40) + bytes(600_000))
            except errores.CuotaLlena as error:
                fallos.append(error)
            finally:
                connection.close()

        hilos = [threading.Thread(target=una) for _ in range(4)]
        for hilo in hilos:
            hilo.start()
        for hilo in hilos:
            hilo.join()
        assert (ImagenUsuario.objects.count(), len(fallos), len(self.nuevos())) == (1, 3, 1)

    def test_a_disk_without_room_is_a_clear_error_and_leaves_nothing(self):
        # A file where the folder should be: nothing can be written there.
        raiz = Path(settings.MEDIA_ROOT) / "originales"
        raiz.mkdir(parents=True, exist_ok=True)
        (raiz / str(self.ana.pk)).write_text("")
        try:
            with pytest.raises(errores.SinAlmacen) as error:
                subir(self.ana)
        finally:
            (raiz / str(self.ana.pk)).unlink()
        assert error.value.estado == 503
        assert not ImagenUsuario.objects.exists()
        assert not self.nuevos()

    def test_an_upload_that_cannot_be_written_down_leaves_no_file(self):
        nadie = crear_usuario("nadie")
        usuario_id = nadie.pk
        nadie.delete()
        with pytest.raises(Exception, match="does not exist"):
            servicios.recibir(usuario_id=usuario_id, archivo=subida(foto(60, 40)))
        assert not self.nuevos()

    def test_a_text_that_cannot_be_stored_is_refused(self):
        for texto in ("x" * 301, "a\0b", "\ud800"):
            with pytest.raises(errores.TextoInvalido):
                subir(self.ana, descripcion=texto)
        assert not self.nuevos()


class PruebaDeLoPropio(PruebaDeFotos):
    def setUp(self):
        super().setUp()
        self.foto = subir(self.ana)

    def test_carla_can_do_nothing_to_ana_s_photo(self):
        suyo = {"usuario_id": self.carla.pk, "imagen_id": self.foto.pk}
        intentos = [
            lambda: servicios.borrar(**suyo),
            lambda: servicios.describir(**suyo, descripcion="mía"),
            lambda: servicios.dar_a_producto(**suyo, producto_id=None),
            lambda: servicios.borrar_ubicacion(**suyo),
        ]
        for intento in intentos:
            with pytest.raises(errores.ImagenDesconocida):
                intento()
        self.foto.refresh_from_db()
        assert self.foto.descripcion == ""

    def test_an_id_of_nothing_is_answered_as_somebody_else_s(self):
        for imagen_id in (0, -1, 10**12, 2**63, 2**70):
            with pytest.raises(errores.ImagenDesconocida):
                servicios.borrar(usuario_id=self.ana.pk, imagen_id=imagen_id)
            with pytest.raises(errores.ImagenDesconocida):
                servicios.describir(usuario_id=self.ana.pk, imagen_id=imagen_id, descripcion="")

    def test_ana_gives_it_to_her_own_product_alone(self):
        suyo, ajeno = crear_producto(self.ana), crear_producto(self.carla)
        de_ana = {"usuario_id": self.ana.pk, "imagen_id": self.foto.pk}
        servicios.dar_a_producto(**de_ana, producto_id=suyo.pk)
        for producto_id in (ajeno.pk, 10**12, 2**63):
            with pytest.raises(errores.ProductoDesconocido):
                servicios.dar_a_producto(**de_ana, producto_id=producto_id)
        self.foto.refresh_from_db()
        assert self.foto.producto_id == suyo.pk
        servicios.dar_a_producto(**de_ana, producto_id=None)
        self.foto.refresh_from_db()
        assert self.foto.producto_id is None

    def test_a_deleted_photo_takes_its_files_along(self):
        revelar(self.foto)
        assert len(self.nuevos()) == 7
        servicios.borrar(usuario_id=self.ana.pk, imagen_id=self.foto.pk)
        assert not ImagenUsuario.objects.exists()
        promesa = Pendiente.objects.get()
        assert promesa.tarea == "imagenes.tasks.borrar_archivos"
        tasks.borrar_archivos(*promesa.argumentos)
        assert not self.nuevos()
        tasks.borrar_archivos(*promesa.argumentos)

    def test_a_photo_that_is_deleted_while_it_is_drawn_leaves_no_files(self):
        imagen = ImagenUsuario.objects.get(pk=self.foto.pk)
        servicios.borrar(usuario_id=self.ana.pk, imagen_id=self.foto.pk)
        storages["publicas"].save(f"{imagen.nombre_publico}/large.jpg", subida(foto(60, 40)))
        tasks.pasos.anotar(imagen, "miniaturas")
        assert not self.nuevos()

    def test_where_it_was_is_forgotten_for_good(self):
        ImagenUsuario.objects.filter(pk=self.foto.pk).update(ubicacion={"latitud": 1.0, "longitud": 2.0})
        de_ana = {"usuario_id": self.ana.pk, "imagen_id": self.foto.pk}
        assert servicios.borrar_ubicacion(**de_ana) is True
        assert servicios.borrar_ubicacion(**de_ana) is False


class PruebaDeDecidir(PruebaDeFotos):
    def setUp(self):
        super().setUp()
        self.foto = subir(self.ana)

    def avisos(self) -> list[tuple[str, str]]:
        de_ana = Notificacion.objects.filter(usuario_id=self.ana.pk).order_by("numero")
        return list(de_ana.values_list("titulo", "mensaje"))

    def test_ana_hears_of_each_decision_once(self):
        quien = {"quien_id": self.admin.pk, "imagen_id": self.foto.pk}
        ImagenUsuario.objects.filter(pk=self.foto.pk).update(paso_miniaturas="hecho")
        assert servicios.aprobar(**quien) is True
        assert servicios.aprobar(**quien) is False
        assert servicios.rechazar(**quien, motivo=" Se ve una cara ") is True
        assert [titulo for titulo, _ in self.avisos()] == ["Tu foto fue aprobada", "Tu foto no fue aprobada"]
        assert "Se ve una cara" in self.avisos()[1][1]
        self.foto.refresh_from_db()
        assert (self.foto.moderacion, self.foto.revisada_por_id) == ("rechazada", self.admin.pk)
        assert not self.foto.es_publica

    def test_a_rejection_says_why(self):
        for motivo in ("", "   "):
            with pytest.raises(errores.MotivoVacio):
                servicios.rechazar(quien_id=self.admin.pk, imagen_id=self.foto.pk, motivo=motivo)
        assert not self.avisos()

    def test_a_step_that_failed_is_done_again_and_ana_hears_of_its_end(self):
        original = self.foto.archivo_original
        with original.storage.open(original.name) as archivo:
            bueno = archivo.read()
        original.storage.save(original.name, subida(foto_rota()))
        for tarea, paso in ((tasks.generar_thumbnails, "miniaturas"), (tasks.extraer_metadatos, "metadatos")):
            try:
                tarea(self.foto.pk)
            except tasks.FalloDefinitivo:
                tasks.pasos.dar_por_fallido(paso, self.foto.pk)
        tasks.analizar_contenido(self.foto.pk)
        tasks.finalizar_procesamiento(self.foto.pk)
        assert self.avisos()[0][0] == "Tu foto quedó incompleta"
        original.storage.save(original.name, subida(bueno))
        servicios.rehacer_paso(imagen_id=self.foto.pk, paso="miniaturas")
        assert Pendiente.objects.get(clave=f"imagen-{self.foto.pk}").tarea.endswith("procesar_imagen_subida")
        revelar(self.foto)
        assert self.foto.con_fallo == []
        assert [titulo for titulo, _ in self.avisos()] == ["Tu foto quedó incompleta", "Tu foto está lista"]
