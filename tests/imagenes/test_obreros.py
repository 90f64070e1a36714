"""The chord on both brokers, with real workers: photos that are well, photos that are not, and workers that are killed."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.colas.obrador import COLAS, INTERMEDIARIOS, Obrador
from tests.procesos import esperar

from .constructores import DE_LA_FOTO
from .juez import SI, Juez, Peticion

MORTALES = [f"muere en {nombre}" for nombre in DE_LA_FOTO]
GUION = """
from django.contrib.auth.models import User
from imagenes.servicios import recibir
from tests.imagenes.constructores import dibujo, exif_de_camara, foto, guardada, foto_rota, subida
ana = User.objects.get(username="ana")
def subir(contenido, descripcion):
    recibir(usuario_id=ana.pk, archivo=subida(contenido), descripcion=descripcion)
subir(foto(exif=exif_de_camara()), "buena")
subir(foto_rota(), "rota")
subir(guardada(dibujo().convert("L").point(lambda _: 0), "JPEG"), "nadie la juzga")
for descripcion in {mortales!r}:
    subir(foto(), descripcion)
"""


def juzgar(peticion: Peticion) -> None:
    """A black photo is too much for this service."""
    partes = message_from_bytes(
        b"Content-Type: " + peticion.headers["Content-Type"].encode() + b"\n\n" + peticion.cuerpo
    )
    foto = Image.open(io.BytesIO(partes.get_payload()[0].get_payload(decode=True)))
    peticion.responder(500) if foto.convert("L").getextrema()[1] < 5 else peticion.responder(200, SI)


class Laboratorio(Obrador):
    def orden(self, nombre: str, opciones: str = "-c 2") -> str:
        return f"celery -A tests.imagenes.taller worker -n {nombre} -Q {COLAS} {opciones} -l WARNING"

    def foto(self, descripcion: str, segundos: float = 45) -> dict[str, Any]:
        """Waits until this photo is done, and returns its row."""
        columnas = (
            "id, paso_miniaturas, paso_metadatos, paso_analisis, moderacion, archivo_thumbnail, metadatos"
        )
        consulta = (
            f"SELECT {columnas} FROM imagenes_imagenusuario WHERE procesamiento_completo AND descripcion = ?"  # noqa: S608
        )
        esperar(
            lambda: bool(self.leer(consulta, descripcion)), f"the photo {descripcion!r} is done", segundos
        )
        return dict(zip(columnas.split(", "), self.leer(consulta, descripcion)[0], strict=True))

    def avisos(self, imagen_id: int) -> list[tuple[Any, ...]]:
        consulta = "SELECT titulo, datos FROM notificaciones_notificacion WHERE clave = ?"
        return self.leer(consulta, f"imagen-{imagen_id}")


@pytest.fixture(scope="module", params=["redis", pytest.param("rabbitmq", marks=pytest.mark.rabbitmq_propio)])
def laboratorio(request: pytest.FixtureRequest) -> Iterator[Laboratorio]:
    with (
        Juez(juzgar) as juez,
        INTERMEDIARIOS[request.param]() as broker,
        Laboratorio(
            broker,
            "uno@aqui",
            "dos@aqui",
            entorno={"MODERACION_URL": juez.url, "MODERACION_REINTENTOS": "0.3,0.3"},
        ) as abierto,
    ):
        mortales = [*MORTALES, "muere todo en generar_thumbnails"]
        abierto.shell(GUION.replace("{mortales!r}", repr(mortales)))
        yield abierto


def test_a_photo_is_drawn_read_judged_and_told_once(laboratorio: Laboratorio) -> None:
    foto = laboratorio.foto("buena")
    assert [foto[f"paso_{paso}"] for paso in ("miniaturas", "metadatos", "analisis")] == ["hecho"] * 3
    assert foto["moderacion"] == "aprobada"
    assert json.loads(foto["metadatos"])["exposicion"] == "1/250"
    publicas = Path(laboratorio.entorno["MEDIA_ROOT"]) / "fotos"
    assert len(list((publicas / foto["archivo_thumbnail"]).parent.iterdir())) == 6
    [(titulo, datos)] = laboratorio.avisos(foto["id"])
    assert titulo == "Tu foto está lista"
    assert json.loads(datos)["url_thumbnail"].startswith("/fotos/")


def test_a_step_that_fails_for_good_leaves_the_rest_and_the_end(laboratorio: Laboratorio) -> None:
    foto = laboratorio.foto("rota")
    assert [foto[f"paso_{paso}"] for paso in ("miniaturas", "metadatos", "analisis")] == [
        "fallo",
        "hecho",
        "fallo",
    ]
    assert [titulo for titulo, _ in laboratorio.avisos(foto["id"])] == ["Tu foto quedó incompleta"]
    fallidas = laboratorio.leer(
        "SELECT error FROM colas_tareafallida WHERE argumentos = ?", f"[{foto['id']}]"
    )
    assert len(fallidas) == 2


def test_a_photo_that_nobody_judges_waits_for_a_person(laboratorio: Laboratorio) -> None:
    foto = laboratorio.foto("nadie la juzga")
    assert (foto["paso_analisis"], foto["moderacion"]) == ("fallo", "pendiente")
    # A worker that another photo kills may have held one of the three tries, which is then begun again.
    assert len(laboratorio.lineas(f"analizar_contenido {foto['id']} empieza")) in {3, 4}
    por_revisar = laboratorio.leer(
        "SELECT u.username FROM notificaciones_notificacion n JOIN auth_user u ON u.id = n.usuario_id"
        " WHERE n.clave LIKE 'fotos-por-revisar-%'"
    )
    assert por_revisar == [("admin",)]


@pytest.mark.parametrize("descripcion", [*MORTALES, "muere todo en generar_thumbnails"])
def test_a_photo_whose_worker_is_killed_is_finished_by_another(
    laboratorio: Laboratorio, descripcion: str
) -> None:
    foto = laboratorio.foto(descripcion)
    nombre = descripcion.rsplit(" ", 1)[1]
    assert len(laboratorio.lineas(f"{nombre} {foto['id']} empieza")) >= 2
    assert [foto[f"paso_{paso}"] for paso in ("miniaturas", "metadatos", "analisis")] == ["hecho"] * 3
    assert len(laboratorio.avisos(foto["id"])) == 1


def test_nothing_is_left_to_do(laboratorio: Laboratorio) -> None:
    for descripcion in ("buena", "rota", "nadie la juzga", *MORTALES):
        laboratorio.foto(descripcion)
    esperar(lambda: laboratorio.pendientes() == 0, "every promise is kept", 20)
