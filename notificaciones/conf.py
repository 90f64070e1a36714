"""The settings of the core: defaults in one object, changed by the dictionary `NOTIFICACIONES` of Django's settings."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache

from django.conf import settings
from django.core.signals import setting_changed


@dataclass(frozen=True, slots=True)
class Ajustes:
    """Times in seconds unless the name says days. `checks` holds each to its range."""

    INTERVALO_RECONCILIACION: float = 5.0
    INTERVALO_LATIDO: float = 25.0
    INTERVALO_SESIONES: float = 30.0
    ESPERA_PUBLICACION: float = 0.3
    PLAZO_DE_LECTURA: float = 5.0
    SEGUNDOS_DE_DESPEDIDA: float = 10.0
    BUZON_MAXIMO: int = 1000
    BUZON_BYTES: int = 1_000_000
    PAGINA_DE_CAMBIOS: int = 500
    TRAMAS_POR_SEGUNDO: int = 30
    ERRORES_POR_MINUTO: int = 10
    SOCKETS_POR_USUARIO: int = 20
    SOCKETS_POR_DIRECCION: int = 200
    SOCKETS_POR_PROCESO: int = 10_000
    PROXIES_DE_CONFIANZA: int = 0
    DIAS_CONSERVAR_LEIDAS: int = 180
    DIAS_CONSERVAR_NO_LEIDAS: int = 365
    SEGUNDOS_DE_RASTRO: int = 86_400


# What a setting may be: least, most.
RANGOS: dict[str, tuple[float, float]] = {
    "INTERVALO_RECONCILIACION": (0.1, 60),
    "INTERVALO_LATIDO": (1, 55),
    "INTERVALO_SESIONES": (1, 3600),
    "ESPERA_PUBLICACION": (0.05, 1),
    "PLAZO_DE_LECTURA": (1, 300),
    "SEGUNDOS_DE_DESPEDIDA": (0, 60),
    "BUZON_MAXIMO": (10, 100_000),
    "BUZON_BYTES": (100_000, 1_000_000_000),
    "PAGINA_DE_CAMBIOS": (10, 10_000),
    "TRAMAS_POR_SEGUNDO": (1, 10_000),
    "ERRORES_POR_MINUTO": (1, 10_000),
    "SOCKETS_POR_USUARIO": (1, 100_000),
    "SOCKETS_POR_DIRECCION": (1, 1_000_000),
    "SOCKETS_POR_PROCESO": (1, 1_000_000),
    "PROXIES_DE_CONFIANZA": (0, 10),
    "DIAS_CONSERVAR_LEIDAS": (1, 36_500),
    "DIAS_CONSERVAR_NO_LEIDAS": (1, 36_500),
    "SEGUNDOS_DE_RASTRO": (0, 2_592_000),
}


@cache
def ajustes() -> Ajustes:
    """Returns the settings in force. Unknown names are for the system check to report."""
    conocidos = {campo.name for campo in fields(Ajustes)}
    propios = getattr(settings, "NOTIFICACIONES", {})
    return Ajustes(**{nombre: valor for nombre, valor in propios.items() if nombre in conocidos})


def _olvidar(setting: str, **_: object) -> None:
    if setting == "NOTIFICACIONES":
        ajustes.cache_clear()


setting_changed.connect(_olvidar)
