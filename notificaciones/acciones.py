"""What a client may ask for: an explicit table from the protocol's actions to services and queries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db import DatabaseError, InterfaceError

from . import consultas, servicios
from .hilos import en_hilo_de_acciones
from .models import Notificacion
from .protocolo import Accion, ErrorDeProtocolo, describir
from .registro import problema


def _marcar_leida(usuario_id: int, campos: Mapping[str, Any]) -> dict[str, Any]:
    servicios.marcar_leida(usuario_id=usuario_id, **campos)
    return {}


def _archivar(usuario_id: int, campos: Mapping[str, Any]) -> dict[str, Any]:
    servicios.archivar(usuario_id=usuario_id, **campos)
    return {}


def _marcar_todas_leidas(usuario_id: int, campos: Mapping[str, Any]) -> dict[str, Any]:
    return {"marcadas": servicios.marcar_todas_leidas(usuario_id=usuario_id, **campos)}


def _marcar_vistas(usuario_id: int, campos: Mapping[str, Any]) -> dict[str, Any]:
    return {"marcadas": servicios.marcar_vistas(usuario_id=usuario_id, **campos)}


def _listar(usuario_id: int, campos: Mapping[str, Any]) -> dict[str, Any]:
    situacion = consultas.estado_de(usuario_id)
    pagina = consultas.listar(usuario_id, **campos)
    return {
        "notificaciones": [describir(fila) for fila in pagina.filas],
        "siguiente": pagina.siguiente,
        "secuencia": situacion.tope,
        **situacion.cuentas.claves(),
    }


ACCIONES: dict[str, Callable[[int, Mapping[str, Any]], dict[str, Any]] | None] = {
    "marcar_leida": _marcar_leida,
    "marcar_todas_leidas": _marcar_todas_leidas,
    "marcar_vistas": _marcar_vistas,
    "archivar": _archivar,
    "listar": _listar,
    # Whoever asks for a sign of life must not wait behind those who wait for the database.
    "ping": None,
}


async def ejecutar(usuario_id: int, accion: Accion) -> str | None:
    """Returns the answering frame, or None where nobody waits for one. Raises ErrorDeProtocolo."""
    hacer = ACCIONES[accion.nombre]
    if hacer is None:
        return accion.respuesta({})
    try:
        resultado = await en_hilo_de_acciones(hacer, usuario_id, accion.campos)
    except Notificacion.DoesNotExist as error:
        raise ErrorDeProtocolo(
            "no_encontrada", "No tienes ninguna notificación con ese id.", ref=accion.ref
        ) from error
    except (DatabaseError, InterfaceError) as error:
        problema("base_de_datos", "An action could not be carried out: %s", error)
        raise ErrorDeProtocolo(
            "no_disponible",
            "La base de datos no responde; inténtalo de nuevo.",
            ref=accion.ref,
            temporal=True,
        ) from error
    return accion.respuesta(resultado)
