"""Protocol version 1: kinds, frames, actions and close codes. Pure: no I/O, no Django. docs/protocolo.md tells it whole.

ErrorDeProtocolo        a frame that is not accepted; the socket stays open
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from json import encoder
from typing import Any, Protocol, cast

VERSION = 1
MAXIMO_BYTES = 16 * 1024
MAXIMO_ID = 2**63 - 1
MAXIMO_REF = 64
LIMITE_LISTAR = 100
# What others put together. SQLite reads a thousand levels, msgpack writes 1023; Python from 3.12 on writes ten times as many.
MAXIMO_NIVELES = 500


class Cierre:
    """Close codes, as in RFC 6455 section 7.4 and our own from 4000 on."""

    BINARIO = 1003
    DEMASIADO_GRANDE = 1009
    REINICIO = 1012
    SATURADO = 1013
    DEMASIADAS = 4008
    SIN_SESION = 4401
    DEMASIADOS_SOCKETS = 4409


def _(texto: str) -> str:
    """Marks a text for translation; whoever shows it translates it."""
    return texto


@dataclass(frozen=True, slots=True)
class Tipo:
    """A kind of notification. `claves` are the keys of `datos` that its frame carries at the top, as contracted."""

    etiqueta: str
    severidad: str
    icono: str
    claves: tuple[str, ...] = ()


TIPOS: dict[str, Tipo] = {
    "nueva_venta": Tipo(_("Nueva venta"), "exito", "bolsa", ("monto",)),
    "compra_lista": Tipo(_("Compra lista"), "exito", "paquete"),
    "imagen_procesada": Tipo(_("Imagen lista"), "exito", "imagen", ("imagen_id", "url_thumbnail")),
    "stock_bajo": Tipo(_("Pocas existencias"), "advertencia", "aviso"),
    "tarea_fallida": Tipo(_("Tarea fallida"), "error", "aviso"),
    "aviso": Tipo(_("Aviso"), "info", "campana"),
}


@dataclass(frozen=True, slots=True)
class Efimero:
    """A raw push: the type of its frame, and the keys without which it is dropped."""

    tipo: str
    requeridas: tuple[str, ...]


EFIMEROS: dict[str, Efimero] = {
    "notificacion_nueva": Efimero("nueva_venta", ("titulo", "mensaje", "monto", "timestamp")),
    "imagen_procesada": Efimero("imagen_procesada", ("imagen_id", "url_thumbnail")),
    "imagen_progreso": Efimero("imagen_progreso", ("imagen_id", "paso", "hecho", "de")),
    "venta_progreso": Efimero("venta_progreso", ("venta_id", "paso", "hecho", "de")),
    "colas_cambio": Efimero("colas_cambio", ()),
}
# A raw push may not pretend to be stored: a client would take these as its cursor.
RESERVADAS = frozenset({"type", "notificacion_id", "secuencia", "no_leidas", "no_vistas", "reenviada"})


class Fila(Protocol):
    """What a frame needs of a stored notification."""

    pk: Any
    numero: int
    secuencia: int
    tipo: str
    titulo: str
    mensaje: str
    enlace: str
    datos: dict[str, Any]
    creada: datetime

    @property
    def leida(self) -> bool: ...
    @property
    def vista(self) -> bool: ...
    @property
    def archivada(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Cuentas:
    """The counters of an inbox at one point of its sequence."""

    no_leidas: int
    no_vistas: int

    def claves(self) -> dict[str, int]:
        return {"no_leidas": self.no_leidas, "no_vistas": self.no_vistas}


def _en_c() -> Callable[[Any, int], Iterable[str]]:
    """Returns the encoder under JSONEncoder, which makes it anew for each text: a fifth of what a frame costs."""
    propio = json.JSONEncoder(
        ensure_ascii=False, separators=(",", ":"), allow_nan=False, check_circular=False
    )
    hacer: Any = getattr(encoder, "c_make_encoder", None)
    if hacer is None:
        return cast(Callable[[Any, int], Iterable[str]], propio.iterencode)
    # Markers of what was seen, default, encoder of texts, indent, the separators, sort_keys, skipkeys, allow_nan.
    hecho = hacer(None, propio.default, encoder.encode_basestring, None, ":", ",", False, False, False)
    return cast(Callable[[Any, int], Iterable[str]], hecho)


_en_json = _en_c()


def codificar(trama: Mapping[str, Any]) -> str:
    """Returns the frame as compact JSON. Raises TypeError or ValueError for what JSON cannot say."""
    try:
        return "".join(_en_json(trama, 0))
    except RecursionError as error:
        raise ValueError("it contains itself, or is nested too deeply") from error


def texto_de(trama: str | bytes) -> str:
    """Returns a frame as text, for whoever cannot send it as it came."""
    return trama if isinstance(trama, str) else trama.decode(errors="replace")


def codificar_ajeno(valor: Mapping[str, Any]) -> str:
    """As `codificar`, for what others put together: ValueError beyond MAXIMO_NIVELES, whatever this Python would bear."""
    texto = codificar(valor)
    # A text without so many brackets has no such depth.
    if texto.count("[") + texto.count("{") > MAXIMO_NIVELES and _es_hondo(valor):
        raise ValueError("it is nested too deeply")
    return texto


def _es_hondo(valor: Mapping[str, Any]) -> bool:
    nivel: list[Any] = [valor]
    for _ in range(MAXIMO_NIVELES):
        hijos = (padre.values() if isinstance(padre, dict) else padre for padre in nivel)
        nivel = [hijo for varios in hijos for hijo in varios if isinstance(hijo, dict | list | tuple)]
    return bool(nivel)


def describir(fila: Fila) -> dict[str, Any]:
    """Returns a stored notification as frames and listings show it, without counters."""
    tipo = TIPOS.get(fila.tipo, TIPOS["aviso"])
    return {
        "type": fila.tipo,
        **{clave: fila.datos[clave] for clave in tipo.claves if clave in fila.datos},
        "notificacion_id": fila.pk,
        "secuencia": fila.secuencia,
        "titulo": fila.titulo,
        "mensaje": fila.mensaje,
        "timestamp": fila.creada.isoformat(),
        "severidad": tipo.severidad,
        "icono": tipo.icono,
        "enlace": fila.enlace,
        "datos": fila.datos,
        **estado(fila),
    }


def estado(fila: Fila) -> dict[str, bool]:
    """Returns the three states that a device shows."""
    return {"leida": fila.leida, "vista": fila.vista, "archivada": fila.archivada}


def trama_notificacion(fila: Fila, cuentas: Cuentas, secuencia: int, **mas: Any) -> str:
    """Returns the frame of a notification, at the place `secuencia` of the stream."""
    return codificar({**describir(fila), "secuencia": secuencia, **cuentas.claves(), **mas})


def trama_actualizada(ids: list[int], cambios: Mapping[str, bool], cuentas: Cuentas, secuencia: int) -> str:
    """Returns the frame that tells a change of state of notifications the client knows."""
    return codificar(
        {
            "type": "notificacion_actualizada",
            "ids": ids,
            "cambios": cambios,
            "secuencia": secuencia,
            **cuentas.claves(),
        }
    )


def trama_efimera(evento: Mapping[str, Any]) -> str:
    """Returns the frame of a raw push. Raises ValueError, saying why, for one that cannot be shown."""
    nombre = str(evento.get("type", "")).replace(".", "_")
    forma = EFIMEROS.get(nombre)
    if forma is None:
        raise ValueError(f"unknown type {nombre!r}; known are {', '.join(EFIMEROS)}")
    faltan = [clave for clave in forma.requeridas if clave not in evento]
    if faltan:
        raise ValueError(f"{nombre} without {', '.join(faltan)}")
    resto = {clave: valor for clave, valor in evento.items() if clave not in RESERVADAS}
    try:
        trama = codificar_ajeno({"type": forma.tipo, **resto})
    except (TypeError, ValueError) as error:
        raise ValueError(f"{nombre}: {error}") from error
    trama.encode()  # half a surrogate pair is a ValueError here, and would end the socket later
    return trama


class ErrorDeProtocolo(Exception):
    """A frame that is not accepted: `codigo` for programs, the sentence for people, `ref` where it could be read."""

    def __init__(
        self, codigo: str, mensaje: str, *, ref: str | int | None = None, temporal: bool = False
    ) -> None:
        super().__init__(mensaje)
        self.codigo, self.mensaje, self.ref, self.temporal = codigo, mensaje, ref, temporal

    def trama(self) -> str:
        ref = {} if self.ref is None else {"ref": self.ref}
        return codificar(
            {
                "type": "error",
                "codigo": self.codigo,
                "mensaje": self.mensaje,
                "temporal": self.temporal,
                **ref,
            }
        )


@dataclass(frozen=True, slots=True)
class Campo:
    """A field of an action: its test, and what it must be, in words."""

    vale: Callable[[Any], bool]
    debe_ser: str
    obligatorio: bool = False


def _entero(minimo: int, maximo: int, *, obligatorio: bool = False) -> Campo:
    return Campo(
        lambda v: isinstance(v, int) and not isinstance(v, bool) and minimo <= v <= maximo,
        f"un número entero de {minimo} a {maximo}",
        obligatorio,
    )


ID = _entero(1, MAXIMO_ID, obligatorio=True)
SI_O_NO = Campo(lambda v: isinstance(v, bool), "true o false")
FILTROS = ("todas", "no_leidas", "archivadas")

ACCIONES: dict[str, dict[str, Campo]] = {
    "marcar_leida": {"notificacion_id": ID, "deshacer": SI_O_NO},
    "marcar_todas_leidas": {"hasta_secuencia": _entero(0, MAXIMO_ID)},
    "marcar_vistas": {"hasta_secuencia": _entero(0, MAXIMO_ID)},
    "archivar": {"notificacion_id": ID, "deshacer": SI_O_NO},
    "listar": {
        "cursor": _entero(1, MAXIMO_ID),
        "limite": _entero(1, LIMITE_LISTAR),
        "filtro": Campo(lambda v: isinstance(v, str) and v in FILTROS, "uno de " + ", ".join(FILTROS)),
    },
    "ping": {},
}
SIEMPRE_RESPONDEN = frozenset({"listar", "ping"})


@dataclass(frozen=True, slots=True)
class Accion:
    """A frame that was accepted."""

    nombre: str
    campos: dict[str, Any] = field(default_factory=dict)
    ref: str | int | None = None

    def respuesta(self, resultado: Mapping[str, Any]) -> str | None:
        """Returns the answering frame, or None where nobody waits for one."""
        if self.ref is None and self.nombre not in SIEMPRE_RESPONDEN:
            return None
        ref = {} if self.ref is None else {"ref": self.ref}
        return codificar({"type": "respuesta", "accion": self.nombre, "ok": True, **ref, **resultado})


def _rechazar_constante(nombre: str) -> None:
    raise ValueError(nombre)


def _leer_objeto(texto: str) -> dict[str, Any]:
    try:
        mensaje = json.loads(texto, parse_constant=_rechazar_constante)
    except (ValueError, RecursionError):
        mensaje = None
    if not isinstance(mensaje, dict):
        raise ErrorDeProtocolo("json_invalido", 'Se espera un objeto JSON como {"action": "ping"}.')
    return mensaje


def _texto_valido(valor: object) -> bool:
    if not isinstance(valor, str):
        return True
    return "\x00" not in valor and not any("\ud800" <= letra <= "\udfff" for letra in valor)


def _leer_ref(mensaje: dict[str, Any]) -> str | int | None:
    ref = mensaje.pop("ref", None)
    if ref is None or (isinstance(ref, str) and len(ref) <= MAXIMO_REF):
        return ref
    if isinstance(ref, int) and not isinstance(ref, bool) and abs(ref) <= MAXIMO_ID:
        return ref
    raise ErrorDeProtocolo(
        "campo_invalido", f"ref debe ser un texto de hasta {MAXIMO_REF} letras o un entero."
    )


def leer_accion(texto: str) -> Accion:
    """Returns the action that a client asks for. Raises ErrorDeProtocolo for everything the protocol does not allow."""
    mensaje = _leer_objeto(texto)
    if not all(_texto_valido(parte) for par in mensaje.items() for parte in par):
        raise ErrorDeProtocolo("texto_invalido", "Un texto contiene NUL o medio par sustituto.")
    ref = _leer_ref(mensaje)
    nombre = mensaje.pop("action", None)
    formas = ACCIONES.get(nombre) if isinstance(nombre, str) else None
    if formas is None:
        raise ErrorDeProtocolo(
            "accion_desconocida", f"Acción desconocida. Se aceptan: {', '.join(ACCIONES)}.", ref=ref
        )
    _revisar_campos(nombre, formas, mensaje, ref)
    return Accion(nombre, mensaje, ref)


def _revisar_campos(
    nombre: str, formas: Mapping[str, Campo], campos: Mapping[str, Any], ref: str | int | None
) -> None:
    for clave in campos:
        if clave not in formas:
            raise ErrorDeProtocolo("campo_invalido", f"{nombre} no tiene el campo {clave[:40]!r}.", ref=ref)
    for clave, campo in formas.items():
        if clave not in campos and not campo.obligatorio:
            continue
        if not campo.vale(campos.get(clave)):
            raise ErrorDeProtocolo("campo_invalido", f"{nombre}: {clave} debe ser {campo.debe_ser}.", ref=ref)
