"""What a file says of itself, read before a pixel is decoded: whatever a stranger sends ends in a sentence."""

from __future__ import annotations

import resource
import struct
import subprocess
import sys
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imagenes import cabecera
from imagenes.cabecera import Cabecera, CabeceraInvalida, Incompleta, Irreconocible, leer
from tests.procesos import RAIZ

from .constructores import dibujo, exif_de_camara, foto, foto_rota, gif_de, guardada, png_de

BUENAS = {
    "JPEG": foto(120, 80),
    "JPEG progresivo": foto(120, 80, progressive=True, exif=exif_de_camara()),
    "PNG": foto(120, 80, "PNG"),
    "WEBP": foto(120, 80, "WEBP"),
    "WEBP sin pérdida": foto(120, 80, "WEBP", lossless=True),
    "WEBP con EXIF": foto(120, 80, "WEBP", exif=exif_de_camara()),
}


@pytest.mark.parametrize("nombre", BUENAS)
def test_it_knows_format_and_size(nombre):
    assert leer(BUENAS[nombre]) == Cabecera(nombre.split()[0], 120, 80)


@pytest.mark.parametrize("nombre", BUENAS)
@pytest.mark.parametrize("parte", [0.05, 0.5, 0.99])
def test_it_sees_that_the_end_is_missing(nombre, parte):
    entera = BUENAS[nombre]
    with pytest.raises(CabeceraInvalida):
        leer(entera[: int(len(entera) * parte)])


def test_a_small_picture_inside_does_not_end_a_photo_that_was_cut_off():
    miniatura = foto(60, 40)
    entera = foto(1200, 800, exif=exif_de_camara())
    con_miniatura = entera[:2] + b"\xff\xe1" + struct.pack(">H", len(miniatura) + 2) + miniatura + entera[2:]
    assert leer(con_miniatura).ancho == 1200
    with pytest.raises(Incompleta):
        leer(con_miniatura[: len(con_miniatura) // 2])


def test_what_a_phone_appends_is_not_in_its_way():
    assert leer(foto(120, 80) + b"un video" * 1000).formato == "JPEG"


@pytest.mark.parametrize(
    "contenido",
    [
        b"<html><script>alert(1)</script>",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%PDF-1.7",
        b"PK\x03\x04",
        b"RIFF\x00\x00\x00\x00WAVE",
        b"\x00\x00\x00\x18ftypheic",
        b"",
    ],
)
def test_it_takes_no_other_file_for_a_photo(contenido):
    with pytest.raises(Irreconocible):
        leer(contenido)


def test_it_counts_the_frames_of_what_moves():
    cuadros = [dibujo(120, 80).rotate(n) for n in range(5)]
    for formato in ("PNG", "WEBP"):
        movida = guardada(cuadros[0], formato, save_all=True, append_images=cuadros[1:])
        assert leer(movida) == Cabecera(formato, 120, 80, 5)
    assert leer(gif_de(10_000)).pixeles > cabecera.PIXELES_MAXIMOS
    assert leer(gif_de(3)) == Cabecera("GIF", 100, 100, 3)


def test_a_photo_without_width_is_none():
    with pytest.raises(Irreconocible):
        leer(png_de(0, 10))


@given(st.binary(max_size=300), st.sampled_from(list(cabecera.LECTORES)))
@settings(max_examples=300, deadline=None)
def test_whatever_comes_after_a_good_beginning_ends_in_an_answer(resto, comienzo):
    with suppress(CabeceraInvalida):
        leer(comienzo + resto)


@given(st.integers(0, 5000), st.integers(0, 255), st.sampled_from(list(BUENAS)))
@settings(max_examples=200, deadline=None)
def test_a_byte_that_changed_on_the_way_ends_in_an_answer(lugar, valor, nombre):
    mudada = bytearray(BUENAS[nombre])
    mudada[lugar % len(mudada)] = valor
    with suppress(CabeceraInvalida):
        leer(bytes(mudada))


def test_it_answers_in_time_whatever_the_file_is_made_of():
    """15 MB of nothing but the smallest pieces that each format has."""
    guion = """
import sys, time
from imagenes import cabecera
lleno = 15 * 1024 * 1024
for contenido in (
    b"\\xff\\xd8\\xff\\xe0\\x00\\x02" + b"\\xff\\xe0\\x00\\x02" * (lleno // 4),
    b"\\xff\\xd8\\xff\\xda\\x00\\x02" + b"\\xff\\x00" * (lleno // 2),
    b"\\x89PNG\\r\\n\\x1a\\n\\0\\0\\0\\rIHDR\\0\\0\\0\\1\\0\\0\\0\\1" + bytes(lleno),
    b"RIFF" + (lleno - 8).to_bytes(4, "little") + b"WEBP" + bytes(lleno),
    b"GIF89a\\1\\0\\1\\0\\0\\0\\0" + b"\\x21\\xfe\\x00" * (lleno // 3),
    b"GIF89a\\1\\0\\1\\0\\0\\0\\0\\x21\\xfe" + b"\\1\\1" * (lleno // 2),
):
    inicio = time.process_time()
    try:
        cabecera.leer(contenido)
    except cabecera.CabeceraInvalida:
        pass
    assert time.process_time() - inicio < 2, (contenido[:20], time.process_time() - inicio)
"""
    subprocess.run([sys.executable, "-c", guion], cwd=RAIZ, check=True, timeout=60)


def test_to_refuse_a_giant_costs_no_memory():
    antes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert leer(png_de(50_000, 50_000)).pixeles == 2_500_000_000
    assert leer(gif_de(10_000)).pixeles > cabecera.PIXELES_MAXIMOS
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - antes < 50_000


def test_what_nobody_can_decode_may_still_look_like_a_photo():
    assert leer(foto_rota()).formato == "JPEG"
