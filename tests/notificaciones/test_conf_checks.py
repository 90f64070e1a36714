"""Settings: defaults, what the checks say of wrong ones, and that a test's override is in force at once."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pytest
from django.core.checks import run_checks

from notificaciones.checks import revisar_ajustes, revisar_capa, revisar_sesiones
from notificaciones.conf import RANGOS, Ajustes, ajustes

ANFITRION = {"address": "redis://127.0.0.1:6379/0", "socket_timeout": 30}


def ids(mensajes: Any) -> list[str]:
    return [mensaje.id for mensaje in mensajes]


def capas(**configuracion: Any) -> dict[str, Any]:
    return {"default": {"BACKEND": "notificaciones.capa.CapaRedis", "CONFIG": configuracion}}


def test_the_settings_of_the_project_are_in_order():
    assert ids(run_checks()) == []


def test_every_default_is_in_its_range():
    assert asdict(Ajustes()).keys() == RANGOS.keys()
    assert all(RANGOS[nombre][0] <= valor <= RANGOS[nombre][1] for nombre, valor in asdict(Ajustes()).items())


def test_what_is_set_is_in_force_and_the_rest_stays(settings):
    settings.NOTIFICACIONES = {"BUZON_MAXIMO": 10, "OTRA": 1}
    assert (ajustes().BUZON_MAXIMO, ajustes().PAGINA_DE_CAMBIOS) == (10, 500)
    settings.NOTIFICACIONES = {}
    assert ajustes().BUZON_MAXIMO == 1000


@pytest.mark.parametrize("valor", [{"BUZON": 1}, None, ["BUZON_MAXIMO"]])
def test_e001_an_unknown_setting_or_no_dictionary(settings, valor):
    settings.NOTIFICACIONES = valor
    assert ids(revisar_ajustes(None)) == ["notificaciones.E001"]


@pytest.mark.parametrize("nombre", RANGOS)
def test_e002_a_value_out_of_its_range_names_it_and_the_default(settings, nombre):
    minimo, maximo = RANGOS[nombre]
    for valor in (minimo - 1, maximo + 1, "10", None, True, float("nan")):
        settings.NOTIFICACIONES = {nombre: valor}
        (error,) = revisar_ajustes(None)
        assert error.id == "notificaciones.E002"
        assert nombre in error.msg
        assert str(getattr(Ajustes(), nombre)) in str(error.hint)


def test_e002_a_fraction_where_a_whole_number_is_needed(settings):
    settings.NOTIFICACIONES = {"BUZON_MAXIMO": 10.5, "INTERVALO_RECONCILIACION": 10.5}
    assert ids(revisar_ajustes(None)) == ["notificaciones.E002"]


@pytest.mark.parametrize(
    "valor",
    [{}, {"default": {"BACKEND": "channels_redis.core.RedisChannelLayer"}}, {"default": {}}],
)
def test_e003_a_channel_layer_that_may_lose_or_duplicate(settings, valor):
    settings.CHANNEL_LAYERS = valor
    assert ids(revisar_capa(None)) == ["notificaciones.E003"]


@pytest.mark.parametrize(
    "anfitrion", [("127.0.0.1", 6379), {"host": "127.0.0.1"}, {"address": "http://h"}, "redis"]
)
def test_e004_a_host_without_an_address(settings, anfitrion):
    settings.CHANNEL_LAYERS = capas(hosts=[ANFITRION, anfitrion])
    (error,) = revisar_capa(None)
    assert (error.id, "host 1" in error.msg) == ("notificaciones.E004", True)


@pytest.mark.parametrize(
    "anfitrion",
    [{**ANFITRION, "socket_timeout": 5}, {"address": ANFITRION["address"]}, ANFITRION["address"]],
)
def test_w001_a_socket_timeout_that_ends_idle_connections(settings, anfitrion):
    settings.CHANNEL_LAYERS = capas(hosts=[anfitrion])
    assert ids(revisar_capa(None)) == ["notificaciones.W001"]


def test_no_socket_timeout_at_all_is_long_enough(settings):
    settings.CHANNEL_LAYERS = capas(hosts=[{**ANFITRION, "socket_timeout": None}])
    assert ids(revisar_capa(None)) == []


def test_w002_sessions_that_reconciliation_cannot_see(settings):
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
    assert ids(revisar_sesiones(None)) == ["notificaciones.W002"]
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
    assert ids(revisar_sesiones(None)) == []
