"""What a notification may say, checked before anything is written."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from notificaciones.borrador import MAXIMO_DATOS, Borrador
from notificaciones.models import Notificacion
from notificaciones.protocolo import TIPOS

from .aparatos import crear_usuario


def borrador(**cambios: Any) -> Borrador:
    return Borrador(**{"tipo": "aviso", "titulo": "Hola", **cambios})


def test_an_undeclared_kind_is_refused_with_the_list_of_the_declared_ones():
    with pytest.raises(ValueError, match="Unknown tipo 'venta'") as error:
        borrador(tipo="venta")
    assert all(tipo in str(error.value) for tipo in TIPOS)


def test_a_sale_without_its_amount_is_refused():
    with pytest.raises(ValueError, match="lacks monto; it has precio"):
        borrador(tipo="nueva_venta", datos={"precio": "1.00"})


@pytest.mark.parametrize(
    ("campo", "valor"),
    [
        ("titulo", ""),
        ("titulo", "a" * 201),
        ("titulo", None),
        ("titulo", b"Hola"),
        ("mensaje", "a" * 1001),
        ("enlace", "/" + "a" * 300),
        ("clave", ""),
        ("clave", "a" * 121),
        ("clave", 7),
    ],
)
def test_a_text_of_the_wrong_type_or_length_is_refused_by_its_name(campo, valor):
    with pytest.raises(ValueError, match=f"^{campo} is .* but must be a text of"):
        borrador(**{campo: valor})


@pytest.mark.parametrize("campo", ["titulo", "mensaje", "clave"])
@pytest.mark.parametrize("malo", ["a\x00b", "a\ud800b"])
def test_what_no_database_can_hold_is_refused(campo, malo):
    with pytest.raises(ValueError, match=f"^{campo} contains NUL or half a surrogate pair"):
        borrador(**{campo: malo})


@pytest.mark.parametrize(
    "enlace",
    [
        "https://evil.example/",
        "javascript:alert(1)",
        "//evil.example",
        "/\\evil.example",
        # A browser strips these before it reads the address.
        "/\t/evil.example",
        "/\n/evil.example",
        "/\r\\evil.example",
        "ventas/7/",
    ],
)
def test_a_link_that_leaves_the_site_is_refused(enlace):
    with pytest.raises(ValueError, match="must be a path of this site"):
        borrador(enlace=enlace)


def test_a_path_of_this_site_is_a_link():
    assert borrador(enlace="/ventas/7/?a=b#c").enlace == "/ventas/7/?a=b#c"


@pytest.mark.parametrize(
    "datos",
    [
        {"monto": Decimal("1.00")},
        {"cuando": float("nan")},
        {"binario": b"x"},
        {("a", "b"): 1},
        {"medio": "\ud800"},
        {"nulo": "a\x00b"},
        {"hondo": {"lista": ["\x00"]}},
        {"\x00": 1},
    ],
    ids=repr,
)
def test_data_that_cannot_be_stored_as_json_everywhere_is_refused(datos):
    with pytest.raises(ValueError, match="datos cannot be written as JSON"):
        borrador(datos=datos)


def test_data_nested_too_deeply_is_refused():
    hondo: list[Any] = []
    for _ in range(5000):
        hondo = [hondo]
    with pytest.raises(ValueError, match="datos cannot be written as JSON"):
        borrador(datos={"hondo": hondo})


def test_data_over_8_kib_is_refused():
    with pytest.raises(ValueError, match=f"but at most {MAXIMO_DATOS} are stored"):
        borrador(datos={"a": "ñ" * MAXIMO_DATOS})


@pytest.mark.django_db
def test_a_text_that_only_looks_like_an_escape_is_stored_as_it_is():
    datos = {"texto": "\\u0000 \\\\u0000 C:\\u0000", "emoji": "🛍️", "html": "<img onerror=x>"}
    fila = borrador(datos=datos).fila(crear_usuario().pk, 1, timezone.now())
    fila.save()
    assert Notificacion.objects.get().datos == datos
