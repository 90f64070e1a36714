"""What a page says of a photo: its state in words, what is missing, and what its camera wrote, for its owner."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext

from .models import PASOS, ImagenUsuario, Moderacion, Paso


@dataclass(frozen=True, slots=True)
class Ficha:
    """A photo as pages show it."""

    imagen: ImagenUsuario

    @property
    def titulo(self) -> str:
        """Returns its description, or a name where it has none."""
        return self.imagen.descripcion or gettext("Foto %(numero)s") % {"numero": self.imagen.pk}

    @property
    def con_versiones(self) -> bool:
        return bool(self.imagen.archivo_thumbnail)

    @property
    def estado(self) -> str:
        """Returns one word for programs and style sheets."""
        if not self.imagen.procesamiento_completo:
            return "procesando"
        if self.imagen.moderacion == Moderacion.RECHAZADA:
            return "rechazada"
        if self.imagen.paso_miniaturas == Paso.FALLO:
            return "incompleta"
        return "aprobada" if self.imagen.moderacion == Moderacion.APROBADA else "esperando"

    @property
    def estado_texto(self) -> str:
        return {
            "procesando": gettext("Procesando"),
            "rechazada": gettext("Rechazada"),
            "incompleta": gettext("Sin imagen"),
            "aprobada": gettext("Aprobada"),
            "esperando": gettext("Por revisar"),
        }[self.estado]

    @property
    def hecho(self) -> int:
        return self.imagen.pasos_terminados

    @property
    def de(self) -> int:
        return len(PASOS)

    @property
    def faltan(self) -> list[str]:
        """Returns a sentence for each step that failed for good."""
        textos = {
            "miniaturas": gettext("No se pudieron hacer sus versiones: nadie más la verá."),
            "metadatos": gettext("No se pudieron leer los datos de la cámara."),
            "analisis": gettext("El análisis automático no respondió: la revisará una persona."),
        }
        # Once a person has decided, nobody misses the analysis.
        decidida = self.imagen.moderacion != Moderacion.PENDIENTE
        return [textos[paso] for paso in self.imagen.con_fallo if not (paso == "analisis" and decidida)]

    @property
    def analisis(self) -> str:
        """Returns what the moderation service said, for whoever decides; "" where it said nothing."""
        imagen = self.imagen
        if imagen.contenido_seguro is None:
            return ""
        texto = gettext("Análisis: segura") if imagen.contenido_seguro else gettext("Análisis: dudosa")
        if imagen.confianza_analisis is None:
            return texto
        return f"{texto}, {number_format(imagen.confianza_analisis * 100, 0)} %"

    @property
    def exif(self) -> list[tuple[str, str]]:
        """Returns what the camera wrote, as pairs of what it is and what it says; only for the owner."""
        datos = self.imagen.metadatos
        partes = [
            (gettext("Cámara"), _unidos(datos.get("fabricante"), datos.get("camara"))),
            (gettext("Objetivo"), _unidos(datos.get("objetivo"))),
            (gettext("Tomada"), _fecha(datos.get("fecha"))),
            (gettext("Exposición"), _exposicion(datos)),
            (gettext("Programa"), _unidos(datos.get("programa"))),
            (gettext("Autoría"), _unidos(datos.get("autor"), datos.get("derechos"))),
        ]
        return [(nombre, texto) for nombre, texto in partes if texto]

    @property
    def lugar(self) -> str:
        """Returns latitude and longitude; "" where they are not known. Only for the owner."""
        ubicacion = self.imagen.ubicacion
        if not ubicacion:
            return ""
        # With a point in every language: so a map takes them.
        return f"{ubicacion['latitud']:.5f}, {ubicacion['longitud']:.5f}"

    def en_json(self) -> dict[str, Any]:
        """Returns what the upload page needs to know; only for its owner."""
        return {
            "id": self.imagen.pk,
            "estado": self.estado,
            "estado_texto": ". ".join([self.estado_texto, *self.faltan]),
            "terminada": self.imagen.procesamiento_completo,
            "hecho": self.hecho,
            "de": self.de,
            "enlace": reverse("imagenes:detalle", args=[self.imagen.pk]),
            "miniatura": self.imagen.url_de("thumbnail"),
        }


def _unidos(*partes: object) -> str:
    """Returns the texts that there are; one that repeats the one before goes once."""
    textos = [str(parte) for parte in partes if parte]
    if len(textos) == 2 and textos[1].casefold().startswith(textos[0].casefold()):
        textos = textos[1:]
    return " · ".join(textos)


def _fecha(valor: object) -> str:
    """Returns the moment in words: the camera's clock, in no zone."""
    try:
        return date_format(datetime.fromisoformat(str(valor)), "DATETIME_FORMAT", use_l10n=True)
    except ValueError:
        return ""


def _exposicion(datos: dict[str, Any]) -> str:
    formas = {"exposicion": "%s s", "apertura": "ƒ/%s", "distancia_focal": "%s mm", "iso": "ISO %s"}
    return " · ".join(forma % datos[nombre] for nombre, forma in formas.items() if datos.get(nombre))
