"""The invoice of a sale, as a PDF: drawn, and stored once. Only this module knows what draws it."""

from __future__ import annotations

import contextlib
import tempfile
import unicodedata
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import cast
from xml.sax.saxutils import escape

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from reportlab.lib.colors import Color, HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Flowable, HRFlowable, Paragraph, SimpleDocTemplate, Spacer, Table

from .models import Venta
from .templatetags.dinero import dinero
from .textos import nombre_de, una_linea

MARGEN = 20 * mm
# What reportlab leaves free inside of the margins, 6 points on each side, is not ours to fill.
ANCHO = A4[0] - 2 * MARGEN - 12
TINTA, SUAVE, LINEA, ACENTO = (HexColor(color) for color in ("#1b1b22", "#5c5c69", "#d9d9e0", "#4338ca"))
# Bundled with reportlab and embedded: the fonts that every reader has of itself print a box for ñ and €.
NORMAL, NEGRITA = TTFont("Vera", "Vera.ttf"), TTFont("VeraBd", "VeraBd.ttf")
# What is drawn keeps in the font which letters it needs of it: two threads at once make each other's invoices fail.
UNA_A_LA_VEZ = Lock()
pdfmetrics.registerFont(NORMAL)
pdfmetrics.registerFont(NEGRITA)


def guardar(venta: Venta) -> str:
    """Returns the name of the stored invoice, drawn now where there is none. Run again, it leaves the same one file."""
    campo = venta.factura
    if campo and campo.storage.exists(cast(str, campo.name)):
        return cast(str, campo.name)
    nombre = campo.field.generate_filename(venta, f"factura_{venta.numero}.pdf")
    _escribir(Path(campo.storage.path(nombre)), dibujar(venta))
    venta.factura.name = nombre
    venta.save(update_fields=["factura"])
    return nombre


def dibujar(venta: Venta) -> bytes:
    """Returns the invoice: one A4 page, in the shop's language and time; the same sale gives the same bytes."""
    salida = BytesIO()
    with UNA_A_LA_VEZ, translation.override(settings.LANGUAGE_CODE):
        documento = SimpleDocTemplate(
            salida,
            pagesize=A4,
            leftMargin=MARGEN,
            rightMargin=MARGEN,
            topMargin=MARGEN,
            bottomMargin=MARGEN,
            title=_("Factura %(numero)s") % {"numero": venta.numero},
            author=_visible(nombre_de(venta.vendedor)),
            subject=_visible(una_linea(venta.descripcion)),
            creator=_("Tienda"),
            lang=settings.LANGUAGE_CODE,
            displayDocTitle=True,
            invariant=1,
        )
        documento.build(_contenido(venta))
    return salida.getvalue()


def _contenido(venta: Venta) -> list[Flowable]:
    total = f"{_('Total')} {dinero(venta.monto)} {settings.MONEDA}"
    return [
        _encabezado(venta),
        Spacer(0, 9 * mm),
        _fila(_persona(_("Vende"), venta.vendedor), _persona(_("Compra"), venta.comprador)),
        Spacer(0, 11 * mm),
        _renglones(venta),
        Spacer(0, 5 * mm),
        _fila([], [_parrafo(total, 14, negrita=True, derecha=True)]),
        Spacer(0, 14 * mm),
        HRFlowable(width="100%", thickness=0.5, color=LINEA),
        Spacer(0, 2 * mm),
        _parrafo(_("Los precios están en %(moneda)s.") % {"moneda": settings.MONEDA}, 8, SUAVE),
    ]


def _encabezado(venta: Venta) -> Table:
    fecha = timezone.localtime(venta.fecha_creacion, timezone.get_default_timezone())
    return _fila(
        [_parrafo(_("Tienda"), 13, ACENTO, negrita=True)],
        [
            _parrafo(_("Factura"), 20, negrita=True, derecha=True),
            _parrafo(venta.numero, 11, SUAVE, derecha=True),
            _parrafo(date_format(fecha, "DATETIME_FORMAT"), 9, SUAVE, derecha=True),
        ],
    )


def _renglones(venta: Venta) -> Table:
    titulos = [_("Producto"), _("Cantidad"), _("Precio"), _("Importe")]
    celdas = [
        una_linea(venta.descripcion),
        str(venta.cantidad),
        dinero(venta.precio_unitario),
        dinero(venta.monto),
    ]
    filas = [
        [_parrafo(texto, 8, SUAVE, derecha=columna > 0) for columna, texto in enumerate(titulos)],
        [_parrafo(texto, 10, derecha=columna > 0) for columna, texto in enumerate(celdas)],
    ]
    # Wide enough for $99,999,999.99: an amount is never broken.
    cifras = [18 * mm, 36 * mm, 40 * mm]
    tabla = Table(filas, colWidths=[ANCHO - sum(cifras), *cifras])
    tabla.setStyle(
        [
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (0, -1), 0),
            ("RIGHTPADDING", (-1, 0), (-1, -1), 0),
            ("TOPPADDING", (0, 1), (-1, -1), 7),
            ("BOTTOMPADDING", (0, 1), (-1, -1), 9),
            ("LINEBELOW", (0, 0), (-1, 0), 1, TINTA),
            ("LINEBELOW", (0, 1), (-1, -1), 0.5, LINEA),
        ]
    )
    return tabla


def _persona(titulo: str, usuario: AbstractUser) -> list[Paragraph]:
    return [_parrafo(titulo, 8, SUAVE), _parrafo(nombre_de(usuario), 11, negrita=True)]


def _fila(izquierda: list[Paragraph], derecha: list[Paragraph]) -> Table:
    tabla = Table([[izquierda, derecha]], colWidths=[ANCHO / 2, ANCHO / 2])
    tabla.setStyle(
        [
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (0, 0), 0),
            ("RIGHTPADDING", (-1, 0), (-1, 0), 0),
        ]
    )
    return tabla


def _parrafo(
    texto: str, cuerpo: float, color: Color = TINTA, *, negrita: bool = False, derecha: bool = False
) -> Paragraph:
    estilo = ParagraphStyle(
        "",
        fontName=NEGRITA.fontName if negrita else NORMAL.fontName,
        fontSize=cuerpo,
        leading=cuerpo * 1.4,
        textColor=color,
        alignment=TA_RIGHT if derecha else 0,
    )
    # Escaped: a paragraph of reportlab reads markup, and a name is none.
    return Paragraph(escape(_visible(texto)), estilo)


def _visible(texto: str) -> str:
    """Returns the text with "?" for what the font cannot draw: better than a box that stands for anything."""
    compuesto = unicodedata.normalize("NFC", texto)
    return "".join(letra if ord(letra) in NORMAL.face.charToGlyph else "?" for letra in compuesto)


def _escribir(destino: Path, contenido: bytes) -> None:
    """Writes the whole file or none: others see it only when it is complete."""
    destino.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=destino.parent, prefix=".", suffix=".tmp", delete=False) as temporal:
        provisional = Path(temporal.name)
        try:
            temporal.write(contenido)
            temporal.flush()
            # As Django's own storage does: readable by the server in front that may serve it.
            provisional.chmod(settings.FILE_UPLOAD_PERMISSIONS or 0o600)
            provisional.replace(destino)
        except BaseException:
            with contextlib.suppress(OSError):
                provisional.unlink()
            raise
