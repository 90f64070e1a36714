"""Photos whose chord was lost are found and finished once; those that are only in a long queue are left in peace."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.test import TransactionTestCase
from django.utils import timezone

from colas.models import Pendiente
from imagenes import remate, tasks
from imagenes.models import PASOS, ImagenUsuario
from notificaciones.models import Notificacion
from tests.ventas.constructores import crear_usuario

from .constructores import foto, subir

HECHOS = {f"paso_{paso}": "hecho" for paso in PASOS}


class PruebaDelRemate(TransactionTestCase):
    def setUp(self):
        self.ana = crear_usuario("ana")
        self.foto = subir(self.ana, foto(60, 40))
        Pendiente.objects.all().delete()

    def hace(self, minutos: float, **campos: Any) -> None:
        cuando = timezone.now() - timedelta(minutes=minutos)
        ImagenUsuario.objects.filter(pk=self.foto.pk).update(actualizada=cuando, **campos)

    def test_a_photo_whose_end_was_lost_is_ended_once(self):
        self.hace(2, **HECHOS)
        tasks.rematar_atascadas()
        tasks.rematar_atascadas()
        promesa = Pendiente.objects.get()
        assert promesa.tarea == "imagenes.tasks.finalizar_procesamiento"
        for _ in range(3):
            tasks.finalizar_procesamiento(*promesa.argumentos)
        assert Notificacion.objects.filter(usuario_id=self.ana.pk).count() == 1
        assert remate.por_acabar() == []

    def test_a_photo_of_a_moment_ago_is_left_alone(self):
        self.hace(0.5, **HECHOS)
        assert remate.por_acabar() == []
        self.hace(9)
        assert remate.por_retomar() == []

    def test_a_photo_whose_steps_were_lost_begins_again_after_ever_longer(self):
        self.hace(11)
        assert remate.por_retomar() == [self.foto.pk]
        assert remate.por_retomar() == []
        self.hace(11)
        assert remate.por_retomar() == []
        self.hace(21)
        tasks.rematar_atascadas()
        promesa = Pendiente.objects.get()
        assert (promesa.tarea, promesa.clave) == (
            "imagenes.tasks.procesar_imagen_subida",
            f"imagen-{self.foto.pk}",
        )

    def test_a_photo_without_hope_is_given_up_and_ana_is_told(self):
        self.hace(24 * 60, remates=remate.VECES)
        tasks.rematar_atascadas()
        self.hace(2)
        tasks.rematar_atascadas()
        tasks.finalizar_procesamiento(self.foto.pk)
        self.foto.refresh_from_db()
        assert self.foto.con_fallo == list(PASOS)
        assert Notificacion.objects.get(usuario_id=self.ana.pk).titulo == "Tu foto quedó incompleta"

    def test_a_photo_that_is_done_is_not_looked_at(self):
        self.hace(24 * 60, procesamiento_completo=True)
        assert (remate.por_acabar(), remate.por_retomar()) == ([], [])

    def test_an_id_of_nothing_is_no_failure(self):
        for imagen_id in (0, 10**12):
            tasks.procesar_imagen_subida(imagen_id)
            tasks.generar_thumbnails(imagen_id)
            tasks.extraer_metadatos(imagen_id)
            tasks.analizar_contenido(imagen_id)
            tasks.finalizar_procesamiento(imagen_id)

    def test_the_end_waits_for_a_step_that_was_asked_for_anew(self):
        self.hace(1, **HECHOS | {"paso_miniaturas": "pendiente"})
        tasks.finalizar_procesamiento(self.foto.pk)
        self.foto.refresh_from_db()
        assert not self.foto.procesamiento_completo
