"""Whatever a camera or an editor makes of colours, sides and depths: the public versions are upright sRGB, and only pixels."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest
from PIL import Image, ImageCms, PngImagePlugin

from imagenes import exif, models, procesado, revelado
from tests.procesos import RAIZ

from .constructores import AZUL, ROJO, VERDE, dibujo, exif_de_camara, foto, foto_rota, guardada, png_de

BLANCO = (255, 255, 255)


def revelar(contenido: bytes) -> tuple[dict[str, Image.Image], dict[str, object]]:
    """Returns the versions by file name, and what the process answered."""
    with tempfile.TemporaryDirectory() as carpeta:
        (Path(carpeta) / revelado.ORIGINAL).write_bytes(contenido)
        respuesta = revelado.pedir("versiones", Path(carpeta))
        versiones = {}
        for ruta in Path(carpeta).iterdir():
            if ruta.name != revelado.ORIGINAL:
                versiones[ruta.name] = Image.open(io.BytesIO(ruta.read_bytes()))
        return versiones, respuesta


def color(imagen: Image.Image, x: float, y: float) -> tuple[int, ...]:
    pixel = imagen.convert("RGB").getpixel((int(imagen.width * x), int(imagen.height * y)))
    assert isinstance(pixel, tuple)
    return pixel


def parecidos(uno: tuple[int, ...], otro: tuple[int, ...], tolerancia: int = 12) -> bool:
    return all(abs(a - b) <= tolerancia for a, b in zip(uno, otro, strict=True))


def es_el_dibujo(imagen: Image.Image, tolerancia: int = 12) -> bool:
    lugares = {(0.2, 0.6): ROJO, (0.8, 0.6): AZUL, (0.5, 0.05): VERDE}
    return all(parecidos(color(imagen, *lugar), deseado, tolerancia) for lugar, deseado in lugares.items())


def test_both_sides_know_the_same_sizes():
    assert procesado.LADOS == models.TAMANOS


@pytest.mark.parametrize("formato", ["JPEG", "PNG", "WEBP"])
def test_it_draws_three_sizes_in_two_formats(formato):
    versiones, respuesta = revelar(foto(3000, 2000, formato))
    assert {nombre: imagen.size for nombre, imagen in versiones.items()} == {
        f"{nombre}.{extension}": medidas
        for nombre, medidas in {"thumbnail": (150, 100), "medium": (640, 427), "large": (1080, 720)}.items()
        for extension in ("jpg", "webp")
    }
    assert {imagen.format for imagen in versiones.values()} == {"JPEG", "WEBP"}
    assert all(es_el_dibujo(imagen) for imagen in versiones.values())
    assert respuesta == {"medidas": [3000, 2000]}


def test_a_small_photo_is_not_blown_up():
    versiones, _ = revelar(foto(200, 120))
    assert {imagen.size for nombre, imagen in versiones.items() if "thumb" not in nombre} == {(200, 120)}
    assert revelar(foto(1, 1, "PNG"))[0]["large.jpg"].size == (1, 1)


@pytest.mark.parametrize("lado", range(1, 9))
def test_a_photo_that_lies_on_its_side_stands_up(lado):
    """Turned as its camera would have held it, with the orientation that says so."""
    vueltas = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    tumbada = dibujo(1200, 800).transpose(vueltas[lado]) if lado in vueltas else dibujo(1200, 800)
    datos = Image.Exif()
    datos[0x0112] = lado
    versiones, respuesta = revelar(guardada(tumbada, "JPEG", exif=datos))
    assert versiones["large.jpg"].size == (1080, 720)
    assert es_el_dibujo(versiones["large.jpg"])
    assert respuesta["medidas"] == [1200, 800]


@pytest.mark.parametrize("modo", ["CMYK", "YCbCr", "L", "1"])
def test_colours_of_printers_and_of_none_become_srgb(modo):
    formato = "PNG" if modo == "1" else "JPEG"
    versiones, _ = revelar(guardada(dibujo(600, 400, modo), formato))
    assert {imagen.mode for imagen in versiones.values()} == {"RGB"}
    if modo in {"CMYK", "YCbCr"}:
        assert es_el_dibujo(versiones["medium.jpg"])


def test_sixteen_bits_are_scaled_and_not_cut_off():
    gris = Image.new("I;16", (300, 200), 128 * 256)
    versiones, _ = revelar(guardada(gris, "PNG"))
    assert parecidos(color(versiones["large.jpg"], 0.5, 0.5), (128, 128, 128), 3)


@pytest.mark.parametrize("modo", ["RGBA", "LA", "PA", "P"])
def test_what_is_transparent_becomes_white(modo):
    imagen = dibujo(600, 400, "RGBA")
    imagen.paste((0, 0, 0, 0), (0, 0, 300, 400))
    if modo == "LA":
        contenido = guardada(imagen.convert("LA"), "PNG")
    elif modo == "P":
        contenido = guardada(imagen.quantize(16), "PNG")
    elif modo == "PA":
        paleta = Image.new("P", (600, 400), 0)
        paleta.putpalette([0, 0, 0, *AZUL])
        paleta.paste(1, (300, 0, 600, 400))
        contenido = guardada(paleta, "PNG", transparency=0)
    else:
        contenido = guardada(imagen, "WEBP")
    versiones, _ = revelar(contenido)
    assert all(parecidos(color(foto, 0.2, 0.6), BLANCO, 4) for foto in versiones.values())
    if modo != "LA":
        assert parecidos(color(versiones["large.jpg"], 0.8, 0.6), AZUL, 16)


def test_a_profile_of_colours_is_applied_and_gone():
    perfil = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    assert perfil.tobytes()
    ancho = _perfil_de_gama_ancha()
    versiones, _ = revelar(guardada(dibujo(600, 400), "JPEG", icc_profile=ancho))
    directo = color(revelar(foto(600, 400))[0]["large.jpg"], 0.2, 0.6)
    assert not parecidos(color(versiones["large.jpg"], 0.2, 0.6), directo, 4)
    assert all("icc_profile" not in imagen.info for imagen in versiones.values())


def test_a_broken_profile_says_nothing():
    versiones, _ = revelar(foto(600, 400, icc_profile=b"esto no es un perfil" * 20))
    assert es_el_dibujo(versiones["large.jpg"])


def test_nothing_but_pixels_is_public():
    datos = exif_de_camara()
    datos[0x0112] = 1
    notas = PngImagePlugin.PngInfo()
    notas.add_text("Comment", "calle Morelos 7")
    notas.add_itxt("XML:com.adobe.xmp", "<x:xmpmeta>calle Morelos 7</x:xmpmeta>")
    originales = [
        foto(
            exif=datos,
            comment=b"calle Morelos 7",
            xmp=b"<x:xmpmeta>calle Morelos 7</x:xmpmeta>",
            dpi=(72, 72),
        ),
        guardada(dibujo(), "PNG", pnginfo=notas, exif=datos),
        foto(formato="WEBP", exif=datos, xmp=b"<x:xmpmeta>calle Morelos 7</x:xmpmeta>"),
    ]
    for original in originales:
        assert b"Morelos" in original
        versiones, _ = revelar(original)
        for imagen in versiones.values():
            assert not imagen.getexif()
            assert not {"exif", "xmp", "comment", "icc_profile", "photoshop"} & imagen.info.keys()
            imagen.fp.seek(0)
            assert b"Morelos" not in imagen.fp.read()


@pytest.mark.parametrize("contenido", [foto_rota(), png_de(300, 200), b"GIF89a" + bytes(100), b"<svg/>"])
def test_what_cannot_be_decoded_is_said_so(contenido):
    with pytest.raises(revelado.NoSePuede):
        revelar(contenido)


def test_the_largest_photo_that_is_taken_fits_into_its_memory():
    enorme = guardada(Image.new("RGBA", (6300, 6300), (1, 2, 3, 4)), "PNG", compress_level=1)
    versiones, _ = revelar(enorme)
    assert versiones["large.jpg"].size == (1080, 1080)


def test_what_needs_more_memory_than_there_is_is_refused(tmp_path):
    """The process has a bound: here a small one, and a photo that would need more."""
    (tmp_path / revelado.ORIGINAL).write_bytes(foto(5000, 4000, "PNG", compress_level=1))
    guion = "from imagenes import cuarto_oscuro as c; c.MEMORIA = 120 << 20; c.main()"
    orden = json.dumps({"que": "versiones", "carpeta": str(tmp_path)}) + "\n"
    hecho = subprocess.run(
        [sys.executable, "-c", guion], cwd=RAIZ, input=orden, capture_output=True, text=True, check=True
    )
    assert json.loads(hecho.stdout)["error"].startswith("MemoryError")


def test_the_next_photo_is_developed_when_the_process_was_killed():
    revelar(foto(60, 40))
    primero = revelado._CUARTO._proceso
    os.kill(primero.pid, signal.SIGKILL)
    primero.wait()
    revelar(foto(60, 40))
    assert revelado._CUARTO._proceso.pid != primero.pid


def test_the_process_stays_for_the_next_photo_and_serves_threads_by_turns():
    revelar(foto(60, 40))
    pid = revelado._CUARTO._proceso.pid
    medidas: list[object] = []
    hilos = [
        threading.Thread(target=lambda n=n: medidas.append((n, revelar(foto(60 + n, 40))[1]["medidas"])))
        for n in range(6)
    ]
    for hilo in hilos:
        hilo.start()
    for hilo in hilos:
        hilo.join()
    assert sorted(medidas) == [(n, [60 + n, 40]) for n in range(6)]
    assert revelado._CUARTO._proceso.pid == pid


def test_a_stranger_who_took_the_process_over_would_find_no_secret():
    revelar(foto(60, 40))
    entorno = Path(f"/proc/{revelado._CUARTO._proceso.pid}/environ").read_bytes()
    assert b"SECRET" not in entorno
    assert b"URL" not in entorno


def leer_exif(contenido: bytes) -> tuple[dict[str, str | float], dict[str, float] | None]:
    with Image.open(io.BytesIO(contenido)) as imagen:
        return exif.leer(imagen)


@pytest.mark.parametrize("formato", ["JPEG", "PNG", "WEBP"])
def test_it_reads_camera_date_exposure_and_apart_the_place(formato):
    metadatos, ubicacion = leer_exif(foto(formato=formato, exif=exif_de_camara()))
    assert metadatos == {
        "camara": "Camara de ana",
        "fecha": "2026-11-20T10:30:00",
        "exposicion": "1/250",
        "apertura": 2.8,
        "iso": 100,
    }
    assert ubicacion == {"latitud": 20.67, "longitud": -103.343333, "altitud": 1566}


def test_it_keeps_text_and_numbers_only_and_not_too_much_of_them():
    datos = Image.Exif()
    datos[0x010F] = "Marca\x00\x07 con\n  ruido " + "x" * 10_000
    datos[0x9286] = b"ASCII\0\0\0un comentario"
    datos.get_ifd(0x8769).update({0x9003: "ayer", 0x829A: 0.0, 0x927C: b"\x00" * 500})
    datos.get_ifd(0x8825).update({1: "N", 2: (120.0, 0.0, 0.0), 3: "W", 4: (103.0, 20.0, 36.0)})
    metadatos, ubicacion = leer_exif(foto(exif=datos))
    assert list(metadatos) == ["fabricante"]
    assert len(str(metadatos["fabricante"])) <= exif.LARGO
    assert str(metadatos["fabricante"]).startswith("Marca")
    assert ubicacion is None


def test_a_photo_that_says_nothing_has_no_metadata():
    assert leer_exif(foto()) == ({}, None)


def _perfil_de_gama_ancha() -> bytes:
    """sRGB with red and blue changed places: what it does is seen at once."""
    perfil = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    cuantas = int.from_bytes(perfil[128:132], "big")
    lugares = {}
    for numero in range(cuantas):
        comienzo = 132 + 12 * numero
        lugares[bytes(perfil[comienzo : comienzo + 4])] = comienzo
    rojo, azul = (slice(lugares[nombre] + 4, lugares[nombre] + 12) for nombre in (b"rXYZ", b"bXYZ"))
    perfil[rojo], perfil[azul] = perfil[azul], perfil[rojo]
    return bytes(perfil)
