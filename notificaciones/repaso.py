"""What a replay sends: the changes of one page of the table, as the frames that a device may have missed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from .consultas import Entrada, PaginaDeCambios
from .protocolo import estado, trama_actualizada, trama_notificacion


def tramas_de(pagina: PaginaDeCambios, ya_enviadas: dict[int, int]) -> Iterator[tuple[int, str]]:
    """Yields (place, frame). Neighbouring changes to the same state become one frame.

    `ya_enviadas` remembers of what this replay has already shown changed, so its change is not told a second time.
    """
    cuentas = pagina.estado.cuentas
    for clase, grupo in groupby(pagina.entradas, key=_clase):
        entradas = list(grupo)
        if clase is None:
            for entrada in entradas:
                if entrada.fila.secuencia > entrada.fila.numero:
                    ya_enviadas[entrada.fila.pk] = entrada.fila.secuencia
                yield entrada.posicion, trama_notificacion(entrada.fila, cuentas, entrada.posicion)
            continue
        ids = [e.fila.pk for e in entradas if ya_enviadas.get(e.fila.pk) != e.fila.secuencia]
        if ids:
            hasta = entradas[-1].posicion
            yield hasta, trama_actualizada(ids, dict(clase), cuentas, hasta)


def _clase(entrada: Entrada) -> tuple[tuple[str, bool], ...] | None:
    return None if entrada.es_nueva else tuple(estado(entrada.fila).items())
