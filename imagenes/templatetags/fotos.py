"""`{% load fotos %}{% foto imagen sizes="15rem" %}`, and `{% fotos_de pagina as fotos %}{% foto_de producto fotos %}`"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template

from imagenes.models import TAMANOS, ImagenUsuario, Moderacion, Paso

register = template.Library()
TIPOS = {"webp": "image/webp", "jpg": "image/jpeg"}


@register.inclusion_tag("imagenes/_foto.html")
def foto(
    imagen: ImagenUsuario | None, sizes: str = "100vw", alt: str = "", *, perezosa: bool = True
) -> dict[str, object]:
    """A photo in all its versions: the browser takes the one that fits, WebP where it can. Nothing where there is none."""
    if imagen is None or not imagen.archivo_thumbnail:
        return {}
    # A small original has the same width in several sizes: one of them is enough.
    anchos = {imagen.medidas_de(tamano)[0]: tamano for tamano in reversed(TAMANOS)}
    juegos = {
        tipo: ", ".join(f"{imagen.url_de(anchos[ancho], formato)} {ancho}w" for ancho in sorted(anchos))
        for formato, tipo in TIPOS.items()
    }
    ancho, alto = imagen.medidas_de("medium")
    return {
        "webp": juegos["image/webp"],
        "jpeg": juegos["image/jpeg"],
        "src": imagen.url_de("medium"),
        "ancho": str(ancho),
        "alto": str(alto),
        "sizes": sizes,
        "alt": alt,
        "perezosa": perezosa,
    }


@register.simple_tag
def fotos_de(productos: Iterable[Any]) -> dict[int, ImagenUsuario]:
    """Returns the photo of each of these products that has one, by product: one query for all of them."""
    visibles = ImagenUsuario.objects.filter(
        producto_id__in=[producto.pk for producto in productos],
        moderacion=Moderacion.APROBADA,
        paso_miniaturas=Paso.HECHO,
    )
    # The newest comes last, and stays.
    return {imagen.producto_id: imagen for imagen in visibles.order_by("creada", "pk") if imagen.producto_id}


@register.inclusion_tag("imagenes/_foto_de_producto.html")
def foto_de(
    producto: Any, fotos: dict[int, ImagenUsuario] | None = None, sizes: str = "100vw"
) -> dict[str, object]:
    """The approved photo of a product; nothing where there is none. `fotos` is what `fotos_de` found."""
    encontradas = fotos_de([producto]) if fotos is None else fotos
    return {"imagen": encontradas.get(producto.pk), "sizes": sizes}
