"""The protocol by itself: whatever arrives is an action, or an error that says why not."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from notificaciones.protocolo import (
    ACCIONES,
    EFIMEROS,
    MAXIMO_ID,
    MAXIMO_NIVELES,
    RESERVADAS,
    TIPOS,
    Accion,
    Cuentas,
    ErrorDeProtocolo,
    _en_c,
    codificar,
    codificar_ajeno,
    leer_accion,
    trama_actualizada,
    trama_efimera,
    trama_notificacion,
)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda hijos: st.lists(hijos, max_size=3) | st.dictionaries(st.text(), hijos, max_size=3),
    max_leaves=5,
)
CAMPOS = ["action", "ref", "notificacion_id", "deshacer", "hasta_secuencia", "cursor", "limite", "filtro"]
PARECIDAS = st.dictionaries(
    st.sampled_from(CAMPOS) | st.text(max_size=5), st.sampled_from([*ACCIONES]) | JSON, max_size=5
).map(json.dumps)


@dataclass
class Fila:
    pk: int = 7
    numero: int = 3
    secuencia: int = 3
    tipo: str = "nueva_venta"
    titulo: str = "Nueva venta"
    mensaje: str = "1 taza"
    enlace: str = "/ventas/1/"
    datos: dict[str, Any] = field(default_factory=lambda: {"monto": "129.90"})
    creada: datetime = datetime(2026, 11, 21, tzinfo=UTC)
    leida: bool = False
    vista: bool = False
    archivada: bool = False


@given(st.text() | PARECIDAS)
@example("[" * 100_000)
@example('{"action": ' + "9" * 5000 + "}")
@example('{"action": "ping", "ref": "\\ud800"}')
def test_any_text_is_an_action_or_an_error_with_a_sentence(texto):
    try:
        accion = leer_accion(texto)
    except ErrorDeProtocolo as error:
        trama = json.loads(error.trama().encode())
        assert trama["type"] == "error"
        assert trama["codigo"]
        assert trama["mensaje"]
    else:
        assert accion.nombre in ACCIONES
        assert accion.campos.keys() <= ACCIONES[accion.nombre].keys()
        (accion.respuesta({}) or "").encode()


CLAVES_DE_EVENTO = [
    "type",
    "titulo",
    "mensaje",
    "monto",
    "timestamp",
    "imagen_id",
    "url_thumbnail",
    "secuencia",
]
DE_MSGPACK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.datetimes(),
    lambda hijos: st.lists(hijos, max_size=3) | st.dictionaries(st.text() | st.binary(), hijos, max_size=3),
    max_leaves=5,
)


@given(
    st.dictionaries(
        st.sampled_from(CLAVES_DE_EVENTO) | st.text() | st.binary(),
        st.sampled_from([*EFIMEROS]) | DE_MSGPACK,
        max_size=9,
    )
)
@example({"type": "imagen_procesada", "imagen_id": "\ud800", "url_thumbnail": ""})
@example({"type": "imagen_procesada", "imagen_id": float("nan"), "url_thumbnail": ""})
@example({"type": ["imagen_procesada"]})
def test_any_raw_push_is_a_frame_or_a_value_error(evento):
    try:
        texto = trama_efimera(evento)
    except ValueError:
        return
    trama = json.loads(texto.encode())
    assert trama["type"] in {forma.tipo for forma in EFIMEROS.values()}
    assert not trama.keys() & (RESERVADAS - {"type"})


def test_a_raw_push_nested_too_deeply_is_a_value_error():
    hondo: list[Any] = []
    for _ in range(1000):
        hondo = [hondo]
    with pytest.raises(ValueError, match="imagen_procesada"):
        trama_efimera({"type": "imagen_procesada", "imagen_id": hondo, "url_thumbnail": ""})


def test_a_raw_sale_is_shown_with_exactly_what_came():
    evento = {"titulo": "Venta", "mensaje": "m", "monto": "1.00", "timestamp": "t", "color": "rojo"}
    trama = json.loads(trama_efimera({"type": "notificacion.nueva", **evento}))
    assert trama == {"type": "nueva_venta", **evento}


def test_a_raw_push_cannot_pretend_to_be_stored():
    falsa = {"notificacion_id": 1, "secuencia": 99, "no_leidas": 0, "no_vistas": 0, "reenviada": True}
    evento = {"type": "imagen_procesada", "imagen_id": 1, "url_thumbnail": "/t.jpg"}
    assert json.loads(trama_efimera({**evento, **falsa})) == evento


def test_the_frame_of_a_sale_carries_its_amount_at_the_top_and_the_counts():
    trama = json.loads(trama_notificacion(Fila(), Cuentas(4, 2), 3))
    assert (trama["type"], trama["monto"], trama["notificacion_id"], trama["secuencia"]) == (
        "nueva_venta",
        "129.90",
        7,
        3,
    )
    assert (trama["no_leidas"], trama["no_vistas"]) == (4, 2)
    assert trama["timestamp"] == "2026-11-21T00:00:00+00:00"


def test_data_of_a_notification_never_replaces_the_keys_of_the_protocol():
    fila = Fila(datos={"monto": "1.00", "type": "error", "notificacion_id": 99, "titulo": "otro"})
    trama = json.loads(trama_notificacion(fila, Cuentas(0, 0), 3))
    assert (trama["type"], trama["notificacion_id"], trama["titulo"]) == ("nueva_venta", 7, "Nueva venta")


def test_a_kind_that_is_no_longer_declared_shows_as_a_plain_notice():
    trama = json.loads(trama_notificacion(Fila(tipo="retirado"), Cuentas(0, 0), 3))
    assert (trama["type"], trama["icono"]) == ("retirado", TIPOS["aviso"].icono)


def test_a_change_names_its_notifications_and_the_counts():
    trama = json.loads(trama_actualizada([7, 8], {"leida": True}, Cuentas(1, 0), 9))
    assert trama == {
        "type": "notificacion_actualizada",
        "ids": [7, 8],
        "cambios": {"leida": True},
        "secuencia": 9,
        "no_leidas": 1,
        "no_vistas": 0,
    }


@pytest.mark.parametrize("ref", ["", "a" * 64, 0, -1, MAXIMO_ID])
def test_the_ref_of_an_action_comes_back_in_its_answer(ref):
    accion = leer_accion(json.dumps({"action": "marcar_leida", "notificacion_id": 1, "ref": ref}))
    assert json.loads(str(accion.respuesta({})))["ref"] == ref


@pytest.mark.parametrize("ref", ["a" * 65, 1.5, True, [], {}, MAXIMO_ID + 1])
def test_a_ref_that_cannot_come_back_is_refused(ref):
    with pytest.raises(ErrorDeProtocolo, match="ref debe ser") as error:
        leer_accion(json.dumps({"action": "ping", "ref": ref}))
    assert error.value.codigo == "campo_invalido"


def test_an_error_in_a_field_carries_the_ref_so_the_client_knows_which():
    with pytest.raises(ErrorDeProtocolo) as error:
        leer_accion('{"action": "marcar_leida", "notificacion_id": "x", "ref": "r1"}')
    assert json.loads(error.value.trama())["ref"] == "r1"


def test_only_listing_and_ping_are_answered_without_a_ref():
    respondidas = {nombre for nombre in ACCIONES if Accion(nombre).respuesta({}) is not None}
    assert respondidas == {"listar", "ping"}


def test_the_sentence_of_an_unknown_action_lists_those_there_are():
    with pytest.raises(ErrorDeProtocolo, match="marcar_leida, marcar_todas_leidas"):
        leer_accion('{"action": "borrar"}')


@given(JSON)
def test_frames_are_encoded_as_the_library_does(algo):
    esperado = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    try:
        texto = esperado.encode({"x": algo})
    except ValueError:
        with pytest.raises(ValueError, match="not JSON compliant"):
            codificar({"x": algo})
    else:
        assert codificar({"x": algo}) == texto


def test_a_python_without_the_encoder_in_c_says_the_same(monkeypatch):
    monkeypatch.delattr("json.encoder.c_make_encoder")
    assert "".join(_en_c()({"título": [1, None, "ñ"]}, 0)) == codificar({"título": [1, None, "ñ"]})


def test_what_contains_itself_or_is_no_json_is_an_error():
    redondo: dict[str, Any] = {}
    redondo["x"] = redondo
    with pytest.raises(ValueError, match="contains itself"):
        codificar(redondo)
    with pytest.raises(TypeError, match="set is not JSON serializable"):
        codificar({"x": {1}})


@pytest.mark.parametrize("de_que", [lambda dentro: [dentro], lambda dentro: {"x": dentro}])
def test_what_others_nest_is_bounded_whatever_python_would_bear(de_que):
    hondo: Any = de_que(1)
    for _ in range(MAXIMO_NIVELES - 2):
        hondo = de_que(hondo)
    ancho = [[] for _ in range(2 * MAXIMO_NIVELES)]
    assert codificar_ajeno({"x": hondo, "y": ancho}) == codificar({"x": hondo, "y": ancho})
    with pytest.raises(ValueError, match="nested too deeply"):
        codificar_ajeno({"x": de_que(hondo)})
