"""The counters and the sequence of an inbox equal a recount, whatever was done to it and in whichever order."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notificaciones import servicios
from notificaciones.models import Bandeja, Notificacion

from .aparatos import crear_usuario

OPERACIONES = ["avisar", "a_muchos", "leer", "archivar", "leer_todas", "ver", "reenviar", "podar"]
PASOS = st.lists(
    st.tuples(st.sampled_from(OPERACIONES), st.integers(0, 5), st.booleans(), st.none() | st.integers(0, 8)),
    min_size=1,
    max_size=15,
)


def hacer(usuario_id: int, que: str, cual: int, deshacer: bool, hasta: int | None) -> None:
    """Carries out one step; `cual` names one of the notifications that there are, counted around."""
    ids = list(Notificacion.objects.de(usuario_id).order_by("numero").values_list("pk", flat=True))
    quien = {"usuario_id": usuario_id}
    if que == "avisar":
        servicios.notificar(**quien, tipo="aviso", titulo="x", clave=str(cual) if deshacer else None)
    elif que == "a_muchos":
        servicios.notificar_muchos(usuario_ids=[usuario_id], tipo="aviso", titulo="x", clave=str(cual))
    elif que == "leer_todas":
        servicios.marcar_todas_leidas(**quien, hasta_secuencia=hasta)
    elif que == "ver":
        servicios.marcar_vistas(**quien, hasta_secuencia=hasta)
    elif que == "podar":
        servicios.podar(**quien, candidatas=Notificacion.objects.filter(pk__in=ids[: cual % 3]))
    elif ids and que == "reenviar":
        servicios.reenviar(notificacion_id=ids[cual % len(ids)])
    elif ids:
        servicio = servicios.marcar_leida if que == "leer" else servicios.archivar
        servicio(**quien, notificacion_id=ids[cual % len(ids)], deshacer=deshacer)


@pytest.mark.django_db
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pasos=PASOS)
def test_the_counters_equal_a_recount_after_any_sequence_of_operations(django_user_model, pasos):
    usuario_id = crear_usuario(f"u{django_user_model.objects.count()}").pk
    anterior = 0
    for paso in pasos:
        hacer(usuario_id, *paso)
        filas = Notificacion.objects.de(usuario_id)
        bandeja = Bandeja.objects.filter(pk=usuario_id).first() or Bandeja()
        assert (bandeja.no_leidas, bandeja.no_vistas) == (
            filas.no_leidas().count(),
            filas.no_vistas().count(),
        )
        assert bandeja.ultima_secuencia >= anterior
        assert all(fila.numero <= fila.secuencia <= bandeja.ultima_secuencia for fila in filas)
        anterior = bandeja.ultima_secuencia


@pytest.mark.django_db(transaction=True)
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pasos=PASOS)
def test_what_is_published_joins_without_a_gap_up_to_the_top(django_user_model, monkeypatch, pasos):
    enviados: list[tuple[int, int]] = []
    monkeypatch.setattr(
        "notificaciones.entrega.publicar",
        lambda lote: enviados.extend((e.anterior, e.secuencia) for e in lote),
    )
    usuario_id = crear_usuario(f"u{django_user_model.objects.count()}").pk
    for paso in pasos:
        hacer(usuario_id, *paso)
    tope = getattr(Bandeja.objects.filter(pk=usuario_id).first(), "ultima_secuencia", 0)
    assert [anterior for anterior, _ in enviados] == [0, *[hasta for _, hasta in enviados]][: len(enviados)]
    assert tope == (enviados[-1][1] if enviados else 0)
